"""The steps that keep values and that answer."""

import ast
from collections.abc import Mapping
from dataclasses import replace

from app.engine.values import Json
from app.engine.words import listed, short
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.kinds import Group, Guarded, Meaning, Plain, Ref, Reply
from app.moving_in.meanings.members import member
from app.moving_in.meanings.sums import kind_of
from app.moving_in.meanings.texts import as_list, settle, template


def set_values(
    scene: Scene, values: Mapping[str, Meaning], node: ast.stmt, *, is_first: bool = False
) -> Mapping[str, Meaning]:
    """A step that gives these names to values, or one more row in the step right before."""
    rows = {name: value_of(of) for name, of in values.items()}
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
    return {
        name: Ref(f"steps.{step.key}.{name}", kind=kind_of(of))
        if name.isidentifier()
        else member(Ref(f"steps.{step.key}"), name, name)
        for name, of in values.items()
    }


def answer(scene: Scene, of: Meaning, node: ast.stmt) -> None:
    """The step that answers, behind which nothing comes."""
    of = _worth_saying(of)
    doubts: list[str] = []
    fields: dict[str, Json]
    if isinstance(of, Group) and len(of.values) > 1:
        rows = {name: value_of(value) for name, value in of.values.items()}
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


def value_of(of: Meaning) -> tuple[str, bool]:
    """A value as a setting holds it, so that it keeps its kind; whether all of it is said."""
    settled = settle(of)
    if isinstance(settled, Plain) and isinstance(settled.value, bool | int | float):
        return template(Ref(template(settled)[0]))  # {{ true }} stays yes or no
    if isinstance(settled, Plain) and isinstance(settled.value, list | dict) and settled.value:
        text = as_list(settled.value)
        return (text, True) if text else (template(settled)[0], False)
    return template(settled)
