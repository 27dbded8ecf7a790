"""Several runs at once: named ones beside each other, and one for each item of a list."""

import ast
from collections.abc import Callable

from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.values import value_of
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Items, Meaning, Unknown
from app.moving_in.meanings.syntax import source_of
from app.moving_in.ways.items import begin, end, gives, item_of

AT_ONCE = 4  # items of a list that were all asked about together
Given = Callable[[Scene, ast.expr, ast.stmt], tuple[Meaning | None, ast.expr]]


def gathered(scene: Scene, call: ast.Call, node: ast.stmt, *, given: Given) -> Meaning | None:
    """`gather(Runner.run(…), Runner.run(…))`: each from the same place, on when all are there."""
    if len(call.args) == 1 and isinstance(call.args[0], ast.Starred):
        return _all_of(scene, call.args[0].value, node, given)
    opened = scene.drawing.open
    if not call.args or not opened:
        return None
    ends: list[Way] = []
    found: list[Meaning] = []
    for one in call.args:
        scene.drawing.open = opened
        made, rest = given(scene, one, node)
        found.append(made if made is not None else meaning(rest, scene.names))
        ends += scene.drawing.open
    scene.drawing.open = tuple(dict.fromkeys(ends))
    scene.ready(node, "They run side by side, as they did.")
    return Group({str(number): one for number, one in enumerate(found)})


def _all_of(scene: Scene, items: ast.expr, node: ast.stmt, given: Given) -> Meaning | None:
    """`gather(*[Runner.run(agent, one) for one in items])`, or of such a list by its name."""
    if isinstance(items, ast.ListComp | ast.GeneratorExp):
        return each(scene, items, node, given=given, at_once=AT_ONCE)
    found = meaning(items, scene.names)
    if not isinstance(found, Items):
        return None
    loop = next(one for one in scene.drawing.graph.steps if one.key == found.key)
    gives(scene, loop, collect=str(loop.fields["collect"]), at_once=AT_ONCE)
    scene.ready(node, f"The loop “{loop.name}” does several at once.")
    return found


def each(
    scene: Scene,
    made: ast.ListComp | ast.GeneratorExp,
    node: ast.stmt,
    *,
    given: Given,
    at_once: int = 1,
) -> Meaning:
    """`[await Runner.run(agent, one) for one in items]`: a loop that gives a list."""
    (first, *more) = made.generators
    if more or first.ifs or not isinstance(first.target, ast.Name):
        scene.by_hand(node, "Put a step “Filter” before a loop “For each” for this.")
        return Unknown(source_of(made))
    before = dict(scene.names)
    loop = begin(scene, node, first.iter, {first.target.id: item_of(scene, first.iter)})
    found, rest = given(scene, made.elt, node)
    item = found if found is not None else meaning(rest, scene.names)
    text, is_sure = value_of(item)
    end(scene, loop, before)
    gives(scene, loop, collect=text, at_once=at_once)
    if not is_sure:
        scene.check(node, f"Say in the step “{loop.name}” what each item gives.")
    return Items(loop.key, item)
