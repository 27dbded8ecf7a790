"""Where a program goes in circles, and what becomes of that."""

import ast
from collections.abc import Sequence

from app.moving_in.drawn.scene import Loop, Scene
from app.moving_in.drawn.values import value_of
from app.moving_in.meanings.comparisons import rows_of
from app.moving_in.meanings.expressions import LOOP_LIST, meaning
from app.moving_in.meanings.kinds import Items, Names, Plain, Ref, Unknown
from app.moving_in.meanings.syntax import called
from app.moving_in.ways.branches import both
from app.moving_in.ways.deciding import conditions
from app.moving_in.ways.items import begin, end, gives, item_of


def repeat_while(scene: Scene, node: ast.While) -> None:
    """A `while`: the steps of each item where it counts through a list; else once, by hand."""
    counter = _counted(node)
    if counter is not None:
        name, items = counter
        scene.names[name] = Ref("index")
        _loop(scene, node, items, node.body, also={LOOP_LIST: meaning(items, scene.names)})
        return
    if any(called(inner) == "input" for inner in ast.walk(node)):
        scene.check(node, "Each message of the chat runs these steps anew.", head_only=True)
        scene.walk(scene, node.body)
        return
    scene.by_hand(
        node,
        "A flow only goes forward, so the steps inside run once. In a chat each message begins "
        "anew; for a list, use “For each”.",
        head_only=True,
    )
    found = rows_of(node.test, scene.names)
    if found is None:
        scene.walk(scene, node.body)
        return
    step = scene.drawing.add("if", "As long as", {"conditions": conditions(*found)})
    yes, no = scene.drawing.ways_of(step)
    both(scene, node, [((yes,), node.body), ((no,), node.orelse)])


def repeat_for(scene: Scene, node: ast.For | ast.AsyncFor) -> None:
    """A `for`: the steps of each item."""
    target, items = node.target, node.iter
    inside: Names = {}
    if called(items) == "enumerate" and isinstance(items, ast.Call) and items.args:
        items = items.args[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            number, target = target.elts
            inside = {number.id: Ref("index")} if isinstance(number, ast.Name) else {}
    if isinstance(target, ast.Name):
        inside[target.id] = item_of(scene, items)
    elif isinstance(target, ast.Tuple):
        named = [one.id for one in target.elts if isinstance(one, ast.Name)]
        inside |= {name: Ref(f"item[{at}]") for at, name in enumerate(named)}
    _loop(scene, node, items, node.body, also=inside)
    scene.walk(scene, node.orelse)


def _loop(
    scene: Scene, node: ast.stmt, items: ast.expr, body: Sequence[ast.stmt], *, also: Names
) -> None:
    before = dict(scene.names)
    here = Loop(body, _carried(body))
    scene.frame.loops.append(here)
    loop = begin(scene, node, items, also)
    scene.walk(scene, body)
    if not scene.drawing.graph.inside(loop.id):
        scene.check(node, "Nothing inside it became a step.", head_only=True)
    lists = {name: of for name, of in here.lists.items() if scene.names.get(name) == Plain([])}
    end(scene, loop, before)
    scene.frame.loops.pop()
    for name, of in [*lists.items()][:1]:  # a loop gives one list
        gives(scene, loop, collect=value_of(of)[0])
        scene.names[name] = Items(loop.key, of)
    for name in [*lists][1:]:
        scene.names[name] = Unknown(name)
        scene.by_hand(node, f"A loop gives one list: build “{name}” in a loop of its own.")


def _carried(body: Sequence[ast.stmt]) -> frozenset[str]:
    """What adds up from item to item: it is made of what it was, and never begun anew inside."""
    begun: set[str] = set()
    carried: set[str] = set()
    for one in (inner for each in body for inner in ast.walk(each)):
        if isinstance(one, ast.AugAssign):
            carried.add(ast.unparse(one.target))
        elif isinstance(one, ast.Assign) and len(one.targets) == 1:
            word = ast.unparse(one.targets[0])
            reads = any(ast.unparse(of) == word for of in ast.walk(one.value) if _is_place(of))
            (carried if reads else begun).add(word)
    return frozenset(carried - begun)


def _is_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Subscript)


def _counted(node: ast.While) -> tuple[str, ast.expr] | None:
    """The counter and the list of `while i < len(items): … i += 1`."""
    test = node.test
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Lt):
        return None
    end = test.comparators[0]
    if not isinstance(test.left, ast.Name) or called(end) != "len":
        return None
    grows = any(
        isinstance(one, ast.AugAssign)
        and isinstance(one.target, ast.Name)
        and one.target.id == test.left.id
        for one in node.body
    )
    is_list = isinstance(end, ast.Call) and len(end.args) == 1
    return (test.left.id, end.args[0]) if grows and is_list and isinstance(end, ast.Call) else None
