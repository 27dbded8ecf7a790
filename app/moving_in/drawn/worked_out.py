"""The step that works out what no reference can say: a formula, or the program's own code."""

import ast
import builtins
import copy
import keyword
from dataclasses import dataclass, field

from app.composing.code_check import code_fault, formula_fault
from app.engine.graph import Step
from app.engine.keys import fresh_key
from app.engine.redact import HIDDEN
from app.engine.values import Json
from app.moving_in.declared.code_inputs import CannotRun
from app.moving_in.declared.own_code import code_around
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Mix, Names, Plain, Ref, Unknown
from app.moving_in.meanings.syntax import source_of
from app.moving_in.meanings.texts import settle, template

MAX_VALUES = 20
MAX_CODE_CHARS = 4_000
_SUMS = (
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Load),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.Constant),
)
_RESERVED = frozenset((*keyword.kwlist, *dir(builtins), "value", "worked_out"))


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """The step, what it gives, and what somebody should look at."""

    step: Step
    value: Ref
    doubts: tuple[str, ...] = ()


def worked_out(scene: Scene, expression: ast.expr, *, named: str) -> WorkedOut | None:
    """A step that works the expression out; None where it needs what code here does not have."""
    put_in = _PutIn(scene.names, _bound(expression))
    try:
        tree = ast.fix_missing_locations(put_in.visit(copy.deepcopy(expression)))
        if len(put_in.values) > MAX_VALUES:
            return None
        around, parts = code_around(_function(tree, put_in), scene.head)
    except (CannotRun, RecursionError, ValueError):
        return None
    source = ast.unparse(tree)
    if len(source) > MAX_CODE_CHARS:
        return None
    rows: list[Json] = [{"name": name, "value": text} for text, name in put_in.values.items()]
    if not around and _is_sum(tree) and not formula_fault(source, put_in.values.values(), None):
        step = scene.drawing.add("formula", named, {"expression": source, "values": rows})
    else:
        code = "\n".join((*around, f"return {source}"))
        if code_fault(code, None):
            return None
        step = scene.drawing.add("code", named, {"code": code, "values": rows})
        scene.in_code |= parts
    value = Ref(f"steps.{step.key}.value", kind="switch" if _is_asked(tree) else "")
    return WorkedOut(step, value, _doubts(step, bool(around)))


def _doubts(step: Step, has_code: bool) -> tuple[str, ...]:
    tried = "Try it: it works with code of the program." if has_code else ""
    hidden = "A key in it was taken out: it does not work without."
    return (tried, hidden if HIDDEN in str(step.fields.get("code", "")) else "")


def known(scene: Scene, expression: ast.expr, node: ast.stmt, *, named: str) -> Meaning:
    """What the expression means; where no reference can say it, what a step works out."""
    found = meaning(expression, scene.names)
    if isinstance(found, Group) and isinstance(expression, ast.Dict):
        return _each(scene, found, expression, node)
    if not _is_open(found) or isinstance(expression, ast.List | ast.Name):
        return found
    made = worked_out(scene, expression, named=named)
    if made is None:
        return found
    scene.made(node, f"Became the step “{made.step.name}”.", made.doubts)
    return made.value


