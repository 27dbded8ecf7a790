"""Steps that are added to a flow that is there: at its ends, or before what it sends."""

from collections.abc import Iterable
from dataclasses import replace

from app.composing.building import Built, built
from app.composing.patterns.doing import waiting
from app.composing.patterns.heard import Heard
from app.composing.patterns.other_services import tell_others
from app.composing.patterns.people import who_answers
from app.composing.patterns.planned import planned
from app.composing.patterns.scene import Scene
from app.composing.patterns.walking import Walk
from app.composing.sketch import Before, Sketch, Sketched, SketchRefused, way_label
from app.composing.wishes import Surroundings
from app.engine.check_place import ways_out
from app.engine.edit import add_step
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE

_ANSWERS = frozenset({"answer", "answer_webhook", "reply_in_chat"})
# What a step gave that is worth telling, by its kind.
_TOLD = {
    "summarise": ("summary", "Summary"),
    "ask_model": ("text", "Answer"),
    "agent_with_tools": ("text", "Answer"),
    "formula": ("value", "Result"),
    "find_rows": ("rows | json", "Rows"),
    "html_to_text": ("text", "Page"),
    "run_agent": ("answer", "Answer"),
}


def with_more(graph: Graph, heard: Heard, around: Surroundings) -> tuple[Graph, list[str]]:
    """The flow with what is to be done besides, behind everything that is done already."""
    acts = [act for act in planned(heard) if act.kind not in ("otherwise", "reply")]
    if not acts:
        return graph, []
    scene = _as_left(graph, heard, around)
    before = len(scene.steps)
    Walk(scene).through(acts)
    new = scene.steps[before:]
    tell_others(scene)
    if not new:
        return graph, []
    try:
        made = _together(graph, new, around)
    except SketchRefused as refused:
        return graph, [refused.sentence]
    names = ", ".join(f"“{one.name}”" for one in new)
    verb = "is" if len(new) == 1 else "are"
    return made.graph, [f"{names} {verb} new.", *scene.taken, *made.left_out]


def ask_before_sending(graph: Graph, heard: Heard, around: Surroundings) -> tuple[Graph, list[str]]:
    """A question before each mail that nobody approves yet; exactly what was approved is sent."""
    told: list[str] = []
    for mail in [step for step in graph.order if step.type == "send_email"]:
        links = graph.links_to(mail.id)
        asked = {graph.step(link.source).type for link in links} & {"ask_person"}
        if asked or not links or not _is_for_others(mail, around):
            continue
        graph = _asked(graph, mail, heard, around)
        told.append(f"Somebody is asked before “{mail.name}”.")
    return graph, told


def wait_before_sending(graph: Graph, heard: Heard) -> tuple[Graph, list[str]]:
    """Some time before the first mail, where that was asked for."""
    mail = next((step for step in graph.order if step.type == "send_email"), None)
    act = next((act for act in heard.acts if act.kind == "wait"), None)
    if mail is None or act is None or "before" not in heard.low or not graph.links_to(mail.id):
        return graph, []
    first = graph.links_to(mail.id)[0]
    fields, name = waiting(act.words)
    try:
        graph, step = add_step(
            graph, CATALOGUE["wait"], after=first.source, port=first.source_port, name=name
        )
    except EditRefused as refused:
        return graph, [refused.sentence]
    steps = (
        replace(one, fields={**one.fields, **fields}) if one.id == step.id else one
        for one in graph.steps
    )
    told = f"It waits before “{mail.name}”."
    return replace(graph, steps=tuple(steps)), [told]


def _asked(graph: Graph, mail: Step, heard: Heard, around: Surroundings) -> Graph:
    scene = Scene(heard, around)
    ask = next(act for act in heard.acts if act.kind == "ask")
    who, called = who_answers(scene, ask.words, ask.full)
    names = {"To": "to", "Subject": "subject", "Text": "text"}
    values: list[Json] = [
        {"name": name, "value": mail.fields.get(field, "")} for name, field in names.items()
    ]
    first, *others = graph.links_to(mail.id)
    try:
        grown, step = add_step(
            graph,
            CATALOGUE["ask_person"],
            after=first.source,
            port=first.source_port,
            name=f"Ask {called} before sending",
        )
    except EditRefused:
        return graph
    title = f"May “{mail.name}” go out?"
    asked = {**step.fields, "title": title, "values": values, **who}
    sends = {field: f"{{{{ steps.{step.key}.values.{name} }}}}" for name, field in names.items()}
    moved = {link.id for link in others}
    steps = (
        replace(one, fields=asked)
        if one.id == step.id
        else replace(one, fields={**one.fields, **sends})
        if one.id == mail.id
        else one
        for one in grown.steps
    )
    links = (replace(link, target=step.id) if link.id in moved else link for link in grown.links)
    return replace(grown, steps=tuple(steps), links=tuple(links))


