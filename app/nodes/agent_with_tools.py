"""The step in which a model works on a task by itself, with tools."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_tools import tools_in
from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, Pause, Reply, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, count, said, short, strong
from app.nodes.agent_loop import AgentLoop
from app.nodes.agent_settings import FIELDS
from app.nodes.agent_tools import may_write
from app.nodes.model_asking import ACTIONS


class AgentWithTools(StepType):
    """Lets a model work on a task with tools, one call after another, until it has an answer.

    Say who it is, what it is to do, and which tools it may use: services, tables, other agents.
    Each tool says whether a person is asked before a call, and rules such as “amount is at most
    100” hold for every call, whatever the model has read somewhere. Who is asked sees the tool and
    its values, may change them, and says yes or no; the work goes on from there. All that was
    thought, called and answered stands on the run's page. A rehearsal changes nothing and tells
    the model what would have been done.

    Files go with the task: the text of documents, and pictures if the model can see; one that
    cannot is told that there are pictures.

    Without a model in Settings → Models the practice model answers: it uses a tool when the task
    names it.
    """

    type: ClassVar[str] = "agent_with_tools"
    title: ClassVar[str] = "Agent with tools"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "bot"
    effect: ClassVar[Effect] = Effect.WRITE
    costly: ClassVar[bool] = True
    rehearses_itself: ClassVar[bool] = True
    writes: ClassVar[tuple[str, str, str]] = ("use of tools", "uses of tools", "made")
    fields: ClassVar[Mapping[str, Field]] = FIELDS
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the answer as text",
        "values": "the answer as named values",
        "calls": "how many times it used a tool",
        "rounds": "how many times it thought",
        "tokens": "how many tokens were used",
        "conversation": "all that was said and done, as a list",
    }

    def run(self, given: Given, ports: Ports) -> Output | Pause:
        """Work, from the start or from where it was interrupted."""
        return AgentLoop(given, ports).go_on()

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output | Pause:
        """Go on with what a person, or another agent, said."""
        return AgentLoop(given, ports).go_on((pause, reply))

    def tell(self, given: Given, output: Given) -> Sentence:
        """How often it used tools, and what it answered."""
        used = output.get("calls") or 0
        often = "a tool once" if used == 1 else f"tools {count(used, 'time')}"
        how = f"Used {often} and answered “" if used else "Answered “"
        return said(how, strong(output.get("text")), "”")

    def doing(self, given: Given) -> str:
        """Its task."""
        return f"working on “{short(given.get('task'), 40)}”"

    def does(self, fields: Mapping[str, Json]) -> str:
        """With how many tools."""
        tools = len(tools_in(fields.get("tools")))
        return f"lets a model work with {count(tools, 'tool')}" if tools else "asks a model"

    def effect_of(self, given: Given) -> Effect:
        """As its tools'."""
        return Effect.WRITE if may_write(given.get("tools")) else Effect.READ

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str]:
        """Values only where they are asked for."""
        every = dict(self.outputs or {})
        if fields.get("answer_as") != "values":
            del every["values"]
        return every

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """One that came to a limit needs another setting, one that met a busy model another try."""
        if output.get("stopped"):
            return (
                Action("edit_step", "Change the step", primary=True),
                Action("run_again", "Run again"),
            )
        return ACTIONS
