"""Formulas and code, written from the plain words that a step has for them."""

from collections.abc import Mapping
from dataclasses import replace

from app.composing.code_check import code_fault, formula_fault
from app.composing.code_patterns import code_for, formula_for
from app.composing.wishes import Wish
from app.engine.graph import Graph, Step
from app.engine.model_port import Ask, Message, ModelFailed, ModelPort
from app.engine.sandbox_port import SandboxPort
from app.engine.values import Json
from app.llm.material import ONLY_DATA, as_material
from app.llm.wanted import group_of
from app.nodes.catalogue import CATALOGUE

MAX_TRIES = 2
# The setting that holds what is written, by the kind of step.
WRITTEN: Mapping[str, str] = {"formula": "expression", "code": "code"}
_HOW = f"""\
You write the {{what}} of one step of a flow. It works with the named values only, by their names. \
{{rules}} Answer with it alone, no backticks, no words around it.
{ONLY_DATA}"""


def filled(
    graph: Graph,
    wish: Wish,
    models: ModelPort,
    model: str,
    *,
    is_practice: bool,
    sandbox: SandboxPort | None,
) -> Graph:
    """The flow with what could be written and can be read; what could not stays empty."""
    steps: list[Step] = []
    for step in graph.steps:
        name = WRITTEN.get(step.type)
        if name is None or str(step.fields.get(name) or "").strip():
            steps.append(step)
            continue
        by_rule = is_practice or not wish.said
        text = _by_pattern(step) if by_rule else _by_model(step, wish, models, model, sandbox)
        fits = text and not _fault(step, text, sandbox)
        steps.append(replace(step, fields={**step.fields, name: text}) if fits else step)
    return replace(graph, steps=tuple(steps))


def _by_pattern(step: Step) -> str:
    words, names = step.note or step.name, _names(step)
    return formula_for(words, names) if step.type == "formula" else code_for(words, names)


def _by_model(
    step: Step, wish: Wish, models: ModelPort, model: str, sandbox: SandboxPort | None
) -> str:
    """What the model writes; asked once more with what is wrong with it. Raises ModelFailed."""
    kind = CATALOGUE[step.type]
    what = "formula" if step.type == "formula" else "Python code"
    system = _HOW.format(what=what, rules=kind.help())
    told = (
        f"What it shall do:\n{as_material(step.note or step.name, 'step')}\n\n"
        f"What the person wished for:\n{as_material(wish.said[-1][: Wish.MAX_CHARS], 'wish')}\n\n"
        f"Named values: {', '.join(_names(step)) or 'none'}"
    )
    messages = [Message("system", system), Message("user", told)]
    schema = group_of({"text": {"type": "string"}})
    for _ in range(MAX_TRIES):
        try:
            answer = models.answer(model, Ask(messages=tuple(messages), schema=schema))
        except ModelFailed as failed:
            if failed.kind == "answer":
                return ""
            raise
        data = answer.data if isinstance(answer.data, dict) else {}
        text = _plain(data.get("text"))
        fault = _fault(step, text, sandbox) if text else "Nothing was written."
        if not fault:
            return text
        messages += [
            Message("assistant", text[:20_000]),
            Message("user", f"This cannot be used. {fault} Write it again."),
        ]
    return ""


def _fault(step: Step, text: str, sandbox: SandboxPort | None) -> str:
    if step.type == "formula":
        return formula_fault(text, _names(step), sandbox)
    return code_fault(text, sandbox)


def _names(step: Step) -> list[str]:
    rows = step.fields.get("values")
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [str(row.get("name") or "").strip() for row in found if row.get("name")]


def _plain(value: Json) -> str:
    """The text without backticks around it."""
    text = value.strip() if isinstance(value, str) else ""
    if text.startswith("```"):
        text = text.removeprefix("```python").removeprefix("```").removesuffix("```").strip()
    return text.replace("\0", "")