def _is_for_others(mail: Step, around: Surroundings) -> bool:
    return str(mail.fields.get("to")).strip() != around.person_mail or not around.person_mail


def _as_left(graph: Graph, heard: Heard, around: Surroundings) -> Scene:
    """What is known at the end of the flow: its text, its results, its open ends."""
    scene = Scene(heard, around)
    scene.keys = {step.key for step in graph.steps}
    scene.steps = [Sketched(step.key, step.type, step.name, step.fields) for step in graph.order]
    for step in graph.order:
        if step.parent is None:
            _know(scene, step)
    scene.open = list(_ends(graph))
    return scene


def _know(scene: Scene, step: Step) -> None:
    if step.type == "start_email":
        scene.text = "{{ trigger.subject }}\n\n{{ trigger.text }}"
        scene.subject, scene.sender = "{{ trigger.subject }}", "{{ trigger.from_address }}"
    elif step.type == "start_chat":
        scene.text, scene.subject = "{{ trigger.text }}", "a chat"
    elif step.type == "start_webhook":
        scene.text, scene.subject = "{{ trigger.body | json }}", "a call"
    elif step.type in ("start_form", "start_agent"):
        rows = step.fields.get("inputs")
        asked = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        keys = [str(row.get("key")) for row in asked]
        scene.values |= {key: f"{{{{ trigger.{key} }}}}" for key in keys}
        scene.text = "\n".join(
            f"{row.get('label')}: {{{{ trigger.{row.get('key')} }}}}" for row in asked
        )
        scene.sender = next((f"{{{{ trigger.{key} }}}}" for key in keys if "mail" in key), "")
    elif step.type == "extract_fields":
        for name in _found(step):
            scene.values[name] = f"{{{{ steps.{step.key}.values.{name} }}}}"
        scene.result = "\n".join(
            f"{name.replace('_', ' ')}: {scene.values[name]}" for name in _found(step)
        )
        scene.result_name = "Details"
    elif step.type == "sort_into_categories":
        scene.values["category"] = scene.gives(step.key, "category")
    elif step.type in _TOLD:
        gives, called = _TOLD[step.type]
        scene.result, scene.result_name = scene.gives(step.key, gives), called


def _found(step: Step) -> list[str]:
    rows = step.fields.get("shape")
    kept = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [str(row.get("name")) for row in kept]


def _ends(graph: Graph) -> Iterable[Before]:
    """Where the flow ends well: ways that lead nowhere, but not a refusal; before an answer."""
    answers = {step.id for step in graph.steps if step.type in _ANSWERS}
    for step in graph.order:
        kind = CATALOGUE.get(step.type)
        if step.parent is not None or kind is None or step.id in answers:
            continue
        links = graph.links_from(step.id)
        onward = [link for link in links if link.target not in answers]
        ways = [port for port, _ in ways_out(step, kind) if port != "error"]
        if not ways or (onward and len(ways) == 1):
            continue
        if len(ways) > 1 and onward:
            continue
        yield Before(step.key, way_label(step, ways[0]))


def _together(graph: Graph, new: list[Sketched], around: Surroundings) -> Built:
    """The flow as a sketch with the new steps in it; answers come last."""
    old = [_as_sketched(graph, step) for step in graph.order]
    ends = {one.key for step in new[:1] for one in step.after}
    answers = [one for one in old if one.type in _ANSWERS]
    last = new[-1]
    is_open = bool(CATALOGUE[last.type].ports_out(last.settings)) and last.type not in _ANSWERS
    moved = [
        replace(one, after=(Before(last.key),))
        if is_open and not one.inside and any(before.key in ends for before in one.after)
        else one
        for one in answers
    ]
    kept = [one for one in old if one.type not in _ANSWERS]
    return built(Sketch("", "", "", (*kept, *new, *moved)), around, graph)


def _as_sketched(graph: Graph, step: Step) -> Sketched:
    """A step that stays as it is."""
    loop = graph.find(step.parent or "")
    links = graph.links_to(step.id)
    after = (Before(graph.step(link.source).key, link.source_port) for link in links)
    return Sketched(
        step.key, step.type, step.name, step.fields, tuple(after), loop.key if loop else ""
    )
