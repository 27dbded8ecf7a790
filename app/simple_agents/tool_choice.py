"""The tools of a simple agent: what there is to choose from, and how each is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from app.engine.field_tools import POLICIES, TOOL_KINDS, Tools, are_tools, can_write, tool_key
from app.engine.problem import Known
from app.engine.values import Json

# The things of the workspace by what they are ("tables", "agents"), each by its id.
Names: TypeAlias = Mapping[str, Mapping[str, str]]
MAX_TOOL_NAME_CHARS = 40
# What a tool works on: where such things are listed, and what the list is called.
_OF: Mapping[str, tuple[str, str]] = {
    "table": ("tables", "Tables"),
    "agent": ("agents", "Agents"),
}
# How a kind of tool is offered and named, with what it works on.
_OFFERED: Mapping[str, str] = {
    "find_rows": "Find rows of {}",
    "add_row": "Add a row to {}",
    "change_row": "Change a row of {}",
    "remove_row": "Remove a row of {}",
    "agent": "Run {}",
}
_ICONS: Mapping[str, str] = {
    "table": "table-2",
    "agent": "bot",
    "address": "globe",
    "mcp_tool": "plug",
}
# The short words of a policy, and what it means for a tool that changes nothing and for others.
_POLICY: Mapping[str, tuple[str, str, str]] = {
    "allow": ("Always", "uses it freely", "reads and changes without asking"),
    "ask_writes": ("Ask for writes", "reads freely", "asks you before it changes anything"),
    "ask": ("Ask always", "asks you before every use", "asks you before every use"),
    "never": ("Never", "may not use it", "may not use it"),
}
_WORDS: Mapping[str, str] = {kind: words for kind, words, *_ in TOOL_KINDS}
_TARGETS: Mapping[str, str] = {kind: target for kind, _, target, *_ in TOOL_KINDS}


@dataclass(frozen=True, slots=True)
class ToolShown:
    """One tool as the page lists it: `line` says what it does and when it asks."""

    number: int
    row: Mapping[str, Any]
    icon: str
    title: str
    line: str

    @property
    def is_off(self) -> bool:
        """Whether it may not be used."""
        return bool(self.row["policy"] == "never")

    @property
    def needs_more(self) -> bool:
        """Whether it is not said yet on what it works."""
        return not self.row.get(_TARGETS.get(str(self.row["tool"]), ""))


def names_in(known: Known) -> Names:
    """What tools can work on in a workspace."""
    return {of: known.choices.get(of, {}) for of, _ in _OF.values()}


def policies() -> list[tuple[str, str, str]]:
    """The policies to choose from: (stored word, short words, plain words), the freest first."""
    told = dict(POLICIES)
    return [(word, short, told[word]) for word, (short, _, _) in _POLICY.items() if word in told]


def shown(value: Json, names: Names) -> list[ToolShown]:
    """The tools in a step's settings."""
    if not are_tools(value):
        return []
    return [_shown(number, row, names) for number, row in enumerate(value, start=1)]


def offered(names: Names) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be added: groups of (`kind:id`, words); one without an id is set in its row."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind, words, target, *_ in TOOL_KINDS:
        of, group = _OF.get(target, ("", "Services"))
        if of:
            there, how = names.get(of, {}).items(), _OFFERED.get(kind, "Use {}")
            found = [(f"{kind}:{key}", how.format(name)) for key, name in there]
        else:
            found = [(f"{kind}:", words)]
        groups.setdefault(group, []).extend(found)
    return [(group, _by_thing(found)) for group, found in groups.items() if found]


def with_tool(value: Json, chosen: str, names: Names) -> Json:
    """The tools with one more, chosen as `kind:id`; as they were for anything else."""
    kind, _, key = chosen.partition(":")
    rows: list[Any] = list(value) if are_tools(value) else []
    if kind not in _WORDS:
        return [*rows]
    target = _TARGETS[kind]
    of, _ = _OF.get(target, ("", ""))
    name = names.get(of, {}).get(key)
    if of and name is None:
        return [*rows]
    typed = {"new-1-tool": kind}
    if name is not None:
        called = _free_name(_OFFERED.get(kind, "Use {}").format(name), rows)
        typed |= {f"new-1-{target}": key, "new-1-name": called}
    made: Any = Tools(label="").parse_form(typed, "new")
    return [*rows, *made]


def _shown(number: int, row: Mapping[str, Any], names: Names) -> ToolShown:
    kind = str(row["tool"])
    target = _TARGETS.get(kind, "")
    words = _WORDS.get(kind, "")
    title = _title(row, target, names) or row["name"] or words or "One more tool"
    _, reading, writing = _POLICY.get(row["policy"], _POLICY["ask"])
    asks = writing if can_write(row) else reading
    line = f"{words} · {asks}" if words and words != title else asks
    return ToolShown(number, row, _ICONS.get(target, "wrench"), title, line)


def _title(row: Mapping[str, Any], target: str, names: Names) -> str:
    of, _ = _OF.get(target, ("", ""))
    if of and row[target]:
        return names.get(of, {}).get(row[target], "One that is gone")
    if target == "address" and row["address"]:
        return urlsplit(str(row["address"])).hostname or str(row["address"])
    return ""


def _by_thing(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """All that can be done with one table stands together."""
    order = {key: at for at, key in enumerate(dict.fromkeys(_thing(value) for value, _ in found))}
    return sorted(found, key=lambda one: order[_thing(one[0])])


def _thing(value: str) -> str:
    return value.partition(":")[2]


def _free_name(name: str, rows: list[Any]) -> str:
    taken = {tool_key(row) for row in rows}
    names = _numbered(name[:MAX_TOOL_NAME_CHARS].strip())
    return next(one for one in names if tool_key({"name": one, "tool": ""}) not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in range(2, 100):
        yield f"{name[: MAX_TOOL_NAME_CHARS - 3]} {number}"
