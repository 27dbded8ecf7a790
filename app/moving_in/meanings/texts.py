"""Meanings as they are written into settings: texts with references in double braces."""

import json
from dataclasses import replace

from app.engine.values import Json
from app.moving_in.meanings.kinds import (
    Group,
    Guarded,
    Items,
    Meaning,
    Mix,
    Plain,
    Ref,
    Reply,
    Talk,
    Unknown,
)

MAX_PIECES = 200


def settle(meaning: Meaning) -> Meaning:
    """A reply, or what guardrails gave, as the reference or text it comes to."""
    if isinstance(meaning, Reply):
        return _replied(meaning, meaning.part)
    if isinstance(meaning, Guarded):
        return _guarded(meaning)
    return Ref(f"steps.{meaning.key}.items") if isinstance(meaning, Items) else meaning


def _replied(of: Reply, part: str) -> Ref:
    values = part == "values" or (not part and of.has_values)
    others = tuple(_replied(one, part) for one in of.others)
    kind = "group" if values else "text"
    return Ref(f"steps.{of.key}.{'values' if values else 'text'}", otherwise=others, kind=kind)


def _guarded(of: Guarded) -> Meaning:
    if of.part == "has_tripwire":
        return Ref(f"steps.{of.key}.is_fine")
    if of.part in ("safe_text", "pass_output", "anonymized_text"):
        return Ref(f"steps.{of.key}.masked") if of.masks else settle(of.checked)
    return Ref(f"steps.{of.key}.reasons", filters=('join: " "',))


def template(meaning: Meaning) -> tuple[str, bool]:
    """The text to write into a setting, and whether all of it could be said."""
    meaning = settle(meaning)
    if isinstance(meaning, Plain):
        return escaped(as_text(meaning.value)), True
    if isinstance(meaning, Ref):
        return _reference(meaning), True
    if isinstance(meaning, Mix):
        told = [template(piece) for piece in meaning.pieces[:MAX_PIECES]]
        is_whole = len(meaning.pieces) <= MAX_PIECES
        return "".join(text for text, _ in told), is_whole and all(sure for _, sure in told)
    if isinstance(meaning, Group):
        rows = [(name, template(value)) for name, value in meaning.values.items()]
        text = "\n".join(f"{escaped(name)}: {one}" for name, (one, _) in rows)
        return text, all(sure for _, (_, sure) in rows)
    if isinstance(meaning, Talk):
        return _talk(meaning)
    source = meaning.source if isinstance(meaning, Unknown) else "result of the guardrails"
    return f"[{escaped(source)}]", False


def escaped(text: str) -> str:
    """A text that stays as it is when references are filled in."""
    return text.replace("{{", '{{ "{{" }}') if "{{" in text else text


def as_text(value: Json) -> str:
    """A value of the program as a setting holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def plain_text(of: Meaning) -> str:
    """The text that stands in the program; empty for anything else."""
    return of.value.strip() if isinstance(of, Plain) and isinstance(of.value, str) else ""


def as_list(value: Json) -> str | None:
    """A list of the program's texts as a reference that gives a list; None where none can."""
    if not isinstance(value, list) or not value:
        return None
    texts = [one for one in value if isinstance(one, str) and one.strip() == one and one]
    if len(texts) < len(value) or any(len(one.splitlines()) > 1 for one in texts):
        return None
    return "{{ " + operand(Plain("\n".join(texts))) + " | lines }}"


def operand(one: Plain | Ref) -> str:
    """A value as a filter is told it: a path, a number, a text in quotes."""
    if isinstance(one, Ref):
        return one.path
    if one.value is None or isinstance(one.value, bool | int | float):
        return json.dumps(one.value)
    text = as_text(one.value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _reference(ref: Ref) -> str:
    defaults = "".join(f" | default: {operand(one)}" for one in ref.otherwise)
    filters = "".join(f" | {one}" for one in ref.filters)
    return "{{ " + ref.path + filters + defaults + " }}"


def _talk(talk: Talk) -> tuple[str, bool]:
    parts: list[str] = []
    is_sure = True
    for turn in talk.turns[:MAX_PIECES]:
        said = settle(turn.said)
        if isinstance(turn.said, Reply):
            said = _replied(turn.said, "text")
            parts.append(f"“{escaped(turn.said.name)}” answered before:")
        if not turn.sure and isinstance(said, Ref) and not said.otherwise:
            said = replace(said, otherwise=(Plain(""),))
        text, sure = template(said)
        parts.append(text)
        is_sure = is_sure and sure
    return "\n\n".join(parts), is_sure
