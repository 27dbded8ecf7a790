"""What an expression of the program means in a flow, as far as a reference can say it."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.moving_in.meanings.filters import filter_of, form_of
from app.moving_in.meanings.kinds import (
    Group,
    Guarded,
    Items,
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
from app.moving_in.meanings.sums import filtered_by, is_text, summed, turned
from app.moving_in.meanings.syntax import called, constant, source_of
from app.moving_in.meanings.texts import operand, settle

LOOP_LIST = "the list of the loop"  # no Python name has spaces
_TEXT_PARTS = frozenset({"json", "model_dump_json"})
_VALUE_PARTS = frozenset({"model_dump", "dict"})
_GROWING = (ast.JoinedStr, ast.BinOp, ast.Dict, ast.List, ast.Tuple)
_SAME = frozenset(
    (
        *("str", "dumps", "cast", "deepcopy", "copy", "prompt_with_handoff_instructions"),
        *("create_task", "ensure_future", "wait_for", "shield", "as_completed"),
    )
)
TYPED = "what a person types"  # no Python name has spaces
_TEXTS = frozenset({"input_text", "output_text"})
_PICTURES = frozenset({"input_image", "input_file", "input_audio"})


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
            pieces.append(_formatted(piece, names))
        else:
            pieces.append(meaning(piece, names))
    return Mix(tuple(pieces))


def _formatted(piece: ast.FormattedValue, names: Names) -> Meaning:
    """`{name}` as it is, `{price:.2f}` with so many places; no other form."""
    of = meaning(piece.value, names)
    spec = piece.format_spec.values if isinstance(piece.format_spec, ast.JoinedStr) else []
    told = form_of(constant(spec[0])) if len(spec) == 1 else ""
    if piece.format_spec is None:
        return of
    return filtered(of, told, source_of(piece)) if told else Unknown(source_of(piece))


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
        is_text = of.part == "text" or not of.has_values
        return None if is_text else member(replace(of, part="values"), node.attr, source_of(node))
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
    """`[item.to_input_item() for item in result.new_items]` is what the agent said;
    `[one.final_output for one in results]` what a loop gave, if it gave just that."""
    source, target = node.generators[0].iter, node.generators[0].target
    if isinstance(source, ast.Attribute) and source.attr == "new_items":
        of = meaning(source.value, names)
        return Talk((Turn(of),)) if isinstance(of, Reply) else None
    items = meaning(source, names)
    is_plain = len(node.generators) == 1 and not node.generators[0].ifs
    if isinstance(items, Items) and isinstance(target, ast.Name) and is_plain:
        told = meaning(node.elt, {**names, target.id: items.item})
        return items if settle(told) == settle(items.item) else None
    return None


def _joined(node: ast.BinOp, names: Names) -> Meaning | None:
    left, right = settle(meaning(node.left, names)), settle(meaning(node.right, names))
    if not isinstance(node.op, ast.Add):
        return summed(node, left, right)
    if isinstance(left, Talk) and isinstance(right, Talk):
        return Talk.joined((left, right))
    joins_texts = is_text(left) or is_text(right)
    return Mix((left, right)) if joins_texts else summed(node, left, right)


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
        found = _of_reply(of, word, node)
        if found is not None:
            return found
        of = settle(of)
    first = node.args[0] if node.args else None
    guarded = _of_guard(node, word, names)
    if guarded is not None:
        return guarded
    if word == "get" and of is not None and isinstance(first, ast.Constant):
        return member(of, constant(first), source_of(node))
    if word in _VALUE_PARTS and isinstance(of, Group | Ref):
        return of
    if word == "join" and isinstance(of, Plain) and first is not None:
        return _with_between(of, first, names)
    if word == "input" and of is None:  # what the person types
        return names.get(TYPED)
    if word in _SAME and first is not None:
        return settle(meaning(first, names))
    return _put_through(node, word, of, names)


def _put_through(node: ast.Call, word: str, of: Meaning | None, names: Names) -> Meaning | None:
    """What a filter does here: `len(items)`, `name.upper()`, `round(total, 2)`."""
    is_function = of is None
    told = [meaning(one, names) for one in (node.args[1:] if is_function else node.args)]
    name = filter_of(word, len(told), is_function=is_function)
    is_plain = all(isinstance(one, Plain) for one in told)
    if not name or node.keywords or not is_plain or (is_function and not node.args):
        return None
    more = ", ".join(operand(one) for one in told if isinstance(one, Plain))
    on = meaning(node.args[0], names) if is_function else of
    if word == "len" and isinstance(on, Plain) and isinstance(on.value, str | list | dict):
        return Plain(len(on.value))
    return filtered(on, f"{name}: {more}" if more else name, source_of(node)) if on else None


def _with_between(between: Plain, items: ast.expr, names: Names) -> Meaning | None:
    """`", ".join([a, b])`, `", ".join(names)`."""
    if isinstance(items, ast.List | ast.Tuple):
        parts = [meaning(one, names) for one in items.elts]
        return Mix(tuple(one for part in parts for one in (between, part))[1:])
    of = settle(meaning(items, names))
    return filtered_by(of, f"join: {operand(between)}") if isinstance(of, Ref) else None


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
    ast.UnaryOp: lambda node, names: turned(node, meaning(node.operand, names)),
    ast.BoolOp: _either,
    ast.Call: _call,
    ast.Await: lambda node, names: meaning(node.value, names),
}
