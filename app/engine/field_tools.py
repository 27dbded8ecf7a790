"""The setting that says which tools a model may use, and what calls of them must keep to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

from app.engine.field import Field, FormData
from app.engine.field_mcp import each_chosen
from app.engine.keys import word
from app.engine.values import Json
from app.lib.safe_http import HttpRefused
from app.lib.safe_http.target import Target

MAX_TOOLS = 20
MAX_RULES = 20
MAX_ADDRESS_CHARS = 500
# What a tool does: (stored word, words on screen, the setting that says on what, whether it can
# change something).
TOOL_KINDS: tuple[tuple[str, str, str, bool], ...] = (
    ("http_read", "Ask a service", "address", False),
    ("http", "Ask or change a service", "address", True),
    ("find_rows", "Find rows of a table", "table", False),
    ("add_row", "Add a row to a table", "table", True),
    ("change_row", "Change a row of a table", "table", True),
    ("remove_row", "Remove a row of a table", "table", True),
    ("agent", "Run another agent", "agent", True),
    ("mcp", "Use a tool of an MCP server", "mcp_tool", True),
    # What a server says of its own tools counts for nothing: here a person says so.
    ("mcp_read", "Use a tool of an MCP server that only reads", "mcp_tool", False),
)
POLICIES: tuple[tuple[str, str], ...] = (
    ("ask_writes", "Ask a person before it changes something"),
    ("ask", "Always ask a person"),
    ("allow", "Always allowed"),
    ("never", "Never"),
)
RULES: tuple[tuple[str, str], ...] = (
    ("at_most", "is at most"),
    ("at_least", "is at least"),
    ("is", "is exactly"),
    ("among", "is one of"),
    ("ends_with", "ends with"),
)
OTHERWISE: tuple[tuple[str, str], ...] = (("ask", "else ask"), ("refuse", "else refuse"))
TARGETS: Mapping[str, str] = {kind: target for kind, _, target, _ in TOOL_KINDS}
_WORDS = {kind: words for kind, words, _, _ in TOOL_KINDS}
_WRITES = {kind for kind, _, _, writes in TOOL_KINDS if writes}
_TEXTS = ("tool", "name", "about", "address", "connection", "agent", "table", "policy")
_OF_SERVER = ("mcp_tool", "seen")  # only tools of MCP servers have these
_RULE = ("argument", "operator", "value", "otherwise")
_TAKEN = "final_answer"
_EMPTY: Mapping[str, Json] = {
    **dict.fromkeys((*_TEXTS, *_OF_SERVER), ""),
    "policy": "ask_writes",
    "rules": [],
}


@dataclass(frozen=True, kw_only=True)
class Tools(Field):
    """`[{"tool", "name", "about", "address", "connection", "agent", "table", "policy", "rules"}]`.

    `rules` are `{"argument", "operator", "value", "otherwise"}`; a tool of an MCP server also has
    `{"mcp_tool", "seen"}`. Nothing in it is a template: what a run brings along never decides what
    may be called.
    """

    kind: ClassVar[str] = "tools"
    templated: ClassVar[bool] = False
    empty_row: ClassVar[Mapping[str, Json] | None] = _EMPTY
    picks: ClassVar[tuple[str, ...]] = ("agents", "tables")
    tool_kinds: ClassVar[tuple[tuple[str, str], ...]] = tuple(_WORDS.items())
    most: ClassVar[int] = MAX_TOOLS
    targets: ClassVar[Mapping[str, str]] = TARGETS
    policies: ClassVar[tuple[tuple[str, str], ...]] = POLICIES
    comparisons: ClassVar[tuple[tuple[str, str], ...]] = RULES
    otherwise: ClassVar[tuple[tuple[str, str], ...]] = OTHERWISE

    def initial(self) -> Json:
        """No tools."""
        return []

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; rules are called `<prefix>-<number>-in-<number>-…`."""
        numbers = _numbers(data, prefix, "tool")
        rows = [row for one in numbers for row in _posted(data, f"{prefix}-{one}")]
        kept: list[Json] = [*_each_once(rows)]
        return kept[:MAX_TOOLS]

    def check(self, value: Json) -> list[str]:
        """Tools of kinds that are known, each with a name of its own and what it works on."""
        problems = super().check(value)
        if not are_tools(value):
            return [f"“{self.label}” must be rows of tools."]
        names = [tool_key(row) for row in value]
        for name in sorted({one for one in names if names.count(one) > 1}):
            problems.append(f"Two tools are called “{name}”. Give one of them another name.")
        for row in value:
            problems += _row_problems(row)
        return problems

    def json_schema(self) -> dict[str, Json]:
        """An array of tools."""
        text: Json = {"type": "string"}
        rule: Json = {"type": "object", "properties": dict.fromkeys(_RULE, text)}
        own: dict[str, Json] = {
            **dict.fromkeys((*_TEXTS, *_OF_SERVER), text),
            "tool": {"type": "string", "enum": list(_WORDS)},
            "policy": {"type": "string", "enum": [stored for stored, _ in POLICIES]},
            "rules": {"type": "array", "maxItems": MAX_RULES, "items": rule},
        }
        item: Json = {"type": "object", "properties": own}
        return self._described({"type": "array", "maxItems": MAX_TOOLS, "items": item})


