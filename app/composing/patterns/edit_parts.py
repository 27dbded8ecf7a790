"""Changes inside steps that are there: numbers, times, addresses, and steps that go."""

import re
from dataclasses import replace
from typing import Any

from app.composing.patterns.heard import Heard
from app.composing.patterns.when import days_in, is_only_weekdays, schedule_in, times_in
from app.composing.patterns.words import MAIL, numbers_in, plain_number
from app.engine.edit import add_step, remove_step
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.lib import recurrence
from app.nodes.catalogue import CATALOGUE

_INSTEAD = re.compile(
    r"(?P<new>[€$£]?\s?[\d.,]*\d)\s*(?:€|euros?|%)?\s*(?:instead of|rather than|and not|not)"
    r"\s*(?P<old>[€$£]?\s?[\d.,]*\d)|\bfrom\s+(?P<was>[€$£]?\s?[\d.,]*\d)\s*(?:€|euros?|%)?\s*to\s+"
    r"(?P<now>[€$£]?\s?[\d.,]*\d)|\binstead of\s+(?P<before>[€$£]?\s?[\d.,]*\d)\D{1,20}?"
    r"(?P<after>[€$£]?\s?[\d.,]*\d)"
)
_SET = re.compile(
    r"\b(?:limit|threshold|maximum|minimum|amount|price|number)\b[^.;]{0,20}?\b(?:to|is|at|of|be)\s+"
    r"(?P<new>[€$£]?\s?[\d.,]*\d)|\b(?:limit|threshold)\s+(?P<next>[€$£]?\s?[\d.,]*\d)"
)
_REMOVE = re.compile(
    r"\b(?:remove|delete|drop|take (?:out|away)|leave out|no longer|don'?t|do not|stop|without)\b"
    r"\s+(?P<what>[^.;,]{2,60})"
)
_KINDS = (
    ("send_email", r"e-?mail|mail\b|sending|send"),
    ("ask_person", r"\bask|approval|question to"),
    ("summarise", r"summar"),
    ("add_rows", r"\btable|\brow"),
    ("wait", r"\bwait"),
    ("sort_into_categories", r"\bsort|categor"),
    ("http_request", r"request|fetch|call"),
    ("extract_fields", r"extract|take out"),
)
_EMPTY_WORDS = frozenset({"make", "instead", "change", "from", "limit", "that", "this"})
Told = tuple[Graph, list[str]]


def numbered(graph: Graph, heard: Heard) -> Told:
    """A number in place of another one: `80 instead of 100`."""
    found = _INSTEAD.search(heard.low)
    if found:
        new = found["new"] or found["now"] or found["after"]
        old = found["old"] or found["was"] or found["before"]
        return _replaced(graph, heard, _plain(old), _plain(new))
    found = _SET.search(heard.low)
    if found is None or heard.has("if"):
        return graph, []
    new = _plain(found["new"] or found["next"])
    limits = [
        (step, row)
        for step in graph.order
        if step.type == "if"
        for row in _condition_rows(step)
        if _is_number(row.get("value2"))
    ]
    if len(limits) != 1:
        return graph, []
    return _replaced(graph, heard, _plain(str(limits[0][1]["value2"])), new)


def timed(graph: Graph, heard: Heard) -> Told:
    """Other times: at the schedule that is there, or a condition on the day."""
    wants_weekdays = is_only_weekdays(heard.low)
    schedule, times = schedule_in(heard.low), times_in(heard.low)
    starts = [step for step in graph.order if step.type == "start_schedule"]
    if not starts:
        only = wants_weekdays and not heard.acts
        return _only_on_weekdays(graph) if only else (graph, [])
    if heard.acts or (not schedule and not times):
        return graph, []
    step = starts[0]
    old = dict(_group(step.fields.get("schedule")))
    new = _other_schedule(old, schedule, times, days_in(heard.low))
    if new == old:
        return graph, []
    changed = _with_field(graph, step, "schedule", new)
    words = recurrence.words(new)
    return _renamed_start(changed, step, old, new), [
        f"It starts {words[:1].lower()}{words[1:]} now."
    ]


def addressed(graph: Graph, heard: Heard) -> Told:
    """Mail to another address: `send it to ana@… instead`."""
    found = MAIL.findall(heard.text)
    asks = re.search(r"\binstead\b|\bchange\b|\breplace\b|\bnot to\b", heard.low)
    mails = [step for step in graph.order if step.type == "send_email"]
    typed = [step for step in mails if "{{" not in str(step.fields.get("to"))]
    if not found or not asks or not typed:
        return graph, []
    old = [step for step in typed if any(one in str(step.fields["to"]) for one in found)]
    new = [one for one in found if not any(one in str(step.fields["to"]) for step in typed)]
    if not new:
        return graph, []
    for step in old or typed[:1]:
        graph = _with_field(graph, step, "to", new[-1])
    return graph, [f"Mail goes to {new[-1]} now."]


def removed(graph: Graph, heard: Heard) -> Told:
    """Steps that go: by their name, or by what they do."""
    found = _REMOVE.search(heard.low)
    if found is None:
        return graph, []
    what = found["what"]
    named = [step for step in graph.order if step.name.lower() in what]
    kinds = [kind for kind, form in _KINDS if re.search(form, what)]
    by_kind = [step for step in graph.order if kinds and step.type == kinds[0]]
    steps = named or (by_kind if len(by_kind) == 1 else [])
    told = []
    for step in steps:
        try:
            graph = remove_step(graph, step.id, with_body=True)
            graph = _without_references(graph, step.key)
            told.append(f"“{step.name}” is gone.")
        except EditRefused as refused:
            told.append(refused.sentence)
    return graph, told


