"""The work of an agent with tools: a round with the model, its calls one by one, and so on."""

from typing import Any

from app.engine.errors import StepFailed
from app.engine.model_port import ToolCall
from app.engine.ports import Ports
from app.engine.record import Cancelled
from app.engine.shape import misfits
from app.engine.states import Effect, Reason, RunMode
from app.engine.step_type import Output, Pause, Reply
from app.engine.values import Given, Json, canonical, clean
from app.engine.words import short
from app.lib.resolver import as_text
from app.llm.material import as_material
from app.nodes import agent_question
from app.nodes.agent_actions import parsed
from app.nodes.agent_asking import VALUES, Asking, Said
from app.nodes.agent_rules import Ruling, ruling
from app.nodes.agent_talk import APPROVED, ASKED, MAKING, NEW, UNSURE, Call, Talk
from app.nodes.agent_tools import AgentTool, Toolbox
from app.nodes.model_files import pictures_of
from app.nodes.run_agent import RunAgent

MAX_TOLD_CHARS = 20_000
MAX_ARGUMENT_BYTES = 100_000
MAX_NAME_CHARS = 64
MOST_ALIKE = 3
LOST = "It is not known whether this call arrived: everything stopped while it was under way."


class AgentLoop:
    """One stretch of work, from the start or a pause to the answer or the next pause."""

    def __init__(self, given: Given, ports: Ports) -> None:
        self.given = given
        self.ports = ports
        kept = Talk.of(ports.memory.recall())
        self.talk = kept or Talk()
        self.toolbox = Toolbox.of(given["tools"], ports)
        pictures = pictures_of(given["files"], ports)
        self.asking = Asking(given, ports, self.talk, self.toolbox, pictures)
        if kept is None:
            self.asking.begin()

    def go_on(self, heard: tuple[Pause, Reply] | None = None) -> Output | Pause:
        """Work until there is an answer or somebody has to be waited for; raises StepFailed."""
        if heard is not None:
            self._hear(*heard)
        while not self.talk.is_done:
            self._stop_if_told()
            if self.talk.calls:
                pause = self._next_call(self.talk.calls[0])
                if pause is not None:
                    return pause
            elif (said := self.asking.next()) is not None:
                self._take(said)
            self._keep()
        values = self.talk.answer if self.given["answer_as"] == "values" else None
        return Output({"text": as_text(self.talk.answer), "values": values, **self.talk.people_see})

    def _take(self, said: Said) -> None:
        """What the model said: calls wait for their turn, an answer ends the work."""
        talk = self.talk
        if said.calls:
            calls = self._noted(said.calls)
            if not calls:
                return
            named = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in calls]
            talk.say("assistant", said.text, **({} if talk.by_json else {"tool_calls": named}))
            talk.calls.extend(calls)
            return
        talk.say("assistant", said.text)
        if self.given["answer_as"] != "values":
            talk.answer, talk.is_done = said.text, True
            return
        values = said.values if talk.wants_values else parsed(said.text)
        faults = list(misfits(values, self.given["shape"]))
        if not faults:
            talk.answer, talk.is_done = values, True
        elif not talk.wants_values:
            talk.wants_values = True
            talk.say("user", VALUES)
        else:
            told = " ".join(faults[:5])
            self.asking.slip("values", told, f"The answer has not the expected values. {told}")

    def _noted(self, wanted: tuple[ToolCall, ...]) -> list[Call]:
        """The calls with their numbers; none when they cannot be read."""
        try:
            cleaned = [clean(dict(one.arguments), max_bytes=MAX_ARGUMENT_BYTES) for one in wanted]
        except StepFailed:
            sentence = "The model called a tool with values that cannot be read, twice in a row."
            self.asking.slip("values", "The arguments are too large, or no JSON.", sentence)
            return []
        return [self._call(*pair) for pair in zip(wanted, cleaned, strict=True)]

    def _call(self, wanted: ToolCall, arguments: Any) -> Call:
        self.talk.made += 1
        name, number = wanted.name[:MAX_NAME_CHARS], self.talk.made
        seen: dict[str, Json] = {"arguments": arguments, "state": "waiting"}
        tool = self.toolbox.find(wanted.name)
        called = tool.called if tool else name
        line = self.talk.show("tool", self.ports.clock(), tool=called, call=number, **seen)
        return Call(wanted.id or f"call_{number}", name, arguments, number, line)

    def _next_call(self, call: Call) -> Pause | None:
        """Decide about the call and make it; a pause when somebody has to be waited for."""
        tool = self.toolbox.find(call.name)
        if tool is None:
            self._reject(call, "tool", f"There is no tool “{call.name}”. {self._tools_are()}")
            return None
        arguments, faults = tool.checked(ToolCall(call.id, call.name, call.arguments))
        if faults:
            self._reject(call, "arguments", " ".join(faults[:5]))
            return None
        if call.state == NEW:
            call.arguments = arguments
        if call.state in (MAKING, UNSURE):
            return self._again(call, tool)
        self._not_in_circles(call)
        effect = tool.effect(call.arguments)
        found = ruling(tool.row, call.arguments, effect)
        if found.verdict == "refuse":
            self._answer(call, f"This call was refused. {found.why}", "refused")
            return None
        if self._is_rehearsed(tool, effect):
            self._rehearse(call, tool, found)
            return None
        is_approved = call.state == APPROVED and call.approved == agent_question.hash_of(call)
        if found.verdict == "ask" and not is_approved:
            return self._ask(call, tool, found.why)
        return self._make(call, tool)

    def _ask(self, call: Call, tool: AgentTool, why: str) -> Pause:
        call.state = UNSURE if call.state == UNSURE else ASKED
        self.talk.note(call.line, state="asked", why=why, arguments=call.arguments)
        self._keep()
        words = next(
            (one["text"] for one in reversed(self.talk.shown) if one["who"] == "model"), ""
        )
        return agent_question.question(
            call, tool, why, words=words, given=self.given, ports=self.ports
        )

    def _again(self, call: Call, tool: AgentTool) -> Pause | None:
        """A call that was under way when everything stopped."""
        if call.state == MAKING and tool.is_repeatable(call.arguments):
            return self._make(call, tool)
        call.state = UNSURE
        return self._ask(call, tool, LOST)

    def _make(self, call: Call, tool: AgentTool) -> Pause | None:
        self._stop_if_told()
        call.state = MAKING
        self.talk.note(call.line, state="making", arguments=call.arguments)
        if tool.effect(call.arguments) is Effect.WRITE:
            self._keep()  # should it be interrupted, it is known that it may have arrived
        began = self.ports.clock()
        key = f"{self.ports.idempotency_key}:{call.number}"
        try:
            came = tool.make(call.arguments, self.ports, key=key)
        except StepFailed as failed:
            self._failed(call, failed)
            return None
        if isinstance(came, Pause):
            call.child = came.child or ""
            self._keep()
            return came
        took_s = round((self.ports.clock() - began).total_seconds(), 3)
        self.talk.note(call.line, took_s=took_s)
        self._came(call, tool.told(came.value))
        return None

    def _came(self, call: Call, value: Json) -> None:
        self.talk.told.clear()
        self.ports.log("info", f"Used “{call.name}”")
        self._answer(call, value, "done")

    def _failed(self, call: Call, failed: StepFailed) -> None:
        unsure = " It may have been done all the same." if failed.unsure else ""
        told = f"{failed.sentence}{unsure}"
        self.ports.log("warning", f"“{call.name}”: {told}")
        self._answer(call, told, "failed", more=failed.output)

    def _answer(self, call: Call, value: Json, state: str, *, more: object = None) -> None:
        """The call is over: the model is told, as data, and people see it."""
        text = value if isinstance(value, str) else canonical(value)
        if more:
            text = f"{text}\n{canonical(more)}"
        if len(text) > MAX_TOLD_CHARS:
            text = f"{text[:MAX_TOLD_CHARS]}… (cut; {len(text):,} characters in all)"
        self.talk.note(call.line, state=state, answer=value)
        material = as_material(text, call.name)
        if self.talk.by_json:
            self.talk.say("user", f"The tool “{call.name}” gave:\n{material}")
        else:
            self.talk.say("tool", material, tool_call_id=call.id, tool_name=call.name)
        self.talk.calls.remove(call)

    def _reject(self, call: Call, kind: str, told: str) -> None:
        """A call that cannot be: the model is told, the second time in a row the step ends."""
        if kind in self.talk.told:
            self.talk.note(call.line, state="failed", answer=told)
            raise self.asking.failure(f"The model called a tool wrongly twice in a row. {told}")
        self.talk.told.append(kind)
        self._answer(call, told, "failed")

    def _not_in_circles(self, call: Call) -> None:
        if call.state != NEW:
            return
        mark = agent_question.hash_of(call)
        self.talk.seen[mark] = self.talk.seen.get(mark, 0) + 1
        if self.talk.seen[mark] >= MOST_ALIKE:
            self.talk.note(call.line, state="failed")
            raise self.asking.failure(
                f"The model went in circles: it called “{call.name}” with the same values "
                f"{MOST_ALIKE} times.",
                stopped="circles",
            )

    def _is_rehearsed(self, tool: AgentTool, effect: Effect) -> bool:
        is_write = effect is Effect.WRITE and not tool.rehearses_itself
        return self.ports.mode is RunMode.REHEARSAL and is_write

    def _rehearse(self, call: Call, tool: AgentTool, found: Ruling) -> None:
        would_ask = f"A person would be asked first. {found.why}" if found.verdict == "ask" else ""
        self.talk.note(call.line, why=would_ask)
        self._answer(call, tool.rehearsed(call.arguments), "rehearsed")

    def _hear(self, pause: Pause, reply: Reply) -> None:
        """An answer that was waited for; one to anything else than the call at hand is passed by.

        After an interruption the same answer may come a second time.
        """
        call = self.talk.calls[0] if self.talk.calls else None
        if call is None:
            return
        if pause.reason is Reason.AGENT:
            self._hear_agent(call, pause, reply)
        elif call.state in (ASKED, UNSURE) and agent_question.is_about(pause, call):
            self._hear_person(call, pause, reply)
        self._keep()

    def _hear_agent(self, call: Call, pause: Pause, reply: Reply) -> None:
        tool = self.toolbox.find(call.name)
        child = pause.child or ""
        is_ours = call.state == MAKING and child not in self.talk.heard
        if tool is None or not is_ours or call.child not in ("", child):
            return
        self.talk.heard.append(child)
        try:
            output = RunAgent().resume({}, pause, reply, self.ports)
        except StepFailed as failed:
            self._failed(call, failed)
        else:
            self._came(call, output.value)

    def _hear_person(self, call: Call, pause: Pause, reply: Reply) -> None:
        was_unsure = call.state == UNSURE
        arguments, decision = agent_question.decided(call, pause, reply)
        self.talk.note(call.line, decision=decision)
        tool = self.toolbox.find(call.name)
        if tool is not None and agent_question.is_yes(reply):
            fit, _ = tool.checked(ToolCall(call.id, call.name, arguments))
            call.arguments, call.state = fit, APPROVED
            call.approved = agent_question.hash_of(call)
            self.talk.note(call.line, arguments=fit)
            return
        comment = str(decision["comment"]).strip()
        told = "A person said that this call is not made."
        if was_unsure:
            told = f"{LOST} A person said that it is not made again."
        if comment:
            told += f" They wrote: {short(comment, 500)}"
        self._answer(call, told, "refused")

    def _tools_are(self) -> str:
        names = ", ".join(self.toolbox.names)
        return f"The tools are: {names}." if names else "There are no tools."

    def _stop_if_told(self) -> None:
        if self.ports.cancelled():
            raise Cancelled

    def _keep(self) -> None:
        self.ports.memory.keep(self.talk.to_json(), shown=self.talk.people_see)
