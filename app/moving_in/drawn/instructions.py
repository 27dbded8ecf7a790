"""The instructions of a step: the agent's own, with the values of the run filled in."""

import ast
import re
from dataclasses import replace

from app.moving_in.declared.agents import AgentMade
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Mix, Names, Plain, Reply, Unknown
from app.moving_in.meanings.members import member
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import template

_BRACES = re.compile(r"\{\{\s*(workflow|state|input)\.([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*\}\}")


def instructions_of(
    scene: Scene, agent: AgentMade, context: ast.expr | None
) -> tuple[str, list[str]]:
    """The instructions as the step has them, and what to look at in them."""
    doubts = list(agent.doubts)
    of = agent.instructions
    if agent.instructions_by:
        of = _told_by(scene, agent.instructions_by, context)
    text, is_sure = template(_filled(scene, of, doubts))
    if not is_sure:
        doubts.append("Values in square brackets in its instructions have to be put in by hand.")
    return text, doubts


def _told_by(scene: Scene, name: str, context: ast.expr | None) -> Meaning:
    """What a function of instructions returns, with the values it is given here."""
    made = scene.functions.get(name)
    if made is None or not made.args.args:
        return Unknown(name)
    given: dict[str, Meaning] = {}
    if isinstance(context, ast.Call):
        wanted = scene.contexts.get(called(context), ())
        given = {
            key: meaning(one, scene.names) for key, one in zip(wanted, context.args, strict=False)
        }
        given |= {one.arg: meaning(one.value, scene.names) for one in context.keywords if one.arg}
    names: Names = {**scene.names, made.args.args[0].arg: Group({"context": Group(given)})}
    for one in made.body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            names[one.targets[0].id] = meaning(one.value, names)
        elif isinstance(one, ast.Return):
            return meaning(one.value, names)
    return Unknown(name)


def _filled(scene: Scene, of: Meaning, doubts: list[str]) -> Meaning:
    """References as Agent Builder writes them, `{{state.name}}`, as the values they stand for."""
    if isinstance(of, Mix):
        return Mix(tuple(_filled(scene, one, doubts) for one in of.pieces))
    if not isinstance(of, Plain) or not isinstance(of.value, str) or "{{" not in of.value:
        return of
    pieces: list[Meaning] = []
    at = 0
    for found in _BRACES.finditer(of.value):
        pieces += [Plain(of.value[at : found.start()]), _named(scene, found)]
        at = found.end()
    rest = of.value[at:]
    if "{{" in rest:
        doubts.append("Double braces in its instructions stay as they are.")
    return Mix((*pieces, Plain(rest)))


def _named(scene: Scene, found: re.Match[str]) -> Meaning:
    root, name, inner = found[1], found[2], found[3]
    last = scene.last
    if root == "input" and last is not None:
        of = last
        if isinstance(last, Reply) and name == "output_parsed":
            of = replace(last, part="values")
    else:
        variable = scene.state if root == "state" and scene.state else root
        of = member(scene.names.get(variable, Unknown(root)), name, f"{root}.{name}")
    return member(of, inner, f"{root}.{name}.{inner}") if inner else of
