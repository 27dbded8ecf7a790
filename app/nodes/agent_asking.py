"""One round with the model: what it is sent, what came back, and the slips it is told of once."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from time import monotonic

from app.engine.errors import BudgetSpent, StepFailed
from app.engine.model_port import Answer, Ask, Message, ModelFailed, Picture, ToolCall
from app.engine.ports import Ports
from app.engine.values import Given, Json
from app.engine.words import count
from app.llm.material import without_empty_past
from app.llm.wanted import schema_of
from app.nodes import agent_actions
from app.nodes.agent_settings import RULES
from app.nodes.agent_talk import Talk
from app.nodes.agent_tools import Toolbox
from app.nodes.model_asking import FINAL_TROUBLES, told_first
from app.nodes.model_files import NOT_SEEN, is_blind, names_of, texts_of, without_pictures

MAX_ANSWER_CHARS = 200_000
MAX_TALK_CHARS = 600_000
MAX_FILE_CHARS = 400_000
MAX_CALLS_AT_ONCE = 8
VALUES = "Now give your answer as the expected values."
_MILLION = 1_000_000
_NO_TOOLS = ("answer", "model", "refused")


@dataclass(frozen=True, slots=True)
class Said:
    """What a round came to: calls to be made, or the answer."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    values: Json = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks the model of a step; keeps its limits."""

    given: Given
    ports: Ports
    talk: Talk
    toolbox: Toolbox
    pictures: tuple[Picture, ...] = ()

    def begin(self) -> None:
        """What the model is told first."""
        first, own = told_first(self.given, self.ports), self.given["instructions"].strip()
        self.talk.say("system", "\n\n".join(one for one in (first, own, RULES) if one))
        task = without_empty_past(self.given["task"])
        self.talk.say("user", "\n\n".join(one for one in (task, self._texts()) if one))
        self.talk.show("task", self.ports.clock(), text=task)
        if names := names_of(self.given["files"], self.ports):
            files = ", ".join(f"“{one}”" for one in names)
            self.talk.show("note", self.ports.clock(), text=f"Given with the task: {files}")

    def next(self) -> Said | None:
        """Ask once; None when the model was told of a slip and is to be asked again."""
        self._keep_limits()
        began_s, ask = monotonic(), self._ask()
        try:
            answer = self.ports.models.answer(str(self.given["model"] or ""), ask)
        except BudgetSpent as spent:
            spent.output = {"stopped": "money", **self.talk.people_see}
            raise
        except ModelFailed as failed:
            self._count(failed.usage.tokens, failed.cost_usd)
            if self._knows_no_tools(failed):
                self.talk.by_json = True
                return None
            if is_blind(failed, ask):
                self.talk.is_blind = True
                self.talk.show("note", self.ports.clock(), text=NOT_SEEN)
                return None
            raise self.failure(
                failed.sentence, can_retry=failed.kind not in FINAL_TROUBLES
            ) from None
        self.talk.rounds += 1
        self._count(answer.usage.tokens, answer.cost_usd)
        self._show(answer, monotonic() - began_s)
        if len(answer.text) > MAX_ANSWER_CHARS:
            raise self.failure(
                f"The model answered with {len(answer.text):,} characters, more than the "
                f"{MAX_ANSWER_CHARS:,} that are read."
            )
        return self._read(answer)

    def slip(self, kind: str, told: str, sentence: str) -> None:
        """Tell the model what it did wrong; the same slip twice in a row ends the step."""
        if kind in self.talk.told:
            raise self.failure(sentence)
        self.talk.told.append(kind)
        self.talk.say("user", told)
        self.talk.show("note", self.ports.clock(), text=told)

    def failure(self, sentence: str, *, can_retry: bool = False, stopped: str = "") -> StepFailed:
        """The end of the step, with the conversation so far."""
        shown: dict[str, Json] = {**self.talk.people_see}
        if stopped:
            shown = {"stopped": stopped, **shown}
        return StepFailed(sentence, can_retry=can_retry, output=shown)

    def _knows_no_tools(self, failed: ModelFailed) -> bool:
        """Whether the provider says so; then the same works by JSON."""
        is_new = bool(self.toolbox.cards) and not (self.talk.by_json or self.talk.made)
        return is_new and failed.kind in _NO_TOOLS and "tool" in failed.sentence.lower()

    def _keep_limits(self) -> None:
        talk, given = self.talk, self.given
        if talk.rounds >= int(given["rounds"]):
            raise self.failure(
                f"It thought {count(talk.rounds, 'time')} and came to no answer, and more are not "
                "allowed in this step. Give it a smaller task, or more rounds.",
                stopped="rounds",
            )
        if given["max_tokens"] is not None and talk.tokens >= given["max_tokens"]:
            raise self.failure(
                f"It used {talk.tokens:,} tokens and came to no answer; this step may use "
                f"{int(given['max_tokens']):,}.",
                stopped="tokens",
            )
        if given["max_cost"] is not None and talk.cost >= given["max_cost"] * _MILLION:
            raise self.failure(
                f"It cost ${talk.cost / _MILLION:,.4f} and came to no answer; this step may cost "
                f"${given['max_cost']:g}.",
                stopped="money",
            )
        if talk.chars > MAX_TALK_CHARS:
            raise self.failure(
                "The conversation with its tools became too long for a model. Let tools give "
                "less at once.",
                stopped="length",
            )

    def _ask(self) -> Ask:
        talk, cards = self.talk, self.toolbox.cards
        messages = talk.as_messages(self.pictures)
        left = None
        if self.given["max_tokens"] is not None:
            left = max(16, int(self.given["max_tokens"]) - talk.tokens)
        schema: dict[str, Json] | None = None
        if talk.wants_values:
            schema, cards = schema_of(self.given["shape"]), ()
        elif talk.by_json and cards:
            schema = agent_actions.schema(cards)
            how = Message("system", agent_actions.instructions(cards))
            messages, cards = (messages[0], how, *messages[1:]), ()
        ask = Ask(
            messages=messages,
            schema=schema,
            tools=cards,
            max_output_tokens=left,
            is_cancelled=self.ports.cancelled,
        )
        return without_pictures(ask) if talk.is_blind else ask

    def _texts(self) -> str:
        """The texts of the files, which are sent with every round."""
        texts = texts_of(self.given["files"], self.ports)
        if len(texts) > MAX_FILE_CHARS:
            raise StepFailed(
                f"The text of these files has {len(texts):,} characters, and this step gives its "
                f"model {MAX_FILE_CHARS:,} at most. Give it fewer files, or shorter ones.",
                can_retry=False,
            )
        return texts

    def _count(self, tokens: int, cost_usd: Decimal | None) -> None:
        millionths = (cost_usd or Decimal(0)) * _MILLION
        self.talk.tokens += tokens
        self.talk.cost += int(millionths.to_integral_value(ROUND_CEILING))

    def _show(self, answer: Answer, took_s: float) -> None:
        text = answer.text
        if self.talk.by_json and (action := agent_actions.action_of(answer.data, text)):
            text = action[1]
        self.talk.show(
            "model",
            self.ports.clock(),
            text=text,
            model=answer.model,
            took_s=round(took_s, 3),
            tokens=answer.usage.tokens,
            calls=len(answer.tool_calls),
        )

    def _read(self, answer: Answer) -> Said | None:
        if self.talk.wants_values:
            return Said(answer.text, values=answer.data)
        if answer.stopped == "length" and not answer.tool_calls:
            self.talk.say("assistant", answer.text)
            self.slip(
                "cut",
                "Your answer was cut off. Answer again, shorter.",
                "The model's answers were cut off twice: it may not say more at once. "
                "Ask for less, or allow more tokens.",
            )
            return None
        if self.talk.by_json and self.toolbox.cards:
            return self._action(answer)
        written = agent_actions.written_call(answer.text, self.toolbox.names)
        calls = answer.tool_calls or ((written,) if written else ())
        if calls:
            return Said(answer.text, calls[:MAX_CALLS_AT_ONCE])
        if not answer.text.strip():
            self.slip(
                "empty",
                "You said nothing. Use a tool, or give your answer.",
                "The model said nothing, twice in a row.",
            )
            return None
        return Said(answer.text)

    def _action(self, answer: Answer) -> Said | None:
        action = agent_actions.action_of(answer.data, answer.text)
        if action is None:
            self.talk.say("assistant", answer.text)
            self.slip(
                "json",
                'That was no action. Answer with one JSON object: {"action": {"tool": …}}.',
                "The model's answers were not the JSON that it was asked for, twice in a row.",
            )
            return None
        call, text = action
        return Said(answer.text, (call,)) if call else Said(text)
