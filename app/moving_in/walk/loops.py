"""Where a program goes in circles, and what becomes of that."""

import ast
from collections.abc import Sequence

from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.comparisons import rows_of
from app.moving_in.meanings.expressions import LOOP_LIST, meaning
from app.moving_in.meanings.kinds import Names, Plain, Ref, Unknown
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import as_list, template
from app.moving_in.walk.branches import Walk, both, conditions


def repeat_while(scene: Scene, node: ast.While, walk: Walk) -> None:
    """A `while`: the steps of each item where it counts through a list; else once, by hand."""
    counter = _counted(node)
    if counter is not None:
        name, items = counter
        scene.names[name] = Ref("index")
        _loop(scene, node, items, node.body, walk, also={LOOP_LIST: meaning(items, scene.names)})
        return
    if any(called(inner) == "input" for inner in ast.walk(node)):
        scene.check(node, "Each message of the chat runs these steps anew.", head_only=True)
        walk(scene, node.body)
        return
    scene.by_hand(
        node,
        "A flow only goes forward, so the steps inside run once. In a chat each message begins "
        "anew; for a list, use “For each”.",
        head_only=True,
    )
    found = rows_of(node.test, scene.names)
    if found is None:
        walk(scene, node.body)
        return
    step = scene.drawing.add("if", "As long as", {"conditions": conditions(*found)})
    yes, no = scene.drawing.ways_of(step)
    both(scene, [((yes,), node.body), ((no,), node.orelse)], walk)


def repeat_for(scene: Scene, node: ast.For | ast.AsyncFor, walk: Walk) -> None:
    """A `for`: the steps of each item."""
    target, items = node.target, node.iter
    inside: Names = {}
    if called(items) == "enumerate" and isinstance(items, ast.Call) and items.args:
        items = items.args[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            number, target = target.elts
            inside = {number.id: Ref("index")} if isinstance(number, ast.Name) else {}
    if isinstance(target, ast.Name):
        inside[target.id] = Ref("item")
    _loop(scene, node, items, node.body, walk, also=inside)
    walk(scene, node.orelse)


def _loop(
    scene: Scene,
    node: ast.stmt,
    items: ast.expr,
    body: Sequence[ast.stmt],
    walk: Walk,
    *,
    also: Names,
) -> None:
    of = meaning(items, scene.names)
    text, is_sure = template(of)
    if isinstance(of, Plain):
        text = as_list(of.value) or ""
        is_sure = bool(text)
    before = dict(scene.names)
    step = scene.drawing.add("for_each", "For each", {"items": text if is_sure else ""})
    doubts = [] if is_sure else ["Choose the list that it goes through."]
    scene.made(node, f"Became the loop “{step.name}”.", doubts, head_only=True)
    scene.drawing.enter(step)
    scene.names |= also
    walk(scene, body)
    if not scene.drawing.graph.inside(step.id):
        scene.check(node, "Nothing inside it became a step.", head_only=True)
    scene.drawing.leave(step)
    # What the steps inside gave is of one item; behind the loop nobody can name it.
    changed = {name for name, of in scene.names.items() if before.get(name) != of}
    scene.names = before | {name: Unknown(name) for name in changed}


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
