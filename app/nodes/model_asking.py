"""What the steps that ask a language model have in common."""

from collections.abc import Mapping

from app.engine.errors import StepFailed
from app.engine.field_model import ModelPick
from app.engine.fields import Field, Number, Switch
from app.engine.model_port import Answer, Ask, ModelFailed
from app.engine.ports import Ports
from app.engine.step_type import Action
from app.engine.values import Given, Json
from app.engine.words import Part, short, strong
from app.llm.practice import PRACTICE_MODEL
from app.llm.providers import PRACTICE_TITLE
from app.nodes.model_files import NOT_SEEN, is_blind, without_pictures

MODEL: Field = ModelPick()
WAITS: Field = Number(
    label="Waits at most", default=120, minimum=5, maximum=600, unit="seconds", required=True
)
ABOUT_MODEL: Mapping[str, str] = {
    "model": "the name of the model that answered",
    "tokens": "how many tokens were used",
}
AGENT_FIRST: Field = Switch(
    label="Begin with the agent's instructions",
    default=True,
    hint="They stand in the settings of the agent.",
)
# What another try cannot mend.
FINAL_TROUBLES = frozenset({"key", "credit", "model", "too_long", "refused", "set_up"})


def told_first(given: Given, ports: Ports) -> str:
    """What the agent tells every model, unless the step is set to say otherwise; may be empty."""
    return ports.told_first if given.get("agent_first", True) else ""


def asked(ports: Ports, given: Given, ask: Ask) -> Answer:
    """What the model chosen in the settings answers; raises StepFailed in words."""
    try:
        return ports.models.answer(str(given["model"] or ""), ask)
    except ModelFailed as failed:
        if is_blind(failed, ask):
            ports.log("warning", NOT_SEEN)
            return asked(ports, given, without_pictures(ask))
        raise StepFailed(failed.sentence, can_retry=failed.kind not in FINAL_TROUBLES) from None


def about(answer: Answer) -> dict[str, Json]:
    """What is told of the model beside its answer."""
    return {"model": answer.model, "tokens": answer.usage.tokens}


def by(output: Given) -> Part:
    """The model that answered, for a sentence."""
    name = output.get("model")
    is_practice = name in (PRACTICE_MODEL, PRACTICE_TITLE)
    return strong("the practice model" if is_practice else name or "a model")


def saying(text: object) -> Part:
    """What a model said, in the middle or at the end of a sentence of ours."""
    return strong(short(text).rstrip("."))


ACTIONS = (
    Action("run_again", "Run again", "The model may have been busy.", primary=True),
    Action("edit_step", "Change the step"),
)
