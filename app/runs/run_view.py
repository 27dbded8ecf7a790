"""Everything a run's page shows, read in a few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from app.agents.models import VersionStatus
from app.engine.failure import Failure, failure
from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.run_facts import RunFacts
from app.engine.states import Effect, RunStatus, StepStatus
from app.engine.story import Story, story
from app.nodes.catalogue import CATALOGUE
from app.runs import around, inner_writes, loop_items, ports, timeline
from app.runs.around import Relative, Spot, Waiting
from app.runs.loop_items import Item
from app.runs.models import Run
from app.runs.recorded import LogLine, log_lines, records_at
from app.runs.spending import NOTHING, Spent, spent_below, spent_in_loops
from app.vault import facts
from app.vault.reference_walker import connection_ids
from app.workspaces.models import Workspace

LINES_SHOWN = 200
RUN_AGENT = "run_agent"
CALLING = (RUN_AGENT, "agent_with_tools")


@dataclass(frozen=True, kw_only=True)
class RunView:
    """One run as its page shows it. `records` are those of the steps outside loops.

    Of a try, `graph` is its one step.
    """

    run: Run
    workspace: Workspace
    graph: Graph
    records: Sequence[StepRecord]
    lines: Sequence[LogLine]
    lines_left_out: int
    connections: Mapping[str, str]
    questions: Sequence[ports.OpenQuestion] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    waiting: Mapping[Spot, Waiting] = field(default_factory=dict)
    children: Mapping[Spot, Relative] = field(default_factory=dict)
    parent: Relative | None = None
    inner_writes: Sequence[StepRecord] = ()
    spent_inside: Mapping[str, Spent] = field(default_factory=dict)
    spent_below: Spent = NOTHING

    @property
    def is_live(self) -> bool:
        """Whether it may still change."""
        return not self.run.status.is_final

    @property
    def mark(self) -> str:
        """What the page has seen: `<claim>.<seq>`, compared with the run's live key."""
        return f"{self.run.claim}.{self.run.seq}"

    @property
    def tried(self) -> Step | None:
        """The step that it tries alone; None for a whole run, and once the step is gone."""
        return self.graph.find(self.run.only_node_id) if self.run.only_node_id else None

    @property
    def is_draft(self) -> bool:
        """Whether it ran the draft, not a published version."""
        return self.run.agent_version.status is VersionStatus.DRAFT

    @property
    def kept_until(self) -> datetime:
        """When the workspace lets go of it."""
        return self.run.created_at + timedelta(days=self.workspace.retention_days)

    @property
    def may_write(self) -> bool:
        """Whether a step of it may change something elsewhere."""
        kinds = (CATALOGUE.get(step.type) for step in self.graph.steps)
        return any(kind is not None and kind.effect is Effect.WRITE for kind in kinds)

    @property
    def keeps_results(self) -> bool:
        """Whether it went on where an earlier run was."""
        return any(row.is_kept for row in self.rows)

    @property
    def needs_decision(self) -> bool:
        """Whether a person has to say if an interrupted step was done."""
        return self.run.status == "waiting" and self.run.reason == "needs_you"

    @cached_property
    def story(self) -> Story:
        """What it did, does and will do."""
        return story(self.graph, self.records, self._facts, catalogue=CATALOGUE)

    @cached_property
    def failure(self) -> Failure | None:
        """Why it failed and what to do; None unless it did."""
        records = [*self.records, *self.inner_writes]
        return failure(self.graph, records, self._facts, catalogue=CATALOGUE)

    @cached_property
    def axis(self) -> timeline.Axis:
        """The time that its steps stand on."""
        return timeline.Axis.of(self.run)

    @cached_property
    def rows(self) -> list[timeline.Row]:
        """Its steps."""
        recorded = timeline.Recorded(
            run=self.run,
            graph=self.graph,
            records={record.step_id: record for record in self.records},
            lines=self.lines,
            catalogue=CATALOGUE,
            connections=self.connections,
            items=self.items,
            waiting=self.waiting,
            children=self.children,
            spent_inside=self.spent_inside,
        )
        return timeline.rows(recorded, self.axis)

    @property
    def passed_by(self) -> int:
        """How many steps stood on a way that was not taken."""
        return sum(record.status is StepStatus.SKIPPED for record in self.records)

    @property
    def done(self) -> int:
        """How many steps have ended, those passed by left out."""
        return sum(record.status.is_final for record in self.records) - self.passed_by

    def step_name(self, step_id: str | None) -> str:
        """What a log line calls its step."""
        step = self.graph.find(step_id) if step_id else None
        return step.name if step else ""

    @property
    def _facts(self) -> RunFacts:
        run = self.run
        return RunFacts(
            status=run.status,
            reason=run.reason,
            error=run.error_message,
            failed_step_id=run.failed_node_id,
            mode=run.mode,
        )


def view(session: Session, workspace: Workspace, run: Run, *, item: str | None = None) -> RunView:
    """Read what the page of this run shows; `item` names the item of a loop to look at."""
    newest = log_lines(session, run, newest=LINES_SHOWN)
    graph = _graph_of(run)
    outside_loops = [step.id for step in graph.steps if step.parent is None]
    records = records_at(session, run, outside_loops)
    place = loop_items.place_of(item, run, graph)
    items = loop_items.items_of(session, run, graph, place)
    shown = {(record.step_id, ""): record for record in records} | {
        (record.step_id, one.path): record
        for one in items.values()
        for record in one.records.values()
    }
    questions = ports.open_questions(session, run) if run.status is RunStatus.WAITING else ()
    asleep = {spot for spot, record in shown.items() if record.status is StepStatus.WAITING}
    calls = {spot for spot, record in shown.items() if record.step_type == RUN_AGENT}
    return RunView(
        run=run,
        workspace=workspace,
        graph=graph,
        records=records,
        lines=newest,
        lines_left_out=newest[0].seq - 1 if newest else 0,
        connections=_connection_names(session, workspace, graph),
        questions=questions,
        items=items,
        waiting=around.waiting_at(session, run, asleep, questions),
        children=around.children_at(session, run, calls),
        parent=around.parent_of(session, run),
        inner_writes=inner_writes.done(session, run, graph),
        spent_inside=spent_in_loops(session, run, graph),
        spent_below=_below(session, run, graph),
    )


def _below(session: Session, run: Run, graph: Graph) -> Spent:
    """What the agents used that it called; the database is asked only where it can call some."""
    if not any(step.type in CALLING for step in graph.steps):
        return NOTHING
    return spent_below(session, run.workspace_id, (run.id,)).get(run.id, NOTHING)


def _graph_of(run: Run) -> Graph:
    """The flow, or the step that is tried alone, with those inside it."""
    graph = run.flow_graph.graph
    step = graph.find(run.only_node_id) if run.only_node_id else None
    if step is None:
        return graph
    inside = graph.deep_inside(step.id)
    links = tuple(link for one in inside for link in graph.links_from(one.id))
    return Graph(steps=(replace(step, parent=None), *inside), links=links)


def _connection_names(session: Session, workspace: Workspace, graph: Graph) -> dict[str, str]:
    if not connection_ids(graph):
        return {}
    known = facts.connection_facts(session, workspace.id)
    return {connection_id: fact.name for connection_id, fact in known.items()}
