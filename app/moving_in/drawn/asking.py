"""The step that comes of running an agent."""

import ast
from dataclasses import replace

from app.engine.graph import Step
from app.engine.values import Json
from app.moving_in.declared.agents import AgentMade
from app.moving_in.drawn.instructions import instructions_of
from app.moving_in.drawn.scene import LAST_REPLY, Scene
from app.moving_in.drawn.tools import tools_for
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Meaning, Plain, Reply, Talk, Unknown
from app.moving_in.meanings.syntax import called, keyword
from app.moving_in.meanings.texts import template

CHAT = "start_chat"
ASK, WITH_TOOLS = "ask_model", "agent_with_tools"
RUNS = frozenset({"run", "run_sync", "run_streamed"})


def is_run(node: ast.AST | None) -> bool:
    """Whether the expression runs an agent."""
    call = node.value if isinstance(node, ast.Await) else node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    of = call.func.value
    word = of.id if isinstance(of, ast.Name) else called(of)
    return call.func.attr in RUNS and word.lower().endswith("runner")


def ask(scene: Scene, call: ast.Call, node: ast.stmt) -> Meaning:
    """The step for `Runner.run(agent, input=…)`, and what it gives."""
    of = keyword(call, "starting_agent", 0)
    variable = scene.aliases.get(of.id, of.id) if isinstance(of, ast.Name) else ""
    agent = scene.agents.get(variable)
    if agent is None:
        scene.by_hand(node, "It runs an agent that is not in this program. Add a step for it.")
        return Unknown("an agent that is not here")
    scene.ran.add(variable)
    asked = _question(scene, call)
    question, is_sure = template(asked)
    scene.making.add(variable)
    step, doubts = agent_step(scene, agent, question, keyword(call, "context"))
    scene.making.discard(variable)
    if isinstance(asked, Talk) and asked.pictures:
        doubts.append(_give_files(scene, step))
    if not is_sure or not question.strip():
        doubts.append("The question could not be read whole: look at it.")
    shape = agent.shape.rows if agent.shape is not None else ()
    kinds = tuple((str(row["name"]), str(row["kind"])) for row in shape)
    reply = Reply(step.key, step.name, agent.shape is not None, kinds=kinds)
    scene.names[LAST_REPLY] = replace(reply, part="text")
    scene.made(node, f"Became the step “{step.name}”.", doubts)
    return reply


def agent_step(
    scene: Scene, agent: AgentMade, question: str, context: ast.expr | None
) -> tuple[Step, list[str]]:
    """The step in which an agent answers a question, and what to look at in it."""
    instructions, doubts = instructions_of(scene, agent, context)
    kind = WITH_TOOLS if agent.tools else ASK
    task = "task" if agent.tools else "question"
    told: dict[str, Json] = {
        "instructions": instructions,
        task: question if question.strip() else f"[{task}]",
        **_model_fields(agent, kind),
    }
    if agent.tools:
        tools = tools_for(scene, agent, agent_step)
        told["tools"] = [*tools.rows]
        doubts += tools.doubts
    return scene.drawing.add(kind, agent.name, told, note=_note(agent)), doubts


def _give_files(scene: Scene, step: Step) -> str:
    """Let the step have what came with the message; says what was done."""
    if step.type != ASK or scene.drawing.graph.steps[0].type != CHAT:
        return "It was given pictures or files: let a step before it say what they show."
    scene.drawing.set_fields(step, {**step.fields, "files": "{{ trigger.files }}"})
    return "It was given pictures or files: here it gets those that come with the message."


def _question(scene: Scene, call: ast.Call) -> Meaning:
    told = keyword(call, "input", 1)
    return meaning(told, scene.names) if told is not None else Plain("")


def _model_fields(agent: AgentMade, kind: str) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    if agent.shape is not None:
        fields |= {"answer_as": "values", "shape": [dict(row) for row in agent.shape.rows]}
    if kind == ASK and agent.temperature is not None:
        fields["temperature"] = agent.temperature
    if kind == ASK and agent.max_tokens is not None:
        fields["max_tokens"] = agent.max_tokens  # of an agent with tools it is a budget
    return fields


def _note(agent: AgentMade) -> str:
    return f"Moved in from Agent Builder. It asked {agent.model}." if agent.model else ""