def _each(scene: Scene, found: Group, expression: ast.Dict, node: ast.stmt) -> Group:
    """Each value of a group that is written out is worked out for itself."""
    values = dict(found.values)
    for key, value in zip(expression.keys, expression.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        if isinstance(name, str) and name in values:
            values[name] = known(scene, value, node, named=f"Work out {name.replace('_', ' ')}")
    return Group(values)


def _is_open(of: Meaning) -> bool:
    return isinstance(of, Unknown) or (isinstance(of, Mix) and not template(of)[1])


@dataclass
class _PutIn(ast.NodeTransformer):
    """The expression with a name for each value of the run; `values` are names by reference."""

    names: Names
    bound: frozenset[str]
    values: dict[str, str] = field(default_factory=dict)

    def visit(self, node: ast.AST) -> ast.AST:
        """A part that a reference can say becomes a name; the parts of any other are visited."""
        if isinstance(node, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Starred):
            raise CannotRun("It waits for something.")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._called(node, node.func)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            made = (
                None
                if self._is_inner(node)
                else self._said(meaning(node, self.names), source_of(node))
            )
            if made is not None:
                return made
        if isinstance(node, ast.Attribute):
            return self._part(node)
        visited: ast.AST = super().visit(node)
        return visited

    def _part(self, node: ast.Attribute) -> ast.AST:
        """`one.price` of a group is `one["price"]` here; other values have no parts."""
        if self._is_inner(node):
            return ast.Subscript(self._visited(node.value), ast.Constant(node.attr), ast.Load())
        if not isinstance(meaning(node.value, self.names), Unknown):
            raise CannotRun(f"It asks for “{node.attr}” of a value that has no such part.")
        return self.generic_visit(node)

    def _called(self, node: ast.Call, method: ast.Attribute) -> ast.expr:
        """What a method is of, and what it is told; the method itself is no value."""
        if not self._is_inner(node):
            made = self._said(meaning(node, self.names), source_of(node))
            if made is not None:
                return made
        node.args = [self._visited(one) for one in node.args]
        for one in node.keywords:
            one.value = self._visited(one.value)
        method.value = self._visited(method.value)
        return node

    def _visited(self, node: ast.expr) -> ast.expr:
        made = self.visit(node)
        return made if isinstance(made, ast.expr) else node

    def _is_inner(self, node: ast.AST) -> bool:
        return any(isinstance(one, ast.Name) and one.id in self.bound for one in ast.walk(node))

    def _said(self, of: Meaning, source: str) -> ast.expr | None:
        of = settle(of)
        if isinstance(of, Plain):
            return ast.parse(repr(of.value), mode="eval").body
        if isinstance(of, Group):
            told = {name: self._said(one, name) for name, one in of.values.items()}
            if any(one is None for one in told.values()):
                return None
            return ast.Dict([ast.Constant(name) for name in told], [*told.values()])  # type: ignore[list-item]
        text, is_sure = template(of)
        if not isinstance(of, Ref | Mix) or not is_sure:
            return None
        if text not in self.values:
            taken = {*self.values.values(), *self.bound, *_RESERVED}
            self.values[text] = fresh_key(_last_word(source), taken)
        return ast.Name(self.values[text], ast.Load())


def _last_word(source: str) -> str:
    return source.rpartition(".")[2].rpartition("[")[2].strip("'\"]()") or "given"


def _bound(expression: ast.expr) -> frozenset[str]:
    """Names that the expression gives itself: of its loops, of its functions."""
    stored = {one.id for one in ast.walk(expression) if _is_stored(one)}  # type: ignore[attr-defined]
    return frozenset(stored | {one.arg for one in ast.walk(expression) if isinstance(one, ast.arg)})


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _function(tree: ast.AST, put_in: _PutIn) -> ast.FunctionDef:
    """The expression as a function of the values it is given."""
    given = ", ".join(put_in.values.values())
    (made,) = ast.parse(f"def worked_out({given}):\n  return {ast.unparse(tree)}").body
    if not isinstance(made, ast.FunctionDef):
        raise CannotRun("It could not be read whole.")
    return made


def _is_asked(tree: ast.AST) -> bool:
    """Whether it gives yes or no."""
    if isinstance(tree, ast.BoolOp):
        return all(_is_asked(one) for one in tree.values)
    is_not = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    return is_not or isinstance(tree, ast.Compare)


def _is_sum(tree: ast.AST) -> bool:
    """Whether it reckons with numbers; `+` alone may join texts, which only code keeps apart."""
    nodes = [*ast.walk(tree)]
    plain = all(isinstance(one, _SUMS) for one in nodes)
    texts = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in nodes)
    sums = [one for one in nodes if isinstance(one, ast.BinOp)]
    return plain and not texts and any(not isinstance(one.op, ast.Add) for one in sums)
