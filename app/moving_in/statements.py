"""The walk through the workflow, statement by statement."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.moving_in import branches, declarations
from app.moving_in.declarations import NEEDLESS
from app.moving_in.expressions import bare, called, constant, keyword, meaning
from app.moving_in.meanings import (
    Group,
    Meaning,
    Mix,
    Plain,
    Ref,
    Talk,
    Turn,
    Unknown,
    light,
    settle,
)
from app.moving_in.scene import Scene
from app.moving_in.steps_made import GUARDS, answer, approval, ask, guard, is_run, set_values

_DEAD = "Nothing leads here: the ways before it end."
_CODE = "Code of its own. A step “Code” or “Formula” can do this: add it by hand."
MESSAGE = Ref("trigger.text")  # what a chat message says
_ADDS = frozenset({"extend", "append"})


def walk(scene: Scene, body: Sequence[ast.stmt]) -> None:
    """Go through statements, and draw what they do."""
    for node in body:
        if not scene.drawing.is_live:
            scene.ready(node, _DEAD)
            continue
        reader = _READERS.get(type(node))
        if reader is None:
            scene.by_hand(node, _CODE)
        else:
            reader(scene, node)


def _assign(scene: Scene, node: ast.Assign) -> None:
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(target, ast.Name):
        _named(scene, target.id, node.value, node)
    elif len(node.targets) == 1 and isinstance(target, ast.Subscript):
        _kept(scene, target, node.value, node)
    else:
        scene.by_hand(node, _CODE)


def _annotated(scene: Scene, node: ast.AnnAssign) -> None:
    if isinstance(node.target, ast.Name) and node.value is not None:
        _named(scene, node.target.id, node.value, node)
    else:
        scene.ready(node, "Not needed here.")


def _named(scene: Scene, name: str, value: ast.expr, node: ast.stmt) -> None:
    made = _step_of(scene, value, node)
    if made is not None:
        scene.names[name] = made
        return
    if declarations.assigned(scene, name, value, node):
        return
    found = meaning(value, scene.names)
    if name == "state" and isinstance(found, Group):
        scene.state = name
        scene.names[name] = _first_state(scene, found, node)
        return
    scene.names[name] = found
    if isinstance(found, Unknown):
        scene.by_hand(node, _CODE)
    elif isinstance(found, Talk):
        scene.names[name] = _with_memory(found)
        scene.ready(node, "The conversation: each question to a model holds it so far.")
    else:
        scene.ready(node, "Stands wherever it is used.")


def _with_memory(talk: Talk) -> Talk:
    """In a chat, a conversation begins with what was said in it before this message."""
    is_chat = bool(talk.turns) and talk.turns[0].said == MESSAGE
    return Talk((Turn(Ref("trigger.conversation")), *talk.turns)) if is_chat else talk


def _first_state(scene: Scene, found: Group, node: ast.stmt) -> Group:
    """The state that a run begins with; lists and groups stand wherever they are used."""
    single = {
        name: one
        for name, one in found.values.items()
        if not (isinstance(one, Plain) and isinstance(one.value, list | dict))
    }
    if not single:
        scene.ready(node, "The state: each value in it is set where it changes.")
        return found
    return Group({**found.values, **set_values(scene, single, node, is_first=True)})


def _kept(scene: Scene, target: ast.Subscript, value: ast.expr, node: ast.stmt) -> None:
    """`state["name"] = …`"""
    variable = target.value.id if isinstance(target.value, ast.Name) else ""
    name = constant(target.slice)
    group = scene.names.get(variable)
    if not name or not isinstance(group, Group):
        scene.by_hand(node, _CODE)
        return
    found = _step_of(scene, value, node) or meaning(value, scene.names)
    if variable == "workflow" or isinstance(found, Talk):
        scene.names[variable] = Group({**group.values, name: found})
        scene.ready(node, "Stands wherever it is used.")
        return
    scene.state = scene.state or variable
    made = set_values(scene, {name: found}, node)
    scene.names[variable] = Group({**group.values, **made})


def _step_of(scene: Scene, value: ast.expr, node: ast.stmt) -> Meaning | None:
    """What a step gives that this expression becomes; None when it becomes none."""
    call = bare(value)
    if not isinstance(call, ast.Call):
        return None
    if is_run(call):
        return ask(scene, call, node)
    if called(call) in GUARDS:
        return guard(scene, call, node)
    if called(call).startswith("approval_request"):
        return approval(scene, call, node)[1]
    return None


def _more(scene: Scene, node: ast.AugAssign) -> None:
    target = node.target
    if isinstance(target, ast.Name) and scene.names.get(target.id) == Ref("index"):
        scene.ready(node, "The loop counts by itself.")
        return
    if isinstance(target, ast.Name) and isinstance(node.op, ast.Add):
        before = settle(scene.names.get(target.id, Unknown(target.id)))
        added = settle(meaning(node.value, scene.names))
        is_text = any(isinstance(one, Mix) or _is_text(one) for one in (before, added))
        if is_text and not isinstance(before, Unknown) and not isinstance(added, Unknown):
            scene.names[target.id] = light(Mix((before, added)), target.id)
            scene.ready(node, "Stands wherever it is used.")
            return
    scene.by_hand(node, _CODE)


def _is_text(of: Meaning) -> bool:
    return isinstance(of, Plain) and isinstance(of.value, str)


def _said(scene: Scene, node: ast.Expr) -> None:
    """An expression by itself: a run, more of the conversation, words for readers."""
    value = bare(node.value)
    if isinstance(value, ast.Constant):
        scene.ready(node, "Words for readers of the code.")
    elif _step_of(scene, value, node) is not None:
        return
    elif called(value) in _ADDS and isinstance(value, ast.Call):
        _talked(scene, value, node)
    elif called(value) in NEEDLESS:
        scene.ready(node, "Not needed here.")
    else:
        scene.by_hand(node, _CODE)


def _talked(scene: Scene, call: ast.Call, node: ast.stmt) -> None:
    of = call.func.value if isinstance(call.func, ast.Attribute) else None
    talk = scene.names.get(of.id) if isinstance(of, ast.Name) else None
    added = meaning(call.args[0] if call.args else None, scene.names)
    if not isinstance(of, ast.Name) or not isinstance(talk, Talk) or not isinstance(added, Talk):
        scene.by_hand(node, _CODE)
        return
    scene.names[of.id] = light(Talk((*talk.turns, *added.turns)), of.id)
    scene.ready(node, "The next question to a model holds it, too.")


def _with(scene: Scene, node: ast.With | ast.AsyncWith) -> None:
    for one in node.items:
        if called(one.context_expr) == "trace" and isinstance(one.context_expr, ast.Call):
            scene.title = scene.title or constant(keyword(one.context_expr, "workflow_name", 0))
    words = "The name of the agent." if scene.title else "Not needed here."
    scene.ready(node, words, head_only=True)
    walk(scene, node.body)


def _return(scene: Scene, node: ast.Return) -> None:
    found = _step_of(scene, node.value, node) if node.value is not None else None
    found = found or meaning(node.value, scene.names)
    if found == Plain(None):
        scene.ready(node, "The way ends here.")
        scene.drawing.end()
    else:
        answer(scene, found, node)


def _raise(scene: Scene, node: ast.Raise) -> None:
    told = node.exc.args[0] if isinstance(node.exc, ast.Call) and node.exc.args else None
    words = constant(told) or "It cannot go on here."
    step = scene.drawing.add("stop_with_error", "Stop", {"sentence": words[:2_000]})
    scene.made(node, f"Became the step “{step.name}”.")
    scene.drawing.end()


def _try(scene: Scene, node: ast.Try) -> None:
    scene.check(node, "Its steps are here; say at each what happens if it fails.", head_only=True)
    walk(scene, node.body)
    walk(scene, node.orelse)
    for handler in node.handlers:
        for one in handler.body:
            scene.by_hand(one, "What happens on an error: set it at the step that can fail.")
    walk(scene, node.finalbody)


def _needless(scene: Scene, node: ast.stmt) -> None:
    scene.ready(node, "Not needed here.")


def _leaves_loop(scene: Scene, node: ast.stmt) -> None:
    scene.by_hand(node, "A loop goes through all its items. Use “If” around what is left out.")


_READERS: Mapping[type[ast.stmt], Callable[[Scene, Any], None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _more,
    ast.Expr: _said,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Try: _try,
    ast.If: lambda scene, node: branches.choose(scene, node, walk),
    ast.While: lambda scene, node: branches.repeat_while(scene, node, walk),
    ast.For: lambda scene, node: branches.repeat_for(scene, node, walk),
    ast.AsyncFor: lambda scene, node: branches.repeat_for(scene, node, walk),
    ast.FunctionDef: declarations.function_made,
    ast.AsyncFunctionDef: declarations.function_made,
    ast.ClassDef: declarations.class_made,
    ast.Import: declarations.imported,
    ast.ImportFrom: declarations.imported,
    ast.Pass: _needless,
    ast.Global: _needless,
    ast.Nonlocal: _needless,
    ast.Continue: _leaves_loop,
    ast.Break: _leaves_loop,
}
