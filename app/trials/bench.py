"""Everything the page of a try shows: the step, the values it gets, and where they come from."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from app.agents import drafts
from app.agents.models import Agent
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.runs.models import Run
from app.trials import earlier, samples
from app.trials.earlier import Given
from app.trials.inputs import Input, inputs, known_values, outputs
from app.trials.models import Sample
from app.trials.needs import Need, is_start, needs, starts_before
from app.trials.preview import Preview, may_write, preview
from app.variables.directory import values_of
from app.vault.keys import Keyring


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One step of a draft, ready to be tried.

    `known` is what steps gave by step id, the step itself among them; `data` the earlier run
    that all of it comes from, None for the newest values with pinned samples first.
    """

    graph: Graph
    step: Step
    known: Mapping[str, Given]
    inputs: Sequence[Input]
    runs: Sequence[Run]
    data: Run | None
    sample: Sample | None
    variables: Mapping[str, Json]

    @property
    def is_start(self) -> bool:
        """Whether runs begin at this step."""
        return is_start(self.step)

    @property
    def may_write(self) -> bool:
        """Whether it can change something outside, so that a rehearsal is offered."""
        return may_write(self.step)

    @property
    def kind_title(self) -> str:
        """What kind of step it is."""
        kind = CATALOGUE.get(self.step.type)
        return kind.title if kind else self.step.type

    @property
    def last(self) -> Given | None:
        """What the step itself gave last; None while nothing is known, or a sample is pinned."""
        return None if self.sample else self.known.get(self.step.id)

    @cached_property
    def preview(self) -> Preview:
        """What it would be given with the values as they are."""
        return self.preview_of(known_values(self.inputs))

    def preview_of(self, values: Sequence[tuple[Need, Json]]) -> Preview:
        """What it would be given with these values."""
        given = self.outputs_of(values)
        start = next((one.id for one in self.graph.order if one.id in given and is_start(one)), "")
        return preview(
            self.graph,
            self.step,
            outputs=given,
            trigger=given.get(start),
            variables=self.variables,
        )

    def outputs_of(self, values: Sequence[tuple[Need, Json]]) -> dict[str, Json]:
        """By step id: what each step is said to have given."""
        return outputs(values, self.known)

    @property
    def files_of(self) -> uuid.UUID | None:
        """The run whose files the try may read: that of the values it is given."""
        used = [self.known.get(one.need.source.id) for one in self.inputs]
        return next((one.run_id for one in used if one and one.run_id), None)


def bench(
    session: Session,
    keyring: Keyring,
    agent: Agent,
    step_id: str,
    *,
    data: Run | None,
    again: Run | None = None,
) -> Bench | None:
    """The bench of this step of the draft; None when the draft has no such step.

    `again` is a try of it: the values it was given stay in the fields.
    """
    graph = drafts.draft_of(session, agent).flow_graph.graph
    step = graph.find(step_id)
    if step is None:
        return None
    starts = starts_before(graph, step)
    wanted = _wanted(graph, step, starts)
    known = (
        earlier.of_run(session, data, wanted)
        if data is not None
        else earlier.newest(session, keyring, agent, wanted.values())
    )
    if again is not None:
        given = earlier.of_run(session, again, wanted)
        known |= {one: value for one, value in given.items() if one != step.id}
    start = _start_of(starts, known)
    return Bench(
        graph=graph,
        step=step,
        known=known,
        inputs=inputs(needs(graph, step, start=start), known),
        runs=earlier.runs_to_choose(session, agent),
        data=data,
        sample=samples.of_step(session, agent, step.id),
        variables=values_of(session, agent.workspace_id),
    )


def _wanted(graph: Graph, step: Step, starts: Sequence[Step]) -> dict[str, Step]:
    """The step itself and all it may read, whichever start is chosen."""
    read = [need for start in starts for need in needs(graph, step, start=start)]
    read += needs(graph, step, start=None)
    return {one.source.id: one.source for one in read} | {step.id: step}


def _start_of(starts: Sequence[Step], known: Mapping[str, Given]) -> Step | None:
    """The start whose values are taken: one with a sample, else one that is known, else any."""
    pinned = (one for one in starts if one.id in known and known[one.id].is_pinned)
    seen = (one for one in starts if one.id in known)
    return next(pinned, None) or next(seen, None) or next(iter(starts), None)
