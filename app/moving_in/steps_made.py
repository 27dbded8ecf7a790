"""The steps that come of running an agent, of guardrails, of approvals and of state."""

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from app.engine.graph import Step
from app.engine.values import Json
from app.engine.words import listed, short
from app.moving_in.agents_made import AgentMade, Rules
from app.moving_in.expressions import called, keyword, meaning
from app.moving_in.meanings import (
    Group,
    Guarded,
    Meaning,
    Mix,
    Names,
    Plain,
    Ref,
    Reply,
    Unknown,
    as_list,
    member,
    settle,
    template,
)
from app.moving_in.scene import LAST_REPLY, Scene
from app.moving_in.tools_made import tools_for
from app.nodes.catalogue import CATALOGUE

ASK, WITH_TOOLS = "ask_model", "agent_with_tools"
GUARDS = frozenset({"run_guardrails", "run_and_apply_guardrails"})
RUNS = frozenset({"run", "run_sync", "run_streamed"})
MAX_TITLE_CHARS = 180
_BRACES = re.compile(r"\{\{\s*(workflow|state|input)\.([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*\}\}")


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
    variable = of.id if isinstance(of, ast.Name) else ""
    agent = scene.agents.get(variable)
    if agent is None:
        scene.by_hand(node, "It runs an agent that is not in this program. Add a step for it.")
        return Unknown("an agent that is not here")
    scene.ran.add(variable)
    question, is_sure = template(_question(scene, call))
    scene.making.add(variable)
    step, doubts = agent_step(scene, agent, question, keyword(call, "context"))
    scene.making.discard(variable)
    if not is_sure or not question.strip():
        doubts.append("The question could not be read whole: look at it.")
    reply = Reply(step.key, step.name, agent.shape is not None)
    scene.names[LAST_REPLY] = replace(reply, part="text")
    scene.made(node, f"Became the step “{step.name}”.", doubts)
    return reply


def agent_step(
    scene: Scene, agent: AgentMade, question: str, context: ast.expr | None
) -> tuple[Step, list[str]]:
    """The step in which an agent answers a question, and what to look at in it."""
    instructions, doubts = _instructions(scene, agent, context)
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


def guard(scene: Scene, call: ast.Call, node: ast.stmt) -> Meaning:
    """The step for guardrails, with both its ways open."""
    place = 0 if called(call) == "run_and_apply_guardrails" else 1
    checked = meaning(call.args[place] if len(call.args) > place else None, scene.names)
    found = [one.id for one in ast.walk(call) if isinstance(one, ast.Name)]
    rules = next((scene.rules[name] for name in found if name in scene.rules), None)
    text, is_sure = template(checked)
    step = scene.drawing.add("guard", "Guard", {"text": text or "[text]", **_guard_fields(rules)})
    scene.drawing.open = scene.drawing.ways_of(step)
    doubts = list(rules.doubts) if rules else ["What it looked for could not be read. Choose it."]
    doubts += [] if is_sure and text else ["Choose the text that it looks at."]
    scene.made(node, f"Became the step “{step.name}”.", doubts)
    return Guarded(step.key, checked, masks=bool(rules and rules.masks))


def approval(
    scene: Scene, call: ast.Call, node: ast.stmt, *, head_only: bool = False
) -> tuple[Step, Meaning]:
    """The step for `approval_request(…)`, with its ways for yes and no open."""
    said, is_sure = template(meaning(call.args[0] if call.args else None, scene.names))
    first, _, rest = said.strip().partition("\n")
    if len(first) > MAX_TITLE_CHARS:
        first, rest = "May this go on?", said
    fields: Mapping[str, Json] = {"title": first or "May this go on?", "text": rest.strip()}
    step = scene.drawing.add("ask_person", "Ask for approval", fields)
    scene.drawing.open = scene.drawing.ways_of(step)[:2]
    doubts = [] if is_sure else ["Look at the question: a part of it could not be read."]
    sentence = f"Became the step “{step.name}”: the run waits for a yes or a no."
    scene.made(node, sentence, doubts, head_only=head_only)
    return step, Ref(f"steps.{step.key}.approved")


