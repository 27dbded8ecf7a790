"""The step that finds values in a text."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.field_schema import Schema
from app.engine.fields import Field, LongText
from app.engine.model_port import Ask, Message
from app.engine.ports import Ports
from app.engine.shape import misfits
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, count, listed, said, short, strong
from app.llm.material import ONLY_DATA, as_material
from app.llm.wanted import optional, schema_of
from app.nodes.model_asking import ABOUT_MODEL, ACTIONS, MODEL, WAITS, about, asked, by

_TOLD = (
    "Find the asked values in the text. Take them from the text alone, as they stand there; "
    "numbers without units. A value that the text does not say is null. Never guess."
)


class ExtractFields(StepType):
    """Finds values in a text, such as the order number and the sum in a letter.

    Say row by row what you look for and what each value is. Values that the text does not say are
    null; if one is needed and not there, the step fails and says which. A language model reads the
    text, and its answer is checked.
    """

    type: ClassVar[str] = "extract_fields"
    title: ClassVar[str] = "Extract fields"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "scan-search"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", required=True),
        "shape": Schema(label="Values to find", required=True, of="values"),
        "instructions": LongText(
            label="Good to know", placeholder="Order numbers begin with two digits and a hyphen."
        ),
        "model": MODEL,
        "timeout_s": WAITS,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "values": "what was found, by name",
        "missing": "the names of what the text does not say",
        **ABOUT_MODEL,
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Ask for the values and check them."""
        rows = given["shape"]
        told = "\n\n".join(one for one in (_TOLD, given["instructions"].strip(), ONLY_DATA) if one)
        answer = asked(
            ports,
            given,
            Ask(
                messages=(Message("system", told), Message("user", as_material(given["text"]))),
                schema=schema_of(optional(rows)),
                temperature=0,
                time_limit_s=given["timeout_s"],
                is_cancelled=ports.cancelled,
            ),
        )
        values = answer.data if isinstance(answer.data, dict) else {}
        missing = [row["name"] for row in rows if values.get(row["name"]) in (None, "")]
        output = {"values": values, "missing": missing, **about(answer)}
        needed = [row["name"] for row in rows if row["required"] and row["name"] in missing]
        if needed:
            names = listed([f"“{name}”" for name in needed])
            raise StepFailed(f"The text does not say {names}.", can_retry=False, output=output)
        misfit = next(misfits(values, rows), None)
        if misfit:
            raise StepFailed(f"What was found does not fit. {misfit}", output=output)
        return Output(output)

    def tell(self, given: Given, output: Given) -> Sentence:
        """How many, and the first of them."""
        found = [one for one in (output.get("values") or {}).items() if one[1] not in (None, "")]
        if not found:
            return said("Asked ", by(output), " and found none of the values")
        name, value = found[0]
        first = f"{name} {short(value)}"
        return said("Found ", strong(count(len(found), "value")), ", among them ", strong(first))

    def doing(self, given: Given) -> str:
        """Reading."""
        return "finding values in a text"

    def does(self, fields: Mapping[str, Json]) -> str:
        """Which values."""
        rows = fields.get("shape")
        names = [str(row.get("name")) for row in rows or () if isinstance(row, dict)]  # type: ignore[union-attr]
        few = [*names[:3], "more"] if len(names) > 4 else names
        return f"finds {listed(few)} in a text" if few else "finds values in a text"

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Models are busy at times."""
        return ACTIONS
