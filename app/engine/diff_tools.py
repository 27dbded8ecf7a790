"""What is different in the tools of an agent step, and in a tool of an MCP server."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.diff_change import Change, Piece, Size, joined, sentence, went
from app.engine.diff_place import GONE, Place
from app.engine.field import Field
from app.engine.field_mcp import is_choice
from app.engine.field_tools import (
    OTHERWISE,
    POLICIES,
    RULES,
    TARGETS,
    TOOL_KINDS,
    are_tools,
    tool_key,
)
from app.engine.values import Json
from app.engine.words import short

Row = Mapping[str, Any]
_KINDS = {kind: words for kind, words, _, _ in TOOL_KINDS}
_POLICIES, _RULES, _OTHERWISE = dict(POLICIES), dict(RULES), dict(OTHERWISE)


def tool_changes(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    """Tools: told by their names, what each may do and when it asks."""
    if not (are_tools(was) and are_tools(now)):
        yield place.compare(field.label, was, now, field=name)
        return
    old, new = ({tool_key(row): row for row in rows} for rows in (was, now))
    found = list(_of_each(place, name, old, new))
    for key in old:
        if key not in new:
            gone = sentence("It has no tool ", Piece(key, "old"), " any more")
            found.append(place.tell(gone, turn="removed", field=name, size=Size.FEATURE))
    yield from found or [place.tell(f"“{field.label}” are written in another way", field=name)]


def server_tool_changes(
    place: Place, name: str, field: Field, was: Json, now: Json
) -> Iterator[Change]:
    """Another tool of a server, or the same one as it is by now."""
    old, new = (_called(place, one) if is_choice(one) else "" for one in (was, now))
    if old == new:
        yield place.tell(f"“{new}” was chosen again, as it is now", field=name)
    elif not old:
        yield place.tell(f"“{field.label}” is now ", Piece(new or "none", "new"), field=name)
    else:
        yield place.tell(joined(f"“{field.label}”", went(old, new or "none")), field=name)


def _of_each(
    place: Place, name: str, old: Mapping[str, Row], new: Mapping[str, Row]
) -> Iterator[Change]:
    for key, row in new.items():
        if key in old:
            yield from _one(place, name, key, old[key], row)
            continue
        does = f"{_KINDS.get(row['tool'], row['tool'])}, {_on(place, row)}"
        when = f" ({str(_POLICIES.get(row['policy'], row['policy'])).lower()})"
        told = sentence("It may use a tool ", Piece(key, "new"), f": {does}{when}")
        yield place.tell(told, turn="added", field=name, size=Size.FEATURE)


def _one(place: Place, name: str, key: str, old: Row, new: Row) -> Iterator[Change]:
    called = f"The tool “{key}”"
    if old["tool"] != new["tool"]:
        words = (_KINDS.get(one["tool"], one["tool"]) for one in (old, new))
        yield place.tell(joined(called, went(*words)), field=name, size=Size.FEATURE)
    if _on(place, old) != _on(place, new):
        told = joined(f"{called} works on another thing", went(_on(place, old), _on(place, new)))
        yield place.tell(told, field=name, size=Size.FEATURE)
    elif old.get("seen") != new.get("seen"):
        yield place.tell(f"{called} was chosen again, as it is now", field=name)
    if old["policy"] != new["policy"]:
        words = (_POLICIES.get(one["policy"], one["policy"]) for one in (old, new))
        yield place.tell(joined(f"{called}, when it asks", went(*words)), field=name)
    if old["about"] != new["about"]:
        yield place.compare(f"When to use {key}", old["about"], new["about"], field=name)
    if old["connection"] != new["connection"] and "mcp_tool" not in new:
        words = (_connection(place, one) or "none" for one in (old, new))
        yield place.tell(joined(f"{called}, connection", went(*words)), field=name)
    yield from _rules(place, name, called, old["rules"], new["rules"])


def _rules(
    place: Place, name: str, called: str, old: list[Row], new: list[Row]
) -> Iterator[Change]:
    for rule in new:
        if rule not in old:
            told = sentence(f"{called} has a new rule: ", Piece(_told(rule), "new"))
            yield place.tell(told, turn="added", field=name)
    for rule in old:
        if rule not in new:
            told = sentence(f"{called} has this rule no longer: ", Piece(_told(rule), "old"))
            yield place.tell(told, turn="removed", field=name, size=Size.FEATURE)


def _told(rule: Row) -> str:
    words = _RULES.get(rule["operator"], rule["operator"])
    otherwise = _OTHERWISE.get(rule["otherwise"], rule["otherwise"])
    return f"{rule['argument']} {words} {short(rule['value'], 60)}, {otherwise}"


def _on(place: Place, row: Row) -> str:
    """What a tool works on, by its name."""
    target = TARGETS.get(row["tool"], "")
    value = str(row.get(target) or "")
    if target == "mcp_tool":
        return _called(place, row)
    if target in ("table", "agent"):
        return place.known.choices.get(f"{target}s", {}).get(value, GONE)
    return value


def _called(place: Place, row: Row) -> str:
    return f"{row.get('mcp_tool') or 'none'} of {_connection(place, row) or GONE}"


def _connection(place: Place, row: Row) -> str:
    if not row["connection"]:
        return ""
    fact = place.known.connections.get(row["connection"])
    return fact.name if fact else GONE
