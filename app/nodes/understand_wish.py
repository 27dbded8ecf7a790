"""The step of Lamplight's own agent that understands what a person wants built."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_model import ModelPick
from app.engine.fields import Field
from app.engine.ports import Port, Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, short, strong

GOOD = "good"
ASKS = Port("asks", "Something is open")
ENOUGH = Port("enough", "Enough is known")


class UnderstandWish(StepType):
    """Understands what a person wants built, and asks in the chat what is still open.

    It asks one question at a time and three at most. It works only inside the agents that come
    with Lamplight.
    """

    type: ClassVar[str] = "understand_wish"
    title: ClassVar[str] = "Understand the wish"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "sparkles"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    only_built_in: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {"model": ModelPick(default=GOOD)}
    outputs: ClassVar[Mapping[str, str] | None] = {
        "summary": "the wish in other words",
        "wish": "what the person wrote, with the answers to questions",
        "asked": "the question that was asked, if any",
    }

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """One way while something is open, one when enough is known."""
        return (ENOUGH, ASKS)

    def run(self, given: Given, ports: Ports) -> Output:
        """Understand; raises StepFailed where nothing can be built."""
        grasp = ports.build.understand(ports.models, str(given["model"]), key=ports.idempotency_key)
        value: Json = {"summary": grasp.summary, "wish": grasp.wish, "asked": grasp.asked}
        return Output(value, port=(ASKS if grasp.asked else ENOUGH).id)

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it asks."""
        return "understands the wish and asks what is open, three questions at most"

    def doing(self, given: Given) -> str:
        """Reading."""
        return "reading what you wrote"

    def tell(self, given: Given, output: Given) -> str:
        """The question, or the wish in other words."""
        if output.get("asked"):
            return said("Asked “", strong(short(output["asked"], 80)), "”")
        return said("Understood: ", strong(short(output.get("summary") or "…", 120)))
