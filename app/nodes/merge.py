"""The step where several ways come together again."""

from collections.abc import Mapping
from typing import ClassVar, cast

from app.engine.fields import Choice, Field
from app.engine.ports import Ports
from app.engine.step_type import Join, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import listed, said, strong


class Merge(StepType):
    """Brings several ways together and passes on what came by each.

    “As soon as all that will come are here” waits for every way that is taken. “Only if all come”
    is passed by when one of the ways was not taken. “At the first” goes on with whichever comes
    first and ignores the others.
    """

    type: ClassVar[str] = "merge"
    title: ClassVar[str] = "Merge"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "merge"
    gathers: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "goes_on": Choice(
            label="Goes on",
            options=(
                ("any", "As soon as all that will come are here"),
                ("all", "Only if all come"),
                ("first", "At the first that comes"),
            ),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "values": "what each step before it gave, by the step's key",
        "first": "what the first of them gave",
        "list": "the same as a list",
    }

    def joins(self, fields: Mapping[str, Json]) -> Join:
        """As chosen."""
        chosen = fields.get("goes_on")
        return cast(Join, chosen) if chosen in ("all", "first") else "any"

    def run(self, given: Given, ports: Ports) -> Output:
        """What has arrived, in the order of the ways."""
        arrived = given["arrived"]
        outputs = [one["output"] for one in arrived]
        return Output(
            {
                "values": {one["step"]: one["output"] for one in arrived},
                "first": outputs[0] if outputs else None,
                "list": outputs,
            }
        )

    def tell(self, given: Given, output: Given) -> str:
        """Which ways came."""
        names = [f"“{one['name']}”" for one in given["arrived"]]
        return said("Went on with ", strong(listed(names)))
