"""The step that says something in the chat a run belongs to, while the run goes on."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.chat_port import ChatReply
from app.engine.errors import StepFailed
from app.engine.fields import Field, LongText, Value
from app.engine.file_port import is_file
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, short, strong

NOTHING = "There is nothing to reply: text, values and files are all empty."


class ReplyInChat(StepType):
    """Says something in the chat at once, while the flow goes on.

    Use it for a first word before long work, or for several messages. The answer of the flow
    comes to the chat by itself; where one message at the end is enough, *Answer* will do. Text
    may be markdown: `**bold**`, lists, tables and links; pictures from other places are not shown.
    A group of values is shown as a readable tree. However often the step is tried, it says its
    words once. Without a chat, as when a person runs the agent by hand, nobody reads them.
    """

    type: ClassVar[str] = "reply_in_chat"
    title: ClassVar[str] = "Reply in the chat"
    group: ClassVar[str] = "Answer"
    icon: ClassVar[str] = "message-square-reply"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("reply", "replies", "written in the chat")
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", hint="Markdown, or plain words."),
        "values": Value(label="Values", hint="A group or list from an earlier step, as a tree."),
        "files": Value(label="Files", hint="A file from an earlier step, or a list of files."),
        "choices": LongText(
            label="Answers to choose from",
            hint="One a line, eight at most. A press on one sends it as the next message.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "what was said",
        "is_shown": "whether there is a chat in which somebody can read it",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Say it; raises StepFailed when there is nothing to say."""
        reply = _reply(given)
        is_shown = ports.chat.say(reply, key=ports.idempotency_key)
        if not is_shown:
            ports.log("info", "This run belongs to no chat: nobody reads the reply")
        return Output({"text": reply.text, "is_shown": is_shown})

    def does(self, fields: Mapping[str, Json]) -> str:
        """With which words."""
        text = fields.get("text")
        return f"replies “{short(text)}” in the chat" if text else "replies in the chat"

    def tell(self, given: Given, output: Given) -> str:
        """The words, or that nobody reads them."""
        if output.get("rehearsed"):
            return said("Would have replied “", strong(short(output["would_send"]["text"])), "”")
        where = "” in the chat" if output.get("is_shown") else "”, in no chat"
        return said("Replied “", strong(short(output.get("text") or "…")), where)

    def rehearse(self, given: Given) -> Output:
        """The words that would have been said."""
        reply = _reply(given)
        return Output({"rehearsed": True, "would_send": {"text": reply.text}})


def _reply(given: Given) -> ChatReply:
    files = given["files"] if isinstance(given["files"], list) else [given["files"]]
    found = [one for one in files if one not in (None, "")]
    if not all(is_file(one) for one in found):
        raise StepFailed("“Files” must be a file or a list of files.", can_retry=False)
    values = given["values"] if given["values"] not in (None, "") else None
    text = given["text"].strip()
    if not (text or found or values is not None):
        raise StepFailed(NOTHING, can_retry=False)
    choices = [line.strip() for line in given["choices"].splitlines() if line.strip()]
    return ChatReply(text=text, values=values, files=found, choices=choices)
