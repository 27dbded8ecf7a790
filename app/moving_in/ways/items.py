"""Going through a list: the loop around the steps of one item."""

import ast

from app.engine.graph import Step
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.worked_out import known
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Names, Plain, Ref, Unknown
from app.moving_in.meanings.sums import kind_of
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import as_list, template

_NO_LISTS = frozenset({"range", "zip", "reversed", "map", "filter", "items", "keys", "values"})


def begin(scene: Scene, node: ast.stmt, items: ast.expr, inside: Names) -> Step:
    """Draw a loop over a list and go on inside it, with these names."""
    if called(items) in _NO_LISTS:  # code gives a list of what these go through
        items = ast.Call(ast.Name("list", ast.Load()), [items], [])
    of = known(scene, items, node, named="Work out the list")
    text, is_sure = template(of)
    if isinstance(of, Plain):
        text = as_list(of.value) or ""
        is_sure = bool(text)
    step = scene.drawing.add("for_each", "For each", {"items": text if is_sure else ""})
    doubts = [] if is_sure else ["Choose the list that it goes through."]
    scene.made(node, f"Became the loop “{step.name}”.", doubts, head_only=True)
    scene.drawing.enter(step)
    scene.names |= inside
    return step


def item_of(scene: Scene, items: ast.expr) -> Ref:
    """One item of the list."""
    is_texts = kind_of(meaning(items, scene.names)) == "texts"
    return Ref("item", kind="text" if is_texts else "")


def end(scene: Scene, loop: Step, before: Names) -> None:
    """Go on behind a loop: what its steps gave is of one item, and nobody can name it there."""
    scene.drawing.leave(loop)
    changed = {name for name, of in scene.names.items() if before.get(name) != of}
    scene.names = before | {name: Unknown(name) for name in changed}


def gives(scene: Scene, loop: Step, *, collect: str, at_once: int = 1) -> None:
    """Say what each item gives, and how many are under way together."""
    scene.drawing.set_fields(loop, {**loop.fields, "collect": collect, "at_once": at_once})
