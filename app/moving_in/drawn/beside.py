"""Agents of their own that tools of a step run: code in a step, or another agent."""

import ast
from collections.abc import Callable
from dataclasses import replace

from app.engine.graph import Step
from app.engine.values import Json
from app.engine.words import short
from app.moving_in.declared.agents import AgentMade
from app.moving_in.declared.code_inputs import CannotRun
from app.moving_in.declared.own_code import code_of
from app.moving_in.drawn.drawing import Drawing
from app.moving_in.drawn.scene import Helper, Scene
from app.moving_in.meanings.syntax import constant, keyword

MAX_HELPERS = 20
MAX_ABOUT_CHARS = 280
Draw = Callable[[Scene, AgentMade, str, ast.expr | None], tuple[Step, list[str]]]


def code_helper(scene: Scene, name: str) -> Helper:
    """An agent that runs the code of a tool; raises CannotRun."""
    if len(scene.helpers) >= MAX_HELPERS:
        raise CannotRun(f"More than {MAX_HELPERS} agents would be made.")
    node = scene.functions[name]
    code = code_of(node, scene.head)
    drawing = Drawing()
    drawing.add("start_form", "Questions", {"inputs": code.inputs})
    step = drawing.add("code", name.replace("_", " "), {"code": code.code, "values": code.values})
    drawing.add("answer", "Answer", {"text": "{{ steps." + step.key + ".value }}"})
    scene.in_code |= code.parts
    for doubt in code.doubts:
        scene.check(node, doubt)
    marks = [one for one in node.decorator_list if isinstance(one, ast.Call)]
    told = "".join(constant(keyword(one, "description_override")) for one in marks)
    about = brief(told or (ast.get_docstring(node) or "").partition("\n\n")[0])
    return scene.helped(f"code:{name}", _named(name), about, drawing.graph)


def agent_helper(scene: Scene, variable: str, agent: AgentMade, draw: Draw) -> Helper | None:
    """An agent of its own: what it is told, the step that answers, and its answer."""
    if len(scene.helpers) + len(scene.making) > MAX_HELPERS:
        return None
    scene.making.add(variable)
    inner = replace(scene, drawing=Drawing(), names=dict(scene.head_names), state="")
    asked: Json = {
        "label": "Task",
        "key": "task",
        "kind": "long_text",
        "required": True,
        "options": [],
        "hint": "What it is to do, with all that it has to know.",
    }
    inner.drawing.add("start_form", "Questions", {"inputs": [asked]})
    step, doubts = draw(inner, agent, "{{ trigger.task }}", None)
    part = "values" if agent.shape is not None else "text"
    text = "{{ steps." + f"{step.key}.{part}" + " }}"
    inner.drawing.add("answer", "Answer", {"text": text})
    scene.making.discard(variable)
    scene.made(
        agent.node,
        f"Became the agent “{agent.name}”, which others use as a tool.",
        ["It is published together with yours.", *doubts],
    )
    return scene.helped(f"agent:{variable}", agent.name, agent.about, inner.drawing.graph)


def brief(words: str) -> str:
    """The first words of a description, as long as a tool may have them."""
    return short(words, MAX_ABOUT_CHARS) if words.strip() else ""


def _named(name: str) -> str:
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:]
