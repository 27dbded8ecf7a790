"""What a statement gives a name: a value, a step, a part of the state."""

import ast

from app.engine.words import listed
from app.moving_in.drawn.asking import ask, is_run
from app.moving_in.drawn.guards import GUARDS, approval, guard
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.values import set_values
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Mix, Plain, Ref, Talk, Turn, Unknown, light
from app.moving_in.meanings.syntax import bare, called, constant
from app.moving_in.meanings.texts import settle
from app.moving_in.walk import declarations

CODE = "Code of its own. A step “Code” or “Formula” can do this: add it by hand."
FILES = (
    "The search in files does not move in. Put what these files say into a table, and look there "
    "with a step “Find rows”."
)
MESSAGE = Ref("trigger.text")  # what a chat message says


def assign(scene: Scene, node: ast.Assign) -> None:
    """`name = …`, `state["name"] = …`, or several names at once."""
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(target, ast.Name):
        _named(scene, target.id, node.value, node)
    elif len(node.targets) == 1 and isinstance(target, ast.Subscript):
        _kept(scene, target, node.value, node)
    elif called(node.value) == "gather" and _gathered(scene, node):
        return
    else:
        for one in (inner for each in node.targets for inner in ast.walk(each)):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                scene.names[one.id] = Unknown(one.id)
        scene.by_hand(node, CODE)


def _gathered(scene: Scene, node: ast.Assign) -> bool:
    """`a, b = await asyncio.gather(Runner.run(…), Runner.run(…))`; False for anything else."""
    call, target = bare(node.value), node.targets[0]
    named = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    runs = call.args if isinstance(call, ast.Call) else []
    if not runs or len(named) != len(runs) or not all(is_run(one) for one in runs):
        return False
    for name, run in zip(named, runs, strict=True):
        made = step_of(scene, run, node)
        if isinstance(name, ast.Name) and made is not None:
            scene.names[name.id] = made
    scene.check(node, "They ran at the same time; here they run one after the other.")
    return True


def annotated(scene: Scene, node: ast.AnnAssign) -> None:
    """`name: kind = …`"""
    if isinstance(node.target, ast.Name) and node.value is not None:
        _named(scene, node.target.id, node.value, node)
    else:
        scene.ready(node, "Not needed here.")


def _named(scene: Scene, name: str, value: ast.expr, node: ast.stmt) -> None:
    made = step_of(scene, value, node)
    if made is not None:
        scene.names[name] = made
        return
    if declarations.assigned(scene, name, value, node):
        return
    scene.aliases.pop(name, None)
    found = meaning(value, scene.names)
    if name == "state" and isinstance(found, Group):
        scene.state = name
        scene.names[name] = _first_state(scene, found, node)
        return
    scene.names[name] = found
    if isinstance(found, Unknown):
        scene.by_hand(node, CODE)
    elif isinstance(found, Talk):
        scene.names[name] = _with_memory(found)
        doubts = ["Pictures and files are no part of its text."] if found.pictures else []
        said = "The conversation: each question to a model holds it so far."
        scene.made(node, said, doubts)
    else:
        _stands(scene, found, value, node)


def _stands(scene: Scene, found: Meaning, value: ast.expr, node: ast.stmt) -> None:
    """It is no step of its own; what code of its own works out is said."""
    parts = found.values if isinstance(found, Group) else {}
    unread = [f"“{name}”" for name, one in parts.items() if isinstance(one, Unknown)]
    if any(getattr(one, "attr", "") == "vector_stores" for one in ast.walk(value)):
        scene.by_hand(node, FILES)
    elif unread:
        doubt = f"Code of its own works out {listed(unread[:4])}: put it in by hand."
        scene.check(node, f"Stands wherever it is used. {doubt}")
    else:
        scene.ready(node, "Stands wherever it is used.")


def _with_memory(talk: Talk) -> Talk:
    """In a chat, a conversation begins with what was said in it before this message."""
    is_chat = bool(talk.turns) and talk.turns[0].said == MESSAGE
    before = Talk((Turn(Ref("trigger.conversation")),))
    return Talk.joined((before, talk)) if is_chat else talk


def _first_state(scene: Scene, found: Group, node: ast.stmt) -> Group:
    """The state that a run begins with; lists and groups stand wherever they are used."""
    single = {name: one for name, one in found.values.items() if not _is_several(one)}
    if not single:
        scene.ready(node, "The state: each value in it is set where it changes.")
        return found
    return Group({**found.values, **set_values(scene, single, node, is_first=True)})


def _kept(scene: Scene, target: ast.Subscript, value: ast.expr, node: ast.stmt) -> None:
    """`state["name"] = …`"""
    if isinstance(target.value, ast.Subscript):
        _kept_inside(scene, target.value, constant(target.slice), value, node)
        return
    variable = target.value.id if isinstance(target.value, ast.Name) else ""
    name = constant(target.slice)
    group = scene.names.get(variable)
    if not name or not isinstance(group, Group):
        scene.by_hand(node, CODE)
        return
    found = step_of(scene, value, node) or meaning(value, scene.names)
    if variable == "workflow" or isinstance(found, Talk | Group):
        scene.names[variable] = light(Group({**group.values, name: found}), variable)
        _stands(scene, found, value, node)
        return
    scene.state = scene.state or variable
    made = set_values(scene, {name: found}, node)
    scene.names[variable] = Group({**group.values, **made})


def _kept_inside(
    scene: Scene, target: ast.Subscript, name: str, value: ast.expr, node: ast.stmt
) -> None:
    """`state["group"]["name"] = …`: groups are no steps, so it stands wherever it is used."""
    variable = target.value.id if isinstance(target.value, ast.Name) else ""
    outer, group = scene.names.get(variable), meaning(target, scene.names)
    if not name or not isinstance(outer, Group) or not isinstance(group, Group):
        scene.by_hand(node, CODE)
        return
    found = meaning(value, scene.names)
    inside = Group({**group.values, name: found})
    whole = Group({**outer.values, constant(target.slice): inside})
    scene.names[variable] = light(whole, variable)
    _stands(scene, Group({name: found}), value, node)


def _is_several(of: Meaning) -> bool:
    return isinstance(of, Group) or (isinstance(of, Plain) and isinstance(of.value, list | dict))


def step_of(scene: Scene, value: ast.expr, node: ast.stmt) -> Meaning | None:
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


def add(scene: Scene, node: ast.AugAssign) -> None:
    """`name += …`"""
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
        scene.names[target.id] = Unknown(target.id)
    scene.by_hand(node, CODE)


def _is_text(of: Meaning) -> bool:
    return isinstance(of, Plain) and isinstance(of.value, str)
