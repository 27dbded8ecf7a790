"""What an expression of the program means in a flow, as far as a reference can say it."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.moving_in.meanings.kinds import (
    Group,
    Guarded,
    Meaning,
    Mix,
    Names,
    Plain,
    Ref,
    Reply,
    Talk,
    Turn,
    Unknown,
    light,
)
from app.moving_in.meanings.members import filtered, member
from app.moving_in.meanings.syntax import called, constant, source_of
from app.moving_in.meanings.texts import settle

LOOP_LIST = "the list of the loop"  # no Python name has spaces
_TEXT_PARTS = frozenset({"json", "model_dump_json"})
_VALUE_PARTS = frozenset({"model_dump", "dict"})
_GROWING = (ast.JoinedStr, ast.BinOp, ast.Dict, ast.List, ast.Tuple)
_SAME = frozenset({"str", "dumps", "cast", "deepcopy", "copy", "prompt_with_handoff_instructions"})
TYPED = "what a person types"  # no Python name has spaces
_TEXTS = frozenset({"input_text", "output_text"})
_PICTURES = frozenset({"input_image", "input_file", "input_audio"})
_FILTERS = {"lower": "lower", "upper": "upper", "strip": "trim", "len": "length"}


def meaning(node: ast.expr | None, names: Names) -> Meaning:
    """What the expression stands for; Unknown when no reference can say it."""
    if node is None:
        return Plain(None)
    reader = _READERS.get(type(node))
    found = reader(node, names) if reader is not None else None
    if found is None:
        return Unknown(source_of(node))
    return light(found, source_of(node)) if isinstance(node, _GROWING) else found


def _name(node: ast.Name, names: Names) -> Meaning | None:
    return names.get(node.id)


def _plain(node: ast.Constant, names: Names) -> Meaning | None:
    value = node.value
    return Plain(value) if value is None or isinstance(value, str | bool | int | float) else None


def _fstring(node: ast.JoinedStr, names: Names) -> Meaning:
    pieces: list[Meaning] = []
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            is_plain = piece.format_spec is None
            pieces.append(meaning(piece.value, names) if is_plain else Unknown(source_of(piece)))
        else:
            pieces.append(meaning(piece, names))
    return Mix(tuple(pieces))


def _subscript(node: ast.Subscript, names: Names) -> Meaning | None:
    of = meaning(node.value, names)
    at = meaning(node.slice, names)
    if at == Ref("index") and names.get(LOOP_LIST) == of:
        return Ref("item")
    if isinstance(at, Plain) and isinstance(at.value, str | int):
        return member(of, at.value, source_of(node))
    return None


def _attribute(node: ast.Attribute, names: Names) -> Meaning | None:
    of = meaning(node.value, names)
    if isinstance(of, Reply):
        if node.attr == "final_output":
            return replace(of, part="")
        return member(Ref(f"steps.{of.key}.values"), node.attr, source_of(node))
    return member(of, node.attr, source_of(node))


def _dict(node: ast.Dict, names: Names) -> Meaning | None:
    said = _turn(node, names) or _part(node, names)
    if said is not None:
        return said
    values: dict[str, Meaning] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:  # **other
            inside = meaning(value, names)
            if not isinstance(inside, Group):
                return None
            values |= inside.values
            continue
        name = meaning(key, names)
        if not isinstance(name, Plain):
            return None
        values[str(name.value)] = meaning(value, names)
    return Group(values)


def _turn(node: ast.Dict, names: Names) -> Talk | None:
    """One message of a conversation: `{"role": …, "content": …}`."""
    parts = {constant(key): value for key, value in zip(node.keys, node.values, strict=True)}
    if "role" not in parts or "content" not in parts:
        return None
    content = parts["content"]
    several = content.elts if isinstance(content, ast.List) else [content]
    found = [meaning(one, names) for one in several]
    return Talk.joined(one if isinstance(one, Talk) else Talk((Turn(one),)) for one in found)


def _part(node: ast.Dict, names: Names) -> Talk | None:
    """A part of a message, `{"type": "input_text", "text": …}`; pictures are no text."""
    parts = {constant(key): value for key, value in zip(node.keys, node.values, strict=True)}
    kind = constant(parts.get("type"))
    if kind in _TEXTS and "text" in parts:
        return Talk((Turn(meaning(parts["text"], names)),))
    return Talk(pictures=True) if kind in _PICTURES else None


def _list(node: ast.List | ast.Tuple, names: Names) -> Meaning | None:
    found = [
        meaning(one.value if isinstance(one, ast.Starred) else one, names) for one in node.elts
    ]
    if found and all(isinstance(one, Talk) for one in found):
        return Talk.joined(one for one in found if isinstance(one, Talk))
    if all(isinstance(one, Plain) for one in found):
        return Plain([one.value for one in found if isinstance(one, Plain)])
    return None


def _items(node: ast.ListComp, names: Names) -> Meaning | None:
    """`[item.to_input_item() for item in result.new_items]` is what the agent said."""
    source = node.generators[0].iter
    if isinstance(source, ast.Attribute) and source.attr == "new_items":
        of = meaning(source.value, names)
        return Talk((Turn(of),)) if isinstance(of, Reply) else None
    return None


def _joined(node: ast.BinOp, names: Names) -> Meaning | None:
    if not isinstance(node.op, ast.Add):
        return None
    left, right = settle(meaning(node.left, names)), settle(meaning(node.right, names))
    if isinstance(left, Talk) and isinstance(right, Talk):
        return Talk.joined((left, right))
    is_text = any(
        isinstance(one, Mix) or (isinstance(one, Plain) and isinstance(one.value, str))
        for one in (left, right)
    )
    return Mix((left, right)) if is_text else None


def _either(node: ast.BoolOp, names: Names) -> Meaning | None:
    found = [meaning(one, names) for one in node.values]
    parts = [one for one in (*found, *_inner(node, names)) if isinstance(one, Guarded)]
    if parts:
        return replace(parts[0], part="output")
    if isinstance(node.op, ast.Or) and len(found) == 2:
        first, second = settle(found[0]), settle(found[1])
        is_long = isinstance(second, Ref) and (second.otherwise or second.filters)
        if isinstance(second, Plain) and isinstance(second.value, list | dict):
            return None
        if isinstance(first, Ref) and isinstance(second, Plain | Ref) and not is_long:
            if first.otherwise:
                return None
            return replace(first, otherwise=(second,))
    return None


def _inner(node: ast.BoolOp, names: Names) -> list[Meaning]:
    inner = [one for one in node.values if isinstance(one, ast.BoolOp)]
    return [meaning(value, names) for one in inner for value in one.values]


def _call(node: ast.Call, names: Names) -> Meaning | None:
    word = called(node)
    of = meaning(node.func.value, names) if isinstance(node.func, ast.Attribute) else None
    if isinstance(of, Reply):
        return _of_reply(of, word, node)
    first = node.args[0] if node.args else None
    guarded = _of_guard(node, word, names)
    if guarded is not None:
        return guarded
    if word == "get" and of is not None and isinstance(first, ast.Constant):
        return member(of, constant(first), source_of(node))
    if word in _VALUE_PARTS and isinstance(of, Group | Ref):
        return of
    if word == "join" and isinstance(of, Plain) and isinstance(first, ast.List | ast.Tuple):
        return _with_between(of, [meaning(one, names) for one in first.elts])
    if word == "input" and of is None:  # what the person types
        return names.get(TYPED)
    if word in _SAME and first is not None:
        return settle(meaning(first, names))
    if word in _FILTERS:
        on = first if word == "len" else getattr(node.func, "value", None)
        return filtered(meaning(on, names), _FILTERS[word], source_of(node))
    return None


def _with_between(between: Plain, parts: list[Meaning]) -> Meaning:
    """`", ".join([a, b])`."""
    return Mix(tuple(one for part in parts for one in (between, part))[1:])


def _of_reply(of: Reply, word: str, node: ast.Call) -> Meaning | None:
    if word == "final_output_as":
        wants_text = node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "str"
        return replace(of, part="text" if wants_text else "values")
    if word == "to_input_list":
        return Talk((Turn(of),))
    if word in _TEXT_PARTS:
        return replace(of, part="text")
    if word in _VALUE_PARTS:
        return replace(of, part="values")
    return None


def _of_guard(node: ast.Call, word: str, names: Names) -> Meaning | None:
    found = [one for one in (meaning(arg, names) for arg in node.args) if isinstance(one, Guarded)]
    if not found:
        return None
    part = "has_tripwire" if "tripwire" in word else "safe_text" if "text" in word else "output"
    return replace(found[0], part=part)


_READERS: Mapping[type[ast.expr], Callable[..., Meaning | None]] = {
    ast.Name: _name,
    ast.Constant: _plain,
    ast.JoinedStr: _fstring,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Dict: _dict,
    ast.List: _list,
    ast.Tuple: _list,
    ast.ListComp: _items,
    ast.BinOp: _joined,
    ast.BoolOp: _either,
    ast.Call: _call,
    ast.Await: lambda node, names: meaning(node.value, names),
}
