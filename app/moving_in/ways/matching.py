"""`match` on texts and other plain values: the same ways as `if` and `elif`."""

import ast

from app.moving_in.drawn.scene import Scene
from app.moving_in.ways.branches import choose
from app.moving_in.ways.runs import hoisted

_SHAPES = (
    "The case “{}” looks at the shape of a value, which no step does. Add a step “If” that says "
    "what matters of it."
)


def match(scene: Scene, node: ast.Match) -> None:
    """A `match` with all its cases."""
    unread = next((one for one in node.cases if _test(node.subject, one) is None), None)
    if unread is not None:
        words = ast.unparse(unread.pattern)[:60]
        scene.by_hand(node, _SHAPES.format(words), head_only=True)
        return
    subject = hoisted(scene, node.subject, node)
    scene.ready(node, "Its cases are the ways below.", head_only=True)
    statements: list[ast.stmt] = []
    for case in reversed(node.cases):
        scene.report.written(case.pattern, _words(case))
        statements = _as_if(subject, case, statements, node)
    if isinstance(statements[0], ast.If):
        choose(scene, statements[0])
    else:
        scene.walk(scene, statements)


def _as_if(
    subject: ast.expr, case: ast.match_case, otherwise: list[ast.stmt], node: ast.Match
) -> list[ast.stmt]:
    """The case as an `if`, with all later ones behind its `else`; a default as what it does."""
    test = _test(subject, case)
    name = case.pattern.name if isinstance(case.pattern, ast.MatchAs) else None
    body = case.body
    if name:
        given = ast.Assign([ast.Name(name, ast.Store())], subject)
        body = [_at(given, case, node), *body]
    if test is None or isinstance(test, ast.Constant):
        return body
    return [_at(ast.If(test, body, otherwise), case, node)]


def _test(subject: ast.expr, case: ast.match_case) -> ast.expr | None:
    """What has to hold for a case; True for one that always does, None for what none can ask."""
    found = _of_pattern(subject, case.pattern)
    if found is None or case.guard is None:
        return found
    if isinstance(case.pattern, ast.MatchAs) and case.pattern.name:
        return None  # the guard asks about a name that the case gives
    is_all = isinstance(found, ast.Constant)
    return case.guard if is_all else ast.BoolOp(ast.And(), [found, case.guard])


def _of_pattern(subject: ast.expr, pattern: ast.pattern) -> ast.expr | None:
    if isinstance(pattern, ast.MatchValue):
        return ast.Compare(subject, [ast.Eq()], [pattern.value])
    if isinstance(pattern, ast.MatchSingleton):
        return ast.Compare(subject, [ast.Is()], [ast.Constant(pattern.value)])
    if isinstance(pattern, ast.MatchAs):
        return ast.Constant(True) if pattern.pattern is None else None
    if isinstance(pattern, ast.MatchOr):
        tests = [_of_pattern(subject, one) for one in pattern.patterns]
        found = [one for one in tests if one is not None]
        return ast.BoolOp(ast.Or(), found) if len(found) == len(tests) else None
    return None


def _at(made: ast.stmt, case: ast.match_case, node: ast.Match) -> ast.stmt:
    """The statement where the case stands; it reaches to the end of all of them."""
    made = ast.fix_missing_locations(ast.copy_location(made, case.pattern))
    made.end_lineno = node.end_lineno
    return made


def _words(case: ast.match_case) -> str:
    guard = f" if {ast.unparse(case.guard)}" if case.guard else ""
    return f"case {ast.unparse(case.pattern)}{guard}:"
