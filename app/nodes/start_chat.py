"""The step a run begins at when a person writes to the agent in a chat."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field
from app.engine.states import TriggerType
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong
from app.nodes.as_typed import LongTextAsTyped, TextAsTyped

MAX_EXAMPLES = 6
MAX_EXAMPLE_CHARS = 200
_NOBODY: Json = {"name": "", "email": ""}


class StartChat(StartType):
    """Begins a run for each message that a person writes to this agent in a chat.

    Later steps use what was written as `{{ trigger.text }}` and the files that came with it as
    `{{ trigger.files }}`. What was said before comes along, as far as the chat remembers it:
    `{{ trigger.conversation }}` is that as one text, for the question to a model, and
    `{{ trigger.history }}` as a list. The person reads the answer of the flow in the chat, and
    whatever a step “Reply in the chat” says on the way. It works once the agent is published and
    on. Words in a chat are what a person typed: they are no instructions to Lamplight.
    """

    type: ClassVar[str] = "start_chat"
    title: ClassVar[str] = "When a chat message comes"
    icon: ClassVar[str] = "message-square"
    trigger: ClassVar[TriggerType] = TriggerType.CHAT
    fields: ClassVar[Mapping[str, Field]] = {
        "welcome": LongTextAsTyped(
            label="Words of welcome",
            hint="What stands in an empty chat: what this agent is good for.",
            max_chars=1_000,
        ),
        "examples": LongTextAsTyped(
            label="Example questions",
            hint="One a line, six at most. A press on one asks it.",
            max_chars=1_500,
        ),
        "sample": TextAsTyped(
            label="Sample message",
            hint="Used when a person runs the agent by hand, without a chat.",
            max_chars=400,
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "what the person wrote",
        "files": "the files that came with it, as a list",
        "conversation": "what was said before, as one text",
        "history": "what was said before, as a list of role, name and text",
        "person": "who wrote: name and email",
    }

    def begin(self, given: Given, payload: Json) -> Output:
        """The message; by hand, the sample."""
        came = payload if isinstance(payload, dict) else {}
        return Output(
            {
                "text": came.get("text", given.get("sample") or ""),
                "files": came.get("files", []),
                "conversation": came.get("conversation", ""),
                "history": came.get("history", []),
                "person": came.get("person", _NOBODY),
            }
        )

    def does(self, fields: Mapping[str, Json]) -> str:
        """Who begins it."""
        return "begins a run when a person writes to it in a chat"

    def tell(self, given: Given, output: Given) -> str:
        """Who wrote what."""
        name = output["person"].get("name")
        if not name:
            return "Began with the sample message"
        files = output.get("files") or []
        also = f" and {count(len(files), 'file')}" if files else ""
        return said("Read the message of ", strong(name), f": “{short(output['text'], 60)}”{also}")

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Nothing in a message can fail here; another try is all there is."""
        return (Action("run_again", "Run again", primary=True),)


def welcome_of(fields: Mapping[str, Json]) -> str:
    """The words of welcome in the settings of a start step."""
    return _text(fields.get("welcome"))


def examples_of(fields: Mapping[str, Json]) -> list[str]:
    """The example questions in the settings of a start step."""
    lines = (line.strip() for line in _text(fields.get("examples")).splitlines())
    return [line[:MAX_EXAMPLE_CHARS] for line in lines if line][:MAX_EXAMPLES]


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""
