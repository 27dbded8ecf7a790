"""The step that runs another agent of the workspace."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, KeyValues, Pick, Switch
from app.engine.ports import Ports
from app.engine.states import Effect, Reason
from app.engine.step_type import Action, Output, Pause, Reply, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong


class RunAgent(StepType):
    """Runs another agent and, if you like, waits for its answer.

    The other agent must be on. It runs in its published version, with the values given here, and
    its run is linked to this one: cancelling this run cancels it, too. In a rehearsal it is
    rehearsed as well. Without waiting, only the number of its run is known here.
    """

    type: ClassVar[str] = "run_agent"
    title: ClassVar[str] = "Run another agent"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "bot"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("other agent", "other agents", "started")
    rehearses_itself: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "agent": Pick(label="Agent", of="agents", required=True),
        "values": KeyValues(
            label="With these values",
            hint="The names that its start asks for, such as order_number.",
            unique=True,
        ),
        "waits": Switch(label="Wait for its answer", default=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "answer": "what the other agent answered",
        "run": "the number of its run",
    }

    def run(self, given: Given, ports: Ports) -> Output | Pause:
        """Start it; the same run again when this step is repeated."""
        payload = {row["name"].strip(): row["value"] for row in given["values"]}
        waits = bool(given["waits"])
        run = ports.agents.start(given["agent"], payload, key=ports.idempotency_key, waits=waits)
        if waits:
            return Pause(Reason.AGENT, child=run, detail={"run": run})
        return Output({"answer": None, "run": run})

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output:
        """What the other run came to: `{"status", "answer", "error", "agent"}`."""
        heard = reply.value if isinstance(reply.value, dict) else {}
        if heard.get("status") == "success":
            return Output({"answer": heard.get("answer"), "run": pause.child})
        name, error = heard.get("agent", "The other agent"), heard.get("error")
        ended = "was cancelled." if heard.get("status") == "cancelled" else f"failed: {error}"
        raise StepFailed(f"“{name}” {ended}", can_retry=False, output={"run": pause.child})

    def tell(self, given: Given, output: Given) -> str:
        """Whether it answered."""
        if given["waits"]:
            return said("Ran ", strong("another agent"), " and took its answer")
        return said("Set ", strong("another agent"), " going")

    def does(self, fields: Mapping[str, Json]) -> str:
        """Whether it waits."""
        return "runs another agent" + (" and takes its answer" if fields.get("waits", True) else "")

    def doing(self, given: Given) -> str:
        """What is being waited for."""
        return "waiting for another agent" if given["waits"] else "starting another agent"

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Look at the other run first."""
        return (
            Action("run_again", "Run again", primary=True),
            Action("edit_step", "Change the step"),
        )
