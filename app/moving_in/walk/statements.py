"""The walk through the workflow, statement by statement."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.moving_in.declared.servers import SERVERS
from app.moving_in.drawn.scene import RESULT, Scene
from app.moving_in.drawn.values import answer
from app.moving_in.drawn.worked_out import known
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Meaning, Plain, Talk, Unknown, light
from app.moving_in.meanings.syntax import bare, called, constant, keyword, source_of
from app.moving_in.source.parsing import SourceRefused
from app.moving_in.walk import declarations
from app.moving_in.walk.declarations import NEEDLESS
from app.moving_in.walk.naming import CODE, add, annotated, assign
from app.moving_in.walk.only_shown import SHOWN, only_shows, shows, tell_shown
from app.moving_in.ways import branches, failing, loops, matching
from app.moving_in.ways.runs import hoisted, runs_in, step_of

MAX_WALKED = 30_000  # statements, those of a function each time that it is called
_DEAD = "Nothing leads here: the ways before it end."
_ADDS = frozenset({"extend", "append"})
_NAMING = frozenset({"trace", "custom_span"})


def walk(scene: Scene, body: Sequence[ast.stmt]) -> None:
    """Go through statements, and draw what they do."""
    for node in body:
        scene.walked += 1
        if scene.walked > MAX_WALKED:
            raise SourceRefused("The program is too long: an exported workflow is shorter.")
        if not scene.drawing.is_live:
            scene.ready(node, _DEAD)
            continue
        if only_shows(node):
            tell_shown(scene, node)
            continue
        reader = _READERS.get(type(node))
        if reader is None:
            scene.by_hand(node, CODE)
        else:
            reader(scene, node)


def _said(scene: Scene, node: ast.Expr) -> None:
    """An expression by itself: a run, more of the conversation, words for readers."""
    value = bare(node.value)
    if isinstance(value, ast.Constant):
        scene.ready(node, "Words for readers of the code.")
    elif step_of(scene, value, node) is not None:
        return
    elif called(value) in _ADDS and isinstance(value, ast.Call):
        _talked(scene, value, node)
    elif shows(node):
        scene.ready(node, SHOWN)
    elif called(value) in NEEDLESS:
        scene.ready(node, "Not needed here.")
    else:
        hoisted(scene, value, node)
        scene.by_hand(node, CODE)


def _talked(scene: Scene, call: ast.Call, node: ast.stmt) -> None:
    of = call.func.value if isinstance(call.func, ast.Attribute) else None
    talk = scene.names.get(of.id) if isinstance(of, ast.Name) else None
    told = call.args[0] if call.args else ast.Constant(None)
    added = step_of(scene, told, node) or meaning(hoisted(scene, told, node), scene.names)
    if isinstance(of, ast.Name) and _listed(scene, of.id, added, node):
        return
    talk = Talk() if talk == Plain([]) and isinstance(added, Talk) else talk
    if not isinstance(of, ast.Name) or not isinstance(talk, Talk) or not isinstance(added, Talk):
        if isinstance(of, ast.Name) and not isinstance(talk, Talk):
            scene.names[of.id] = Unknown(of.id)
        scene.by_hand(node, CODE)
        return
    scene.names[of.id] = light(Talk.joined((talk, added)), of.id)
    doubts = ["Pictures and files are no part of its text."] if added.pictures else []
    scene.made(node, "The next question to a model holds it, too.", doubts)


def _listed(scene: Scene, name: str, added: Meaning, node: ast.stmt) -> bool:
    """`results.append(…)` as the last of a loop: what each item gives."""
    loop = next(reversed(scene.frame.loops), None)
    is_plain = scene.names.get(name) == Plain([]) and not isinstance(added, Talk | Unknown)
    if loop is None or not is_plain or name in loop.lists or node not in loop.body:
        return False
    loop.lists[name] = added
    scene.ready(node, f"“{name}” is what each item of the loop gives.")
    return True


def _with(scene: Scene, node: ast.With | ast.AsyncWith) -> None:
    for one in node.items:
        call = one.context_expr
        if called(call) in _NAMING and isinstance(call, ast.Call):
            scene.title = scene.title or constant(keyword(call, "workflow_name", 0))
            words = "The name of the agent." if scene.title else "Not needed here."
            scene.ready(node, words, head_only=True)
        elif not _opened(scene, one, node):
            scene.by_hand(
                node,
                f"It opens “{source_of(call)}”, which does not move in. What is done inside stands "
                "in its own lines.",
                head_only=True,
            )
    walk(scene, node.body)


def _opened(scene: Scene, item: ast.withitem, node: ast.With | ast.AsyncWith) -> bool:
    """A server that is there for what stands inside: a declaration like any other."""
    name = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
    call = bare(item.context_expr)
    if called(call) in SERVERS:
        return declarations.assigned(scene, name or source_of(call), call, node)
    known = call.id if isinstance(call, ast.Name) else ""
    if known in scene.tools:
        if name:
            scene.tools[name] = scene.tools[known]
        scene.ready(node, "Not needed here: a connection opens by itself.", head_only=True)
    return known in scene.tools


def _return(scene: Scene, node: ast.Return) -> None:
    found = step_of(scene, node.value, node)
    if found is None and node.value is not None:
        value = hoisted(scene, node.value, node)
        found = known(scene, value, node, named="Work out the answer")
    found = found or Plain(None)
    if scene.frame.ends is not None:
        _give_back(scene, found, node)
    elif found == Plain(None):
        scene.ready(node, "The way ends here.")
        scene.drawing.end()
    else:
        answer(scene, found, node)


def _give_back(scene: Scene, found: Meaning, node: ast.Return) -> None:
    """The end of a function that was called: it goes on where that was."""
    if scene.drawing.parent != scene.frame.parent:
        scene.by_hand(node, "It ends in the middle of a loop. A loop goes through all its items.")
    elif isinstance(found, Unknown) and not runs_in(scene, node):
        scene.by_hand(node, CODE)
    elif not isinstance(found, Unknown):
        scene.ready(node, "Its value goes to where the function is called.")
    if scene.frame.ends is not None and scene.drawing.parent == scene.frame.parent:
        scene.names[RESULT] = found
        scene.frame.ends.append((scene.drawing.open, dict(scene.names)))
    scene.drawing.end()


def _raise(scene: Scene, node: ast.Raise) -> None:
    told = node.exc.args[0] if isinstance(node.exc, ast.Call) and node.exc.args else None
    words = constant(told) or "It cannot go on here."
    step = scene.drawing.add("stop_with_error", "Stop", {"sentence": words[:2_000]})
    scene.made(node, f"Became the step “{step.name}”.")
    scene.drawing.end()


def _needless(scene: Scene, node: ast.stmt) -> None:
    scene.ready(node, "Not needed here.")


def _leaves_loop(scene: Scene, node: ast.stmt) -> None:
    scene.by_hand(node, "A loop goes through all its items. Use “If” around what is left out.")


_READERS: Mapping[type[ast.stmt], Callable[[Scene, Any], None]] = {
    ast.Assign: assign,
    ast.AnnAssign: annotated,
    ast.AugAssign: add,
    ast.Expr: _said,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Try: failing.attempt,
    ast.If: branches.choose,
    ast.Match: matching.match,
    ast.While: loops.repeat_while,
    ast.For: loops.repeat_for,
    ast.AsyncFor: loops.repeat_for,
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
