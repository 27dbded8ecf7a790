"""The step that sorts a text into one of several categories."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.field_categories import Categories, category_name, is_categories
from app.engine.fields import Field, LongText, Number
from app.engine.model_port import Answer, Ask, Message
from app.engine.ports import Port, Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, said, strong
from app.llm.material import ONLY_DATA, as_material
from app.llm.wanted import group_of
from app.nodes.model_asking import ABOUT_MODEL, ACTIONS, MODEL, WAITS, about, asked

NONE = Port("none", "None of these")
_TOLD = (
    "Sort the text into exactly one of these categories. Say how sure you are from 0 to 1, and "
    f"why in one short sentence. Choose “{NONE.label}” if nothing fits."
)


class SortIntoCategories(StepType):
    """Sorts a text into one of your categories and takes its way.

    Give each category a name, and say what belongs there. What fits nowhere, or is less sure than
    you ask for, leaves by “None of these”. A language model decides; how sure it is and why are
    kept with the run.
    """

    type: ClassVar[str] = "sort_into_categories"
    title: ClassVar[str] = "Sort into categories"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "list-tree"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", required=True),
        "categories": Categories(label="Categories", required=True),
        "instructions": LongText(
            label="Good to know", placeholder="Complaints about an invoice belong to Billing."
        ),
        "least": Number(
            label="At least this sure",
            hint="0 takes every answer. What is less sure leaves by “None of these”.",
            default=0,
            minimum=0,
            maximum=1,
            required=True,
        ),
        "model": MODEL,
        "timeout_s": WAITS,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "category": "the name of the category",
        "confidence": "how sure the model is, from 0 to 1",
        "reason": "why, in a sentence",
        **ABOUT_MODEL,
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Ask, and take the way of the category."""
        rows = given["categories"]
        names = [category_name(row, number) for number, row in enumerate(rows, start=1)]
        answer = asked(ports, given, self._ask(given, names, ports))
        found, sure = self._found(answer, names), self._sure(answer)
        at = names.index(found) if found in names and sure >= given["least"] else None
        data = answer.data if isinstance(answer.data, dict) else {}
        output: dict[str, Json] = {
            "category": NONE.label if at is None else names[at],
            "confidence": sure,
            "reason": str(data.get("reason") or ""),
            **about(answer),
        }
        return Output(output, port=NONE.id if at is None else rows[at]["id"])

    def tell(self, given: Given, output: Given) -> Sentence:
        """Where it belongs, and how sure that is."""
        sure = f"{round(float(output.get('confidence') or 0) * 100)} %"
        return said("Sorted it into ", strong(output.get("category")), f", {sure} sure")

    def doing(self, given: Given) -> str:
        """Sorting."""
        return "sorting a text into categories"

    def does(self, fields: Mapping[str, Json]) -> str:
        """Into how many."""
        rows = fields.get("categories")
        many = f"{len(rows)} categories" if isinstance(rows, list) and len(rows) > 1 else ""
        return f"sorts a text into {many or 'categories'}"

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """One for each category, in their order, and one for all else."""
        rows = fields.get("categories")
        if not is_categories(rows):
            return (NONE,)
        ways = [Port(str(row["id"]), category_name(row, n)) for n, row in enumerate(rows, start=1)]
        return (*ways, NONE)

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """“None of these” is there already."""
        rows = fields.get("categories")
        names = [str(row["label"]).casefold() for row in rows] if is_categories(rows) else []
        if NONE.label.casefold() in names:
            return [("categories", f"“{NONE.label}” is a way out already. Leave it out.")]
        return []

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Models are busy at times."""
        return ACTIONS

    @staticmethod
    def _ask(given: Given, names: list[str], ports: Ports) -> Ask:
        lines = [
            f"- {name}: {row['description'] or name}"
            for name, row in zip(names, given["categories"], strict=True)
        ]
        lines.append(f"- {NONE.label}: nothing else fits")
        told = [_TOLD, "\n".join(lines), given["instructions"].strip(), ONLY_DATA]
        options: list[Json] = [*names, NONE.label]
        return Ask(
            messages=(
                Message("system", "\n\n".join(one for one in told if one)),
                Message("user", as_material(given["text"])),
            ),
            schema=group_of(
                {
                    "category": {"type": "string", "enum": options},
                    "confidence": {"type": "number"},
                    "reason": {"type": "string"},
                }
            ),
            temperature=0,
            time_limit_s=given["timeout_s"],
            is_cancelled=ports.cancelled,
        )

    @staticmethod
    def _found(answer: Answer, names: list[str]) -> str:
        data: Any = answer.data if isinstance(answer.data, dict) else {}
        said_name = str(data.get("category") or "").strip().casefold()
        return next((name for name in names if name.casefold() == said_name), NONE.label)

    @staticmethod
    def _sure(answer: Answer) -> float:
        data: Any = answer.data if isinstance(answer.data, dict) else {}
        sure = data.get("confidence")
        return min(1.0, max(0.0, float(sure))) if isinstance(sure, int | float) else 0.0
