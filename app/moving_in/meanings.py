"""What a name of the program stands for in a flow: a reference, a text, a conversation, …"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from app.engine.values import Json

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
MAX_PATH_PARTS = 12
MAX_PIECES = 200
MAX_PARTS = 600
MAX_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that stands in the program."""

    value: Json


@dataclass(frozen=True, slots=True)
class Ref:
    """A value of the run: `{{ path | filters }}`, or else one of the others."""

    path: str
    filters: tuple[str, ...] = ()
    otherwise: tuple["Plain | Ref", ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """A text with values in it."""

    pieces: tuple["Meaning", ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Named values, each with a meaning of its own."""

    values: Mapping[str, "Meaning"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What running an agent gave: a step that asked a model. `part` is what was taken of it."""

    key: str
    name: str
    has_values: bool
    part: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One part of a conversation; `sure` unless only some ways lead past it."""

    said: "Meaning"
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation so far."""

    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Guarded:
    """What guardrails found: the step that looked; `masks` if the text went on without names."""

    key: str
    checked: "Meaning"
    masks: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that no reference can say; `source` is how the program said it."""

    source: str


Meaning: TypeAlias = Plain | Ref | Mix | Group | Reply | Talk | Guarded | Unknown
Names: TypeAlias = dict[str, Meaning]


def member(of: Meaning, name: str | int, source: str) -> Meaning:
    """What `of[name]` or `of.name` means."""
    if isinstance(of, Group):
        return of.values.get(str(name), Unknown(source))
    if isinstance(of, Plain) and isinstance(of.value, dict) and name in of.value:
        return Plain(of.value[str(name)])
    if isinstance(of, Ref) and not of.filters and not of.otherwise:
        inside = f".{name}" if _is_part(name) else f"[{json.dumps(name)}]"
        if of.path.count(".") + of.path.count("[") < MAX_PATH_PARTS and len(str(name)) <= 60:
            return Ref(of.path + inside)
    if isinstance(of, Reply) and of.part == "values":
        return member(Ref(f"steps.{of.key}.values"), name, source)
    if isinstance(of, Guarded) and of.part in ("", "output", "pass_output"):
        return replace(of, part=str(name))
    return Unknown(source)


def filtered(of: Meaning, word: str, source: str) -> Meaning:
    """The value put through a filter."""
    settled = settle(of)
    if isinstance(settled, Ref) and not settled.otherwise:
        return replace(settled, filters=(*settled.filters, word))
    return Unknown(source)


def settle(meaning: Meaning) -> Meaning:
    """A reply, or what guardrails gave, as the reference or text it comes to."""
    if isinstance(meaning, Reply):
        values = meaning.part == "values" or (not meaning.part and meaning.has_values)
        return Ref(f"steps.{meaning.key}.{'values' if values else 'text'}")
    if isinstance(meaning, Guarded):
        return _guarded(meaning)
    return meaning


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


def light(meaning: Meaning, source: str) -> Meaning:
    """The meaning, unless it has grown: `t = t + t` doubles with every line."""
    waiting: list[Meaning] = [meaning]
    parts = chars = 0
    while waiting:
        one = waiting.pop()
        parts += 1
        chars += len(one.value) if isinstance(one, Plain) and isinstance(one.value, str) else 0
        if parts > MAX_PARTS or chars > MAX_CHARS:
            return Unknown(source)
        if isinstance(one, Mix):
            waiting += one.pieces
        elif isinstance(one, Group):
            waiting += one.values.values()
        elif isinstance(one, Talk):
            waiting += [turn.said for turn in one.turns]
    return meaning


def as_list(value: Json) -> str | None:
    """A list of the program's texts as a reference that gives a list; None where none can."""
    if not isinstance(value, list) or not value:
        return None
    texts = [one for one in value if isinstance(one, str) and one.strip() == one and one]
    if len(texts) < len(value) or any(len(one.splitlines()) > 1 for one in texts):
        return None
    return "{{ " + _operand(Plain("\n".join(texts))) + " | lines }}"


def merged(ways: Sequence[Names], before: Names) -> Names:
    """What names mean where ways come together: what a way changed counts, else what was before."""
    if len(ways) == 1:
        return dict(ways[0])
    names = dict.fromkeys(name for way in ways for name in way)
    return {
        name: _together([way[name] for way in ways if name in way], before.get(name), name, ways)
        for name in names
    }


def _together(
    found: list[Meaning], before: Meaning | None, name: str, ways: Sequence[Names]
) -> Meaning:
    first = found[0]
    if all(one == first for one in found):
        return first
    if all(isinstance(one, Talk) for one in found):
        return _one_talk([one for one in found if isinstance(one, Talk)])
    if all(isinstance(one, Group) for one in found):
        inside = [dict(one.values) for one in found if isinstance(one, Group)]
        earlier = dict(before.values) if isinstance(before, Group) else {}
        return Group(merged(inside, earlier))
    chosen = _unique([settle(one) for one in found if one != before])
    if before is not None and before in found:
        chosen.append(settle(before))
    return _either(chosen) or Unknown(name)


def _either(chosen: list[Meaning]) -> Meaning | None:
    head = chosen[0]
    plain = [one for one in chosen[1:] if isinstance(one, Plain | Ref)]
    if not isinstance(head, Ref) or head.otherwise or len(plain) < len(chosen) - 1:
        return None
    if any(isinstance(one, Ref) and (one.otherwise or one.filters) for one in plain):
        return None
    if any(isinstance(one, Plain) and isinstance(one.value, list | dict) for one in plain):
        return None
    return replace(head, otherwise=tuple(plain))


def _one_talk(talks: list[Talk]) -> Talk:
    turns = _unique([turn.said for talk in talks for turn in talk.turns])
    return Talk(
        tuple(
            Turn(said, all(any(said == one.said and one.sure for one in t.turns) for t in talks))
            for said in turns
        )
    )


def _unique(meanings: list[Meaning]) -> list[Meaning]:
    """Each once; they can hold lists, so no set will do."""
    found: list[Meaning] = []
    for one in meanings:
        if one not in found:
            found.append(one)
    return found


def _reference(ref: Ref) -> str:
    defaults = "".join(f" | default: {_operand(one)}" for one in ref.otherwise)
    filters = "".join(f" | {one}" for one in ref.filters)
    return "{{ " + ref.path + filters + defaults + " }}"


def _operand(one: Plain | Ref) -> str:
    if isinstance(one, Ref):
        return one.path
    if one.value is None or isinstance(one.value, bool | int | float):
        return json.dumps(one.value)
    text = as_text(one.value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _talk(talk: Talk) -> tuple[str, bool]:
    parts: list[str] = []
    is_sure = True
    for turn in talk.turns[:MAX_PIECES]:
        said = settle(turn.said)
        if isinstance(turn.said, Reply) and isinstance(said, Ref):
            said = Ref(f"steps.{turn.said.key}.text")
            parts.append(f"“{escaped(turn.said.name)}” answered before:")
        if not turn.sure and isinstance(said, Ref) and not said.otherwise:
            said = replace(said, otherwise=(Plain(""),))
        text, sure = template(said)
        parts.append(text)
        is_sure = is_sure and sure
    return "\n\n".join(parts), is_sure


def _is_part(name: str | int) -> bool:
    return isinstance(name, str) and bool(_WORD.match(name))
