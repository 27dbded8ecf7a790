"""The step that makes a long text short."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, LongText, Text
from app.engine.model_port import Ask, Message
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, said
from app.llm.material import ONLY_DATA, as_material
from app.nodes.model_asking import ABOUT_MODEL, ACTIONS, MODEL, WAITS, about, asked, by, saying

_LENGTHS = (
    ("short", "Three sentences", "in at most three sentences"),
    ("sentence", "One sentence", "in one sentence"),
    ("points", "Five points", "as at most five points, each on a line that begins with “- ”"),
    ("long", "About 200 words", "in about 200 words"),
)
_STYLES = (
    ("plain", "Plain", "Write plainly and to the point."),
    ("formal", "Formal", "Write formally, as in a report."),
    ("friendly", "Friendly", "Write in a friendly way, as to a colleague."),
)


class Summarise(StepType):
    """Makes a long text short.

    Choose how long and in which style, and say if something matters most. Empty language: the one
    of the text. A language model does it.
    """

    type: ClassVar[str] = "summarise"
    title: ClassVar[str] = "Summarise"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "fold-horizontal"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", required=True),
        "length": Choice(label="Length", options=tuple((one[0], one[1]) for one in _LENGTHS)),
        "style": Choice(label="Style", options=tuple((one[0], one[1]) for one in _STYLES)),
        "language": Text(label="Language", placeholder="English", max_chars=60),
        "focus": Text(label="What matters most", placeholder="What we have to do, and by when"),
        "model": MODEL,
        "timeout_s": WAITS,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"summary": "the short text", **ABOUT_MODEL}

    def run(self, given: Given, ports: Ports) -> Output:
        """Ask for it."""
        length = next(one[2] for one in _LENGTHS if one[0] == given["length"])
        style = next(one[2] for one in _STYLES if one[0] == given["style"])
        language = given["language"].strip()
        focus = given["focus"].strip()
        told = [
            f"Summarise the text {length}. {style}",
            f"Write in {language}." if language else "Write in the language of the text.",
            f"What matters most: {focus}." if focus else "",
            "Say only what the text says. Answer with the summary alone.",
            ONLY_DATA,
        ]
        system = "\n".join(one for one in told if one)
        ask = Ask(
            messages=(Message("system", system), Message("user", as_material(given["text"]))),
            time_limit_s=given["timeout_s"],
            is_cancelled=ports.cancelled,
        )
        answer = asked(ports, given, ask)
        return Output({"summary": answer.text.strip(), **about(answer)})

    def tell(self, given: Given, output: Given) -> Sentence:
        """By whom, and how it begins."""
        return said("Had ", by(output), " summarise a text: ", saying(output.get("summary")))

    def doing(self, given: Given) -> str:
        """Summarising."""
        return "summarising a text"

    def does(self, fields: Mapping[str, Json]) -> str:
        """How long it gets."""
        words = {one[0]: one[1].lower() for one in _LENGTHS}.get(str(fields.get("length")), "")
        return f"summarises a text in {words}" if words else "summarises a text"

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Models are busy at times."""
        return ACTIONS
