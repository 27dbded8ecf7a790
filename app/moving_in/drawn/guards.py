"""The steps at which a run may stop: guardrails, and asking a person."""

import ast
from collections.abc import Mapping

from app.engine.graph import Step
from app.engine.values import Json
from app.moving_in.declared.guardrails import Rules
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Guarded, Meaning, Ref
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import template
from app.nodes.catalogue import CATALOGUE

GUARDS = frozenset({"run_guardrails", "run_and_apply_guardrails"})
MAX_TITLE_CHARS = 180


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


def _guard_fields(rules: Rules | None) -> dict[str, Json]:
    kinds = [name for name, one in CATALOGUE["guard"].fields.items() if one.kind == "switch"]
    looks = rules is None or rules.personal_data
    fields: dict[str, Json] = dict.fromkeys(kinds, looks)
    return fields | ({"subject": rules.subject, "banned": rules.banned} if rules else {})