def are_tools(value: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a value has the shape of tools."""
    return (
        isinstance(value, list)
        and len(value) <= MAX_TOOLS
        and all(isinstance(row, dict) and _has_parts(row) for row in value)
        and all(isinstance(row[name], str) for row in value for name in row if name != "rules")
        and all(_are_rules(row["rules"]) for row in value)
    )


def tools_in(value: object) -> list[dict[str, Any]]:
    """The tools that can be used; none of a value of another shape."""
    return [row for row in value if row["policy"] != "never"] if are_tools(value) else []


def tool_key(row: Mapping[str, Any]) -> str:
    """What models call the tool: `Find customers` → `find_customers`."""
    own = str(row["name"]).strip() or str(row.get("mcp_tool") or "").strip()
    return word(own or _WORDS.get(str(row["tool"]), ""), "tool")


def can_write(row: Mapping[str, Any]) -> bool:
    """Whether any call of the tool can change something; one of an unknown kind can."""
    return row["tool"] in _WRITES or row["tool"] not in _WORDS


def address_fault(address: str) -> str:
    """What is wrong with where a tool's addresses begin; empty when nothing is."""
    if "{{" in address:
        return "is typed out in full, so that it is certain where calls go."
    if "?" in address or "#" in address:
        return "ends before the question mark; the rest is given with each call."
    try:
        Target.parse(address)
    except HttpRefused as refused:
        return f"cannot be used. {refused.sentence}"
    return ""


def _row_problems(row: Mapping[str, Any]) -> Iterator[str]:
    key = tool_key(row)
    if row["tool"] not in _WORDS:
        yield f"Choose what the tool “{row['name'] or 'without a name'}” does."
        return
    if key == _TAKEN:
        yield f"“{_TAKEN}” has a meaning of its own. Give the tool another name."
    target = TARGETS[row["tool"]]
    if not row.get(target):
        yield f"The tool “{key}” needs {_NEEDS[target]}."
    elif target == "address" and (fault := address_fault(row["address"])):
        yield f"The address of the tool “{key}” {fault}"
    if row["policy"] not in dict(POLICIES):
        yield f"Choose when the tool “{key}” asks a person."
    for rule in row["rules"]:
        if not rule["argument"]:
            yield f"A rule of the tool “{key}” does not say which value it is about."
        elif not rule["value"].strip():
            yield f"The rule about “{rule['argument']}” of “{key}” does not say what may be."
        elif rule["operator"] not in dict(RULES) or rule["otherwise"] not in dict(OTHERWISE):
            yield f"A rule of the tool “{key}” compares in a way that is not known here."
        elif rule["operator"] in ("at_most", "at_least") and not _NUMBER.match(rule["value"]):
            yield f"The rule about “{rule['argument']}” of “{key}” needs a number."


_NEEDS = {
    "address": "an address, such as https://api.example.org/v1",
    "table": "a table",
    "agent": "an agent",
    "mcp_tool": "a tool of an MCP server",
}
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d+)?\s*\Z")


def _has_parts(row: Mapping[str, Any]) -> bool:
    return set(row) - set(_OF_SERVER) == {*_TEXTS, "rules"}


def _are_rules(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_RULES
        and all(isinstance(row, dict) and set(row) == set(_RULE) for row in value)
        and all(isinstance(one, str) for row in value for one in row.values())
    )


def _numbers(data: FormData, prefix: str, part: str) -> list[int]:
    form = re.compile(re.escape(prefix) + rf"-(\d{{1,3}})-{part}\Z")
    return sorted({int(found[1]) for name in data if (found := form.match(name))})


def _posted(data: FormData, base: str) -> list[dict[str, Json]]:
    """One tool as typed, several where all tools of a server were chosen, none if removed."""
    row = {name: data.get(f"{base}-{name}", "").strip() for name in _TEXTS}
    row["policy"] = row["policy"] or "ask_writes"
    if f"{base}-remove" in data or not (row["tool"] or row["name"]):
        return []
    # Of what it works on only that is kept which its kind has.
    target = TARGETS.get(row["tool"], "")
    for name in ("address", "agent", "table"):
        row[name] = row[name] if name == target else ""
    row["connection"] = row["connection"] if target == "address" else ""
    inner = f"{base}-in"
    rules = (_posted_rule(data, f"{inner}-{one}") for one in _numbers(data, inner, "argument"))
    kept: list[Json] = [rule for rule in rules if rule is not None]
    made: dict[str, Json] = {**row, "rules": kept[:MAX_RULES]}
    if target != "mcp_tool":
        return [made]
    waits = data.get(f"{base}-waits", "").strip()[:MAX_ADDRESS_CHARS]
    return _of_server(made, data.get(f"{base}-mcp", ""), waits)


def _of_server(row: dict[str, Json], typed: str, waits: str) -> list[dict[str, Json]]:
    """The tool of a server that was chosen, or each of them by its own name."""
    found = [dict(one) for one in each_chosen(typed)][:MAX_TOOLS]
    if not found:  # a tool that moved in waits for the server at this address
        return [{**row, **dict.fromkeys(_OF_SERVER, ""), "address": waits}]
    named = [{"name": one["mcp_tool"], "about": ""} if len(found) > 1 else {} for one in found]
    return [{**row, **one, **name} for one, name in zip(found, named, strict=True)]


def _each_once(rows: list[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    """Without tools of a server that stand there already."""
    seen: set[tuple[Json, Json]] = set()
    for row in rows:
        tool = (row["connection"], row.get("mcp_tool"))
        if not row.get("mcp_tool") or tool not in seen:
            yield row
        seen.add(tool)


def _posted_rule(data: FormData, base: str) -> Json:
    rule = {name: data.get(f"{base}-{name}", "").strip() for name in _RULE}
    if f"{base}-remove" in data or not (rule["argument"] or rule["value"]):
        return None
    return {**rule}
