"""A wish becomes a sketch: the start, then each act in its turn, then how it ends."""

from dataclasses import dataclass

from app.composing.patterns import deciding, thinking
from app.composing.patterns.ending import end
from app.composing.patterns.heard import Act, Heard
from app.composing.patterns.moments import tell_moments
from app.composing.patterns.naming import agent_name
from app.composing.patterns.other_services import tell_others
from app.composing.patterns.planned import planned
from app.composing.patterns.scene import Scene
from app.composing.patterns.starts import begin
from app.composing.patterns.walking import Walk
from app.composing.patterns.words import capital
from app.composing.sketch import Sketch
from app.composing.wishes import Surroundings


@dataclass(slots=True)
class Composed:
    """A sketch, and what was assumed on the way, in sentences."""

    sketch: Sketch
    taken: list[str]


def composed(heard: Heard, around: Surroundings) -> Composed:
    """The flow for a wish."""
    scene = Scene(heard, around)
    acts = planned(heard)
    begin(scene, _wanted_of_form(scene, acts))
    Walk(scene).through(acts)
    end(scene)
    tell_others(scene)
    tell_moments(scene)
    name = agent_name(scene)
    sketch = Sketch(name, capital(heard.text[:400]), "", tuple(scene.steps))
    return Composed(sketch, scene.taken)


def _wanted_of_form(scene: Scene, acts: list[Act]) -> tuple[str, ...]:
    """The values that a form should ask for, because later steps work with them."""
    for act in acts:
        if act.kind in ("table", "update_row", "extract"):
            return thinking.wanted_values(scene, act)
    if any(act.kind == "formula" for act in acts):
        return _numbers_named(scene.heard.low)
    if any(act.kind == "if" and deciding.is_number(act.words) for act in acts):
        return deciding.value_names(scene.heard.low)
    return ()


def _numbers_named(low: str) -> tuple[str, ...]:
    known = ("net price", "gross price", "unit price", "price", "quantity", "amount", "hours",
             "rate", "distance", "weight", "start date", "end date")  # fmt: skip
    found = [one for one in known if one in low]
    found = [one for one in found if not any(one != two and one in two for two in found)]
    return tuple(found) or ("amount",)
