"""What a statement gives a name: a value, a step, a part of the state."""

import ast

from app.engine.words import listed
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.values import set_values
from app.moving_in.drawn.worked_out import known
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Plain, Ref, Talk, Turn, Unknown, light
from app.moving_in.meanings.syntax import constant
from app.moving_in.walk import declarations
from app.moving_in.ways.runs import hoisted, step_of

CODE = "Code of its own. A step “Code” or “Formula” can do this: add it by hand."
FILES = (
    "The search in files does not move in. Put what these files say into a table, and look there "
    "with a step “Find rows”."
)
GROWS = (
    "It grows from item to item. Here each item begins anew: add up behind the loop, with a step "
    "“Formula” or “Code” on what the loop gives."
)
MESSAGE = Ref("trigger.text", kind="text")  # what a chat message says


def assign(scene: Scene, node: ast.Assign) -> None:
    """`name = …`, `state["name"] = …`, or several names at once."""
    target = node.targets[0]
    if len(node.targets) == 1 and _adds_up(scene, target, node):
        return
    if len(node.targets) == 1 and isinstance(target, ast.Name):
        _named(scene, target.id, node.value, node)
    elif len(node.targets) == 1 and isinstance(target, ast.Subscript):
        _kept(scene, target, node.value, node)
    elif len(node.targets) == 1 and isinstance(target, ast.Tuple | ast.List):
        _each_named(scene, target, node)
    else:
        _lost(scene, node)


def _adds_up(scene: Scene, target: ast.expr, node: ast.Assign) -> bool:
    """What grows from item to item of a loop: here each item begins anew."""
    word = ast.unparse(target)
    if not any(word in one.carried for one in scene.frame.loops):
        return False
    if isinstance(target, ast.Name):
        scene.names[target.id] = Unknown(word)
    scene.by_hand(node, GROWS)
    return True


def _each_named(scene: Scene, target: ast.Tuple | ast.List, node: ast.Assign) -> None:
    """`a, b = …`: of what was gathered, or of values that stand there."""
    value = node.value
    whole = step_of(scene, value, node) or known(scene, value, node, named="Work out")
    if isinstance(value, ast.Tuple | ast.List):
        whole = Group({str(at): meaning(one, scene.names) for at, one in enumerate(value.elts)})
    if not isinstance(whole, Group) or len(whole.values) != len(target.elts):
        _lost(scene, node)
        return
    for name, of in zip(target.elts, whole.values.values(), strict=True):
        if isinstance(name, ast.Name):
            scene.names[name.id] = of
    scene.ready(node, "")


def _lost(scene: Scene, node: ast.Assign) -> None:
    for one in (inner for each in node.targets for inner in ast.walk(each)):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            scene.names[one.id] = Unknown(one.id)
    scene.by_hand(node, CODE)


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
    value = hoisted(scene, value, node)
    if declarations.assigned(scene, name, value, node):
        return
    scene.aliases.pop(name, None)
    found = known(scene, value, node, named=f"Work out {name.replace('_', ' ')}")
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
    found = step_of(scene, value, node) or _read(scene, name, value, node)
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
    found = step_of(scene, value, node) or _read(scene, name, value, node)
    inside = Group({**group.values, name: found})
    whole = Group({**outer.values, constant(target.slice): inside})
    scene.names[variable] = light(whole, variable)
    _stands(scene, Group({name: found}), value, node)


def _read(scene: Scene, name: str, value: ast.expr, node: ast.stmt) -> Meaning:
    value = hoisted(scene, value, node)
    return known(scene, value, node, named=f"Work out {name.replace('_', ' ')}")


def _is_several(of: Meaning) -> bool:
    return isinstance(of, Group) or (isinstance(of, Plain) and isinstance(of.value, list | dict))


def add(scene: Scene, node: ast.AugAssign) -> None:
    """`name += …`, `state["name"] += …`: the same as naming it anew."""
    target = node.target
    if isinstance(target, ast.Name) and scene.names.get(target.id) == Ref("index"):
        scene.ready(node, "The loop counts by itself.")
        return
    known_as = ast.parse(ast.unparse(target), mode="eval").body
    whole = ast.Assign([target], ast.BinOp(known_as, node.op, node.value))
    assign(scene, ast.fix_missing_locations(ast.copy_location(whole, node)))
