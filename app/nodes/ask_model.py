"""The step that asks a language model."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_schema import Schema
from app.engine.fields import Choice, Field, LongText, Number, Value
from app.engine.model_port import Ask, Message
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, said
from app.llm.material import ONLY_DATA, without_empty_past
from app.llm.wanted import schema_of
from app.nodes.model_asking import (
    ABOUT_MODEL,
    ACTIONS,
    AGENT_FIRST,
    MODEL,
    WAITS,
    about,
    asked,
    by,
    saying,
    told_first,
)
from app.nodes.model_files import pictures_of, texts_of

_VALUES = frozenset({"values"})


class AskModel(StepType):
    """Asks a language model and passes on its answer, as text or as named values.

    Say in the instructions who it is and how it should answer, and in the question what it is to
    do this time. Files go with the question: the text of documents, and pictures if the model can
    see; one that cannot is told that there are pictures. With named values, say which you expect,
    and later steps are offered them; what the model answers is checked, and it is asked once more
    if something does not fit.

    Without a model in Settings → Models the practice model answers: it follows simple rules.
    """

    type: ClassVar[str] = "ask_model"
    title: ClassVar[str] = "Ask a model"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "sparkles"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "model": MODEL,
        "instructions": LongText(
            label="Instructions", placeholder="You answer letters of our customers, kindly."
        ),
        "agent_first": AGENT_FIRST,
        "question": LongText(label="Question", required=True),
        "files": Value(label="Files", hint="A value that stands for a file or a list of files."),
        "answer_as": Choice(
            label="Answer as", options=(("text", "Text"), ("values", "Named values"))
        ),
        "shape": Schema(
            label="Expected values",
            required=True,
            of="values",
            only_if=("answer_as", _VALUES),
        ),
        "temperature": Number(
            label="Temperature",
            hint="0 keeps to the likeliest words, 1 is freer. Empty: as the model is made.",
            minimum=0,
            maximum=2,
        ),
        "max_tokens": Number(
            label="Answers at most",
            hint="Empty: as much as the model can.",
            minimum=1,
            maximum=200_000,
            whole=True,
            unit="tokens",
        ),
        "timeout_s": WAITS,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the answer as text",
        "values": "the answer as named values",
        **ABOUT_MODEL,
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Ask."""
        texts, pictures = texts_of(given["files"], ports), pictures_of(given["files"], ports)
        own = given["instructions"].strip()
        instructions = [told_first(given, ports), own, ONLY_DATA if texts else ""]
        system = "\n\n".join(one for one in instructions if one)
        question = "\n\n".join(one for one in (without_empty_past(given["question"]), texts) if one)
        messages = [Message("system", system)] if system else []
        has_values = given["answer_as"] == "values"
        ask = Ask(
            messages=(*messages, Message("user", question, pictures)),
            schema=schema_of(given["shape"]) if has_values else None,
            temperature=given["temperature"],
            max_output_tokens=given["max_tokens"],
            time_limit_s=given["timeout_s"],
            is_cancelled=ports.cancelled,
        )
        answer = asked(ports, given, ask)
        if answer.stopped == "length":
            ports.log("warning", "The answer was cut off: the model may not say more at once.")
        return Output({"text": answer.text, "values": answer.data, **about(answer)})

    def tell(self, given: Given, output: Given) -> Sentence:
        """Who answered, and how it begins."""
        return said("Asked ", by(output), ", which answered ", saying(output.get("text")))

    def doing(self, given: Given) -> str:
        """Waiting."""
        return "waiting for a model's answer"

    def does(self, fields: Mapping[str, Json]) -> str:
        """For text or values."""
        values = " for named values" if fields.get("answer_as") == "values" else ""
        return f"asks a language model{values}"

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str]:
        """Values only where they are asked for."""
        every = dict(self.outputs or {})
        if fields.get("answer_as") != "values":
            del every["values"]
        return every

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Models are busy at times."""
        return ACTIONS
