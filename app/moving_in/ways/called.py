"""Functions of the program that run agents: their steps stand where they are called."""

import ast

from app.moving_in.drawn.asking import is_run
from app.moving_in.drawn.guards import GUARDS
from app.moving_in.drawn.scene import RESULT, Frame, Scene
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Names, Plain, Talk, Unknown
from app.moving_in.meanings.syntax import Functions, called, reads_of, source_of
from app.moving_in.ways.meeting import Course, meet

MAX_CALLS, MAX_DEPTH = 60, 8
_CIRCLE = (
    "“{}” calls itself, and a flow goes only forward. Build it as an agent of its own: a step "
    "“Run another agent” in it may run it again."
)
_TOO_MANY = "So many calls one inside the other become too many steps. Build “{}” as an agent."
_UNREAD = "“{}” is given values in a way that could not be read. Add its steps here by hand."


def may_stand(scene: Scene, call: ast.Call) -> bool:
    """Whether the call is of a function of the program that runs agents."""
    made = _function(scene, call)
    return made is not None and runs_agents(scene, made)


def in_place(scene: Scene, call: ast.Call, node: ast.stmt) -> Meaning | None:
    """Draw the steps of a function where it is called; what it gives. None for other functions."""
    made = _function(scene, call)
    if made is None or not runs_agents(scene, made):
        return None
    given = _given(scene, made, call)
    fault = _fault(scene, made, given)
    if fault or given is None:
        scene.by_hand(node, fault)
        return Unknown(source_of(call))
    scene.placed.add(made.name)
    scene.calls += 1
    return _walked(scene, made, call, given, node)


def runs_agents(scene: Scene, made: Functions) -> bool:
    """Whether the function, or one that it calls, runs agents or asks a person."""
    if made not in scene.running:
        scene.running[made] = False  # until it is known: functions may call each other in circles
        calls = (one for one in ast.walk(made) if isinstance(one, ast.Call))
        scene.running[made] = any(_is_step(scene, one) for one in calls)
    return scene.running[made]


def _is_step(scene: Scene, call: ast.Call) -> bool:
    if is_run(call) or called(call) in GUARDS or called(call).startswith("approval_request"):
        return True
    inner = _function(scene, call)
    return inner is not None and runs_agents(scene, inner)


def _function(scene: Scene, call: ast.Call) -> Functions | None:
    """The function of the program that is called; none that is a tool or a guardrail."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    made = scene.functions.get(name)
    is_plain = made is not None and not made.decorator_list and name not in GUARDS
    return made if is_plain and any(made is one for one in scene.own) else None


def _fault(scene: Scene, made: Functions, given: object) -> str:
    if any(one.name == made.name for one in scene.frames):
        return _CIRCLE.format(made.name)
    if scene.calls >= MAX_CALLS or len(scene.frames) > MAX_DEPTH:
        return _TOO_MANY.format(made.name)
    return _UNREAD.format(made.name) if given is None else ""


def _given(scene: Scene, made: Functions, call: ast.Call) -> dict[str, ast.expr] | None:
    """What each parameter is given; None where that cannot be told."""
    args = made.args
    places = [one.arg for one in (*args.posonlyargs, *args.args)]
    is_open = any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(places)
    if args.vararg or args.kwarg or is_open or any(not one.arg for one in call.keywords):
        return None
    given = dict(zip(reversed(places), reversed(args.defaults), strict=False))
    given |= {
        one.arg: default
        for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if default is not None
    }
    given |= dict(zip(places, call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg}
    wanted = {*places, *(one.arg for one in args.kwonlyargs)}
    return given if set(given) == wanted else None


def _walked(
    scene: Scene, made: Functions, call: ast.Call, given: dict[str, ast.expr], node: ast.stmt
) -> Meaning:
    caller, aliases = scene.names, dict(scene.aliases)
    is_head = scene.head.get(made.name) is made
    ours = {name: of for name, of in caller.items() if " " in name}
    scene.names = {**(scene.head_names if is_head else caller), **ours}
    for name, value in given.items():
        scene.names[name] = meaning(value, caller)
        of = scene.aliases.get(value.id, value.id) if isinstance(value, ast.Name) else ""
        if of in scene.agents:
            scene.aliases[name] = of
    before = dict(scene.names)
    frame = Frame(made.name, reads_of(made), [], scene.drawing.parent)
    scene.frames.append(frame)
    scene.walk(scene, made.body)
    courses = [Course(opened, names) for opened, names in frame.ends or []]
    courses.append(Course(scene.drawing.open, {**scene.names, RESULT: Plain(None)}))
    kept = {RESULT, *ours, *given}
    for one in courses:
        one.names = {name: of for name, of in one.names.items() if name in kept or " " in name}
    meet(scene, courses, before, behind=made.end_lineno or made.lineno)
    scene.frames.pop()
    scene.aliases = aliases
    scene.ready(node, f"The steps of “{made.name}” stand here.")
    return _back(scene, caller, given)


def _back(scene: Scene, caller: Names, given: dict[str, ast.expr]) -> Meaning:
    """Go on where it was called, with what it gives and what it did to lists it was given."""
    inner = scene.names
    result = inner.pop(RESULT, Unknown("what it gives"))
    scene.names = {**caller, **{name: of for name, of in inner.items() if " " in name}}
    for name, value in given.items():
        of = inner.get(name)
        was = caller.get(value.id) if isinstance(value, ast.Name) else None
        if isinstance(value, ast.Name) and isinstance(of, Talk | Group) and type(of) is type(was):
            scene.names[value.id] = of
    return result
