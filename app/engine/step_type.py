"""The base of every kind of step: what it declares, what it does, and how it tells of it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from app.engine.errors import StepFailed
from app.engine.field import Field
from app.engine.ports import OUT, Port, Ports
from app.engine.states import Effect, Reason, TriggerType
from app.engine.values import Given, Json
from app.engine.words import said, strong

ActionKind = Literal["edit_step", "run_again", "edit_connection", "fix_input", "see_budgets"]
# When a step with several ways to it begins: once all are decided and one was taken ("any"),
# only if every way was taken ("all"), or at the first one that is ("first").
Join = Literal["any", "all", "first"]


@dataclass(frozen=True, slots=True)
class Output:
    """What a step passes on, and the way out it takes."""

    value: Json = None
    port: str = "out"


@dataclass(frozen=True, slots=True)
class Pause:
    """What a step waits for before it can give its output.

    `due` (aware UTC) is when it goes on by itself, None when only a reply helps. `detail` is what
    is asked, for whoever answers; `resume` gets it back. `child` is the id of a run it waits for.
    """

    reason: Reason
    due: datetime | None = None
    detail: Json = None
    child: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a waiting step hears: a value somebody gave, or that its time has come."""

    value: Json = None
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do about a failure."""

    kind: ActionKind
    text: str
    detail: str = ""
    primary: bool = False
    step_id: str | None = None
    connection_id: str | None = None


class StepType:
    """One kind of step, one file. The class docstring is the help a person reads.

    `fields` are declared once; the settings panel, the check, the defaults, the docs page and
    the JSON schema follow from them. `outputs` says what later steps can use: name → words;
    None stands for "whatever came".
    """

    type: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str]
    icon: ClassVar[str]
    version: ClassVar[int] = 1
    effect: ClassVar[Effect] = Effect.NONE
    repeatable: ClassVar[bool] = True
    costly: ClassVar[bool] = False
    is_start: ClassVar[bool] = False
    is_answer: ClassVar[bool] = False
    is_loop: ClassVar[bool] = False
    # For agents that come with Lamplight: not on offer, and refused in the flows of others.
    only_built_in: ClassVar[bool] = False
    # Gets what the steps before it gave as `given["arrived"]`: [{"step", "name", "output"}, …].
    gathers: ClassVar[bool] = False
    # Work that takes more than a millisecond of computing runs beside the run, not in its way.
    is_slow: ClassVar[bool] = False
    # How people count what a write does: one, several, and what was done with them.
    writes: ClassVar[tuple[str, str, str]] = ("change", "changes", "made")
    # Settings that hold the addresses of people whom the step writes to.
    writes_to: ClassVar[tuple[str, ...]] = ()
    # A write that knows itself what not to do in a rehearsal, because it passes it on.
    rehearses_itself: ClassVar[bool] = False
    fields: ClassVar[Mapping[str, Field]] = {}
    outputs: ClassVar[Mapping[str, str] | None] = None

    def run(self, given: Given, ports: Ports) -> Output | Pause:
        """Do the work; raises StepFailed with a sentence when it cannot be done."""
        raise NotImplementedError

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output | Pause:
        """Go on after `pause`; only for steps whose `run` gives one."""
        raise NotImplementedError

    def tell(self, given: Given, output: Given) -> str:  # for steps that tell more
        """What was done, for the run's story: past tense, a capital, no full stop."""
        return said("Did ", strong(self.title))

    def doing(self, given: Given) -> str:  # for steps that tell more
        """What is being done just now, after "Now": a small letter, no full stop."""
        return ""

    def does(self, fields: Mapping[str, Json]) -> str:  # for steps that can say more
        """What the step does each time, given its settings as typed: `sends e-mails to ana@…`.

        In the present tense, with a small letter and no full stop; said of drafts and versions.
        """
        return (self.summary[:1].lower() + self.summary[1:]).rstrip(".")

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """The ways out, given the settings as typed."""
        return (OUT,)

    def joins(self, fields: Mapping[str, Json]) -> Join:
        """When it begins if several ways lead to it, given the settings as typed."""
        return "any"

    def effect_of(self, given: Given) -> Effect:  # for steps that can do both
        """What this step does to the world, given its filled-in settings."""
        return self.effect

    def is_repeatable(self, given: Given) -> bool:  # for steps that can be either
        """Whether an interrupted try may simply be made again."""
        return self.repeatable

    def rehearse(self, given: Given) -> Output:
        """What a rehearsal passes on instead of writing: what would have been sent."""
        return Output({"rehearsed": True, "would_send": dict(given)})

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str] | None:
        """Names that later steps can use, given the settings; None when they are not known."""
        return self.outputs

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """Faults that concern several settings at once: (field or None, sentence) pairs."""
        return []

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """What a person can do when this step failed, best first."""
        return (
            Action("edit_step", "Change the step", primary=True),
            Action("run_again", "Run again"),
        )

    def initial_fields(self) -> dict[str, Json]:
        """The settings of a new step of this kind."""
        return {name: field.initial() for name, field in self.fields.items()}

    @classmethod
    def help(cls) -> str:
        """The text a person reads about this kind of step."""
        return inspect.cleandoc(cls.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first sentence of the help."""
        return self.help().split("\n\n")[0].replace("\n", " ")


class LoopType(StepType):
    """A kind of step that runs the steps inside it once per item of a list."""

    is_loop: ClassVar[bool] = True
    goes_through: ClassVar[str] = "items"  # the setting that says which list
    gives_as: ClassVar[str] = "items"  # the name in its output of what each item gave

    def items(self, given: Given) -> list[Json]:
        """The items; raises StepFailed when there is no list to go through."""
        raise NotImplementedError

    def at_once(self, given: Given) -> int:
        """How many items may be under way at a time."""
        return 1

    def goes_on(self, given: Given) -> bool:
        """Whether an item that fails is noted and the others still run."""
        return False

    def gathered(self, given: Given, results: list[Json], errors: list[Json]) -> Output:
        """What the loop passes on: each item's result, and what went wrong with the others.

        `errors` are `{"index", "item", "error"}`.
        """
        raise NotImplementedError


class StartType(StepType):
    """A kind of step that a run begins at."""

    group: ClassVar[str] = "Start"
    is_start: ClassVar[bool] = True
    # What sets it off. A person can set off any of them, too.
    trigger: ClassVar[TriggerType] = TriggerType.MANUAL

    def begin(self, given: Given, payload: Json) -> Output:
        """Check and settle what set the run off; the value becomes `trigger`."""
        raise NotImplementedError

    def run(self, given: Given, ports: Ports) -> Output:
        """A start is begun, never run."""
        raise StepFailed(f"“{self.title}” can only be the beginning of a run.", can_retry=False)