def set_values(
    scene: Scene, values: Mapping[str, Meaning], node: ast.stmt, *, is_first: bool = False
) -> Mapping[str, Meaning]:
    """A step that gives these names to values, or one more row in the step right before."""
    rows = {name: _value(of) for name, of in values.items()}
    before = scene.drawing.last()
    kept: list[Json] = []
    used = any(before and f"steps.{before.key}." in text for text, _ in rows.values())
    if before is not None and before.type == "set_values" and not used:
        held = before.fields["values"]
        kept = [
            one
            for one in (held if isinstance(held, list) else [])
            if isinstance(one, dict) and one["name"] not in rows
        ]
    else:
        before = None
    added: list[Json] = [{"name": name, "value": text} for name, (text, _) in rows.items()]
    fields: Mapping[str, Json] = {"values": [*kept, *added]}
    if before is not None:
        step = scene.drawing.set_fields(before, {**before.fields, **fields})
    else:
        words = listed([name.replace("_", " ") for name in rows])
        name = "State" if is_first else f"Set {words}"
        step = scene.drawing.add("set_values", name, fields)
    doubts = [
        f"“{name}” is worked out in a way that has to be set by hand."
        for name, (_, is_sure) in rows.items()
        if not is_sure
    ]
    sentence = f"Became {listed(list(rows))} in the step “{step.name}”."
    scene.made(node, sentence, doubts)
    return {name: member(Ref(f"steps.{step.key}"), name, name) for name in rows}


def answer(scene: Scene, of: Meaning, node: ast.stmt) -> None:
    """The step that answers, behind which nothing comes."""
    of = _worth_saying(of)
    doubts: list[str] = []
    fields: dict[str, Json]
    if isinstance(of, Group) and len(of.values) > 1:
        rows = {name: _value(value) for name, value in of.values.items()}
        values: list[Json] = [{"name": name, "value": text} for name, (text, _) in rows.items()]
        fields = {"kind": "values", "values": values}
        is_sure = all(sure for _, sure in rows.values())
    else:
        text, is_sure = template(of)
        fields = {"kind": "text", "text": text or "[answer]"}
        is_sure = is_sure and bool(text)
    if not is_sure:
        doubts.append("A part of it could not be read: say in the step what it answers.")
    step = scene.drawing.add("answer", _answer_name(of), fields)
    scene.made(node, f"Became the step “{step.name}”.", doubts)
    scene.drawing.end()


def _answer_name(of: Meaning) -> str:
    if isinstance(of, Reply):
        return f"Answer of {of.name}"
    if isinstance(of, Guarded):
        return "Answer of the guard"
    return f"Answer: {short(of.value, 30)}" if isinstance(of, Plain) and of.value else "Answer"


def _worth_saying(of: Meaning) -> Meaning:
    """Of what an agent gave, the text; of a group with one value, that value."""
    if not isinstance(of, Group):
        return replace(of, part="text") if isinstance(of, Reply) else of
    if "output_text" in of.values and set(of.values) <= {"output_text", "output_parsed"}:
        return of.values["output_text"]
    return next(iter(of.values.values())) if len(of.values) == 1 else of


def _value(of: Meaning) -> tuple[str, bool]:
    settled = settle(of)
    if isinstance(settled, Plain) and isinstance(settled.value, bool | int | float):
        return template(Ref(template(settled)[0]))  # {{ true }} stays yes or no
    if isinstance(settled, Plain) and isinstance(settled.value, list | dict) and settled.value:
        text = as_list(settled.value)
        return (text, True) if text else (template(settled)[0], False)
    return template(settled)


def _question(scene: Scene, call: ast.Call) -> Meaning:
    told = keyword(call, "input", 1)
    return meaning(told, scene.names) if told is not None else Plain("")


def _instructions(
    scene: Scene, agent: AgentMade, context: ast.expr | None
) -> tuple[str, list[str]]:
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


def _guard_fields(rules: Rules | None) -> dict[str, Json]:
    kinds = [name for name, one in CATALOGUE["guard"].fields.items() if one.kind == "switch"]
    looks = rules is None or rules.personal_data
    fields: dict[str, Json] = dict.fromkeys(kinds, looks)
    return fields | ({"subject": rules.subject, "banned": rules.banned} if rules else {})