def _without_references(graph: Graph, key: str) -> Graph:
    """Lines of texts that name the result of a step that is gone go, too."""
    named = re.compile(rf"\{{\{{[^}}]*\bsteps\.{key}\b")

    def cleaned(value: Json) -> Json:
        if not isinstance(value, str) or not named.search(value):
            return value
        lines = [line for line in value.split("\n") if not named.search(line)]
        return "\n".join(lines).strip()

    def of(step: Step) -> Step:
        return replace(step, fields={name: cleaned(one) for name, one in step.fields.items()})

    return replace(graph, steps=tuple(of(step) for step in graph.steps))


def _replaced(graph: Graph, heard: Heard, old: str, new: str) -> Told:
    """The number in the settings that speak of what was named, else wherever it stands."""
    words = set(re.findall(r"[a-z]{4,}", heard.low)) - {
        "make",
        "instead",
        "change",
        "from",
        "limit",
    }
    holding = [step for step in graph.order if _changed_value(dict(step.fields), old, new)[1]]
    fitting = [step for step in holding if words & set(re.findall(r"[a-z]{4,}", _words_of(step)))]
    told = []
    for step in fitting or holding[:1]:
        fields, _ = _changed_value(dict(step.fields), old, new)
        name = step.name.replace(old, new) if _alone(old).search(step.name) else step.name
        changed = replace(step, fields=fields, name=name)
        graph = replace(graph, steps=tuple(changed if s.id == step.id else s for s in graph.steps))
        told.append(f"“{step.name}” goes by {new} now, it was {old}.")
    return graph, told


def _changed_value(value: Any, old: str, new: str) -> tuple[Any, bool]:
    if isinstance(value, bool):
        return value, False
    if isinstance(value, int | float):
        return (_number(new), True) if plain_number(value) == old else (value, False)
    if isinstance(value, str):
        if _plain(value) == old and _is_number(value):
            return new, True
        changed = _alone(old).sub(new, value) if "{{" not in value else value
        return changed, changed != value
    if isinstance(value, list):
        made = [_changed_value(one, old, new) for one in value]
        return [one for one, _ in made], any(is_new for _, is_new in made)
    if isinstance(value, dict):
        pairs = {
            name: (one, False) if name == "id" else _changed_value(one, old, new)
            for name, one in value.items()
        }
        return {n: one for n, (one, _) in pairs.items()}, any(
            is_new for _, is_new in pairs.values()
        )
    return value, False


def _other_schedule(
    old: dict[str, Any], schedule: dict[str, Any] | None, times: list[str], days: list[str]
) -> dict[str, Any]:
    new = {**schedule} if schedule else {**old}
    new["timezone"] = old.get("timezone", "")
    if times:
        new["times"] = times
    elif "times" in new and old.get("times"):
        new["times"] = old["times"]
    if schedule and schedule["every"] == "weekdays" and old.get("every") in ("minutes", "hours"):
        count = int(old.get("count") or 1)
        minutes = (
            f"*/{count} *" if old["every"] == "minutes" else f"{old.get('minute', 0)} */{count}"
        )
        return {"every": "cron", "cron": f"{minutes} * * 1-5", "timezone": new["timezone"]}
    if times and not schedule and "times" not in old:
        new = {"every": "days", "times": times, "timezone": new["timezone"]}
    return new


def _only_on_weekdays(graph: Graph) -> Told:
    """A condition right behind the start."""
    starts = [step for step in graph.order if CATALOGUE[step.type].is_start]
    if not starts:
        return graph, []
    day = '{{ run.started_at | date: "DDDD" }}'
    rows: list[Json] = [
        {"value": day, "operator": "is_not", "value2": name} for name in ("Saturday", "Sunday")
    ]
    try:
        graph, step = add_step(graph, CATALOGUE["if"], after=starts[0].id, name="On a weekday?")
    except EditRefused as refused:
        return graph, [refused.sentence]
    changed = _with_field(graph, step, "conditions", {"match": "all", "rows": rows})
    return changed, ["On Saturdays and Sundays it ends right after the start."]


def _renamed_start(graph: Graph, step: Step, old: dict[str, Any], new: dict[str, Any]) -> Graph:
    """A start that was called by its times is called by the new ones."""
    if step.name != recurrence.words(old):
        return graph
    steps = (
        replace(one, name=recurrence.words(new)[:100]) if one.id == step.id else one
        for one in graph.steps
    )
    return replace(graph, steps=tuple(steps))


def _with_field(graph: Graph, step: Step, name: str, value: Json) -> Graph:
    def changed(one: Step) -> Step:
        return replace(one, fields={**one.fields, name: value}) if one.id == step.id else one

    return replace(graph, steps=tuple(changed(one) for one in graph.steps))


def _condition_rows(step: Step) -> list[dict[str, Any]]:
    rows = _group(step.fields.get("conditions")).get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _group(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words_of(step: Step) -> str:
    return f"{step.name} {step.fields}".lower()


def _alone(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)")


def _plain(text: str) -> str:
    return plain_number((numbers_in(text) or [0.0])[0])


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or bool(
        isinstance(value, str) and re.fullmatch(r"\s*[€$£]?\s*[\d.,]*\d\s*", value)
    )
