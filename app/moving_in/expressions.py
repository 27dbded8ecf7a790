"""What an expression of the program means in a flow, as far as a reference can say it."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.moving_in.meanings import (
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
    filtered,
    light,
    member,
    settle,
)

LOOP_LIST = "the list of the loop"  # no Python name has spaces
MAX_SOURCE_CHARS = 60
_TEXT_PARTS = frozenset({"json", "model_dump_json"})
_VALUE_PARTS = frozenset({"model_dump", "dict"})
_GROWING = (ast.JoinedStr, ast.BinOp, ast.Dict, ast.List, ast.Tuple)
_SAME = frozenset({"str", "dumps", "cast", "deepcopy", "copy"})
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


def source_of(node: ast.AST) -> str:
    """The expression as the program says it, short."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return "…"
    return text if len(text) <= MAX_SOURCE_CHARS else f"{text[:MAX_SOURCE_CHARS]}…"


def called(node: ast.AST | None) -> str:
    """The last word of what is called: `Runner.run(…)` gives `run`; empty for no call."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return ""
    func = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def bare(node: ast.expr) -> ast.expr:
    """The expression without `await`."""
    return node.value if isinstance(node, ast.Await) else node


def keyword(call: ast.Call, name: str, place: int | None = None) -> ast.expr | None:
    """An argument by its name, or by its place."""
    found = next((one.value for one in call.keywords if one.arg == name), None)
    if found is None and place is not None and place < len(call.args):
        found = call.args[place]
    return found


def constant(node: ast.AST | None) -> str:
    """The text that stands there, or an empty one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


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
    said = _turn(node, names)
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
    if not isinstance(content, ast.List):
        return Talk((Turn(meaning(content, names)),))
    turns: list[Turn] = []
    for one in content.elts:
        text = _text_part(one)
        turns.append(Turn(meaning(text if text is not None else one, names)))
    return Talk(tuple(turns))


def _text_part(node: ast.expr) -> ast.expr | None:
    if not isinstance(node, ast.Dict):
        return None
    pairs = zip(node.keys, node.values, strict=True)
    return next((value for key, value in pairs if constant(key) == "text"), None)


def _list(node: ast.List | ast.Tuple, names: Names) -> Meaning | None:
    found = [
        meaning(one.value if isinstance(one, ast.Starred) else one, names) for one in node.elts
    ]
    if found and all(isinstance(one, Talk) for one in found):
        return Talk(tuple(turn for one in found if isinstance(one, Talk) for turn in one.turns))
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
    if word in _SAME and first is not None:
        return settle(meaning(first, names))
    if word in _FILTERS:
        on = first if word == "len" else getattr(node.func, "value", None)
        return filtered(meaning(on, names), _FILTERS[word], source_of(node))
    return None


def _of_reply(of: Reply, word: str, node: ast.Call) -> Meaning | None:
    if word == "final_output_as":
        wants_text = node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "str"
        return replace(of, part="text" if wants_text else "values")
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
