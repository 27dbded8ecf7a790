"""What a function of the program takes, as the questions of a form."""

import ast
import keyword

from app.engine.keys import fresh_key
from app.engine.values import Json
from app.moving_in.meanings.syntax import Functions, constant, source_of

_KINDS = {"str": "long_text", "int": "number", "float": "number", "bool": "switch"}


class CannotRun(Exception):
    """The function works with something that code here does not have; `sentence` says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def arguments(made: Functions, taken: set[str]) -> tuple[list[Json], list[Json], list[str]]:
    """Questions, the values they give, and what the function is called with; raises CannotRun."""
    if made.args.vararg or made.args.kwarg:
        raise CannotRun("It takes any number of values; a form asks for those that it names.")
    places = [*made.args.posonlyargs, *made.args.args]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(made.args.defaults))
    defaults += made.args.defaults
    every = [*zip(places, defaults, strict=True)]
    every += zip(made.args.kwonlyargs, made.args.kw_defaults, strict=True)
    inputs: list[Json] = []
    values: list[Json] = []
    given: list[str] = []
    keys: set[str] = set()
    for number, (one, default) in enumerate(every):
        is_named = number >= len(places)
        before = f"{one.arg}=" if is_named else ""
        if "Context" in (ast.unparse(one.annotation) if one.annotation else ""):
            if any(isinstance(each, ast.Name) and each.id == one.arg for each in ast.walk(made)):
                raise CannotRun("It works with the context of a run, which code here has not.")
            given.append(f"{before}None")
            continue
        key = fresh_key(one.arg, keys)
        keys.add(key)
        name = f"{key}_given" if key in taken or keyword.iskeyword(key) else key
        inputs.append(_question(one, key, default))
        values.append({"name": name, "value": "{{ trigger." + key + " }}"})
        if default is not None:
            given.append(f"{before}{ast.unparse(default)} if {name} in (None, '') else {name}")
        else:
            given.append(before + name)
    return inputs, values, given


def _question(of: ast.arg, key: str, default: ast.expr | None) -> Json:
    kind, options = _kind(of)
    label = of.arg.replace("_", " ").strip() or key
    required = default is None and kind != "switch"
    return {
        "label": label[:1].upper() + label[1:],
        "key": key,
        "kind": kind,
        "required": required,
        "options": list(options),
        "hint": "",
    }


def _kind(of: ast.arg) -> tuple[str, tuple[str, ...]]:
    node = _annotation(of)
    if node is None:
        return "long_text", ()
    if isinstance(node, ast.Subscript) and source_of(node.value) == "Literal":
        several = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        options = tuple(constant(one) for one in several)
        if all(options):
            return "choice", options
    kind = _KINDS.get(node.id) if isinstance(node, ast.Name) else None
    if kind is None:
        raise CannotRun(
            f"It takes “{of.arg[:60]}” as {source_of(node)}; what begins an agent takes texts, "
            "numbers, choices, and yes or no."
        )
    return kind, ()


def _annotation(of: ast.arg) -> ast.expr | None:
    """What it is said to be, without `Annotated`, `Optional` and `| None` around it."""
    node = of.annotation
    if isinstance(node, ast.Subscript) and source_of(node.value) in ("Annotated", "Optional"):
        inside = node.slice
        node = inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else inside
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        node = node.left
    return node
