"""Several failed runs continued together after a fix, counted before anything is started."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.engine.states import RunMode, RunStatus
from app.replays import again
from app.replays.again import Again, Recorded
from app.replays.flows import Flow, Which, chosen, flows_of
from app.replays.sent import Sent, Tally, tallies
from app.runs import overview
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

MAX_RUNS = 200
_GONE_ON = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.SUCCESS)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One of the runs; `why_not` is empty where it can be continued with the others."""

    run: Run
    again: Again | None
    why_not: str
    repeats: int


@dataclass(frozen=True, kw_only=True)
class Together:
    """What would happen to all of them."""

    candidates: Sequence[Candidate]

    @property
    def ready(self) -> list[Candidate]:
        """Those that can be continued here."""
        return [one for one in self.candidates if not one.why_not]

    @property
    def left_out(self) -> list[Candidate]:
        """Those that cannot."""
        return [one for one in self.candidates if one.why_not]

    @property
    def places(self) -> list[tuple[str, int]]:
        """Where they continue: names of steps, each with a number of runs, most first."""
        return Counter(
            one.again.begin_at.name
            for one in self.ready
            if one.again is not None and one.again.begin_at is not None
        ).most_common()

    @property
    def kept_sent(self) -> list[Sent]:
        """What was sent and is not sent again."""
        return _sum(sent for one in self._plans for sent in one.kept_sent)

    @property
    def sent_again(self) -> list[Sent]:
        """What was sent and would be sent once more."""
        return _sum(sent for one in self._plans for sent in one.sent_again)

    @property
    def may_send(self) -> list[Sent]:
        """What would be sent, at least as often as this when each step is reached once."""
        return _sum(sent for one in self._plans for sent in one.may_send)

    @property
    def done(self) -> list[Tally]:
        """What was sent, by what it is, and how many of these would be sent again."""
        return tallies(self.kept_sent, self.sent_again)

    @property
    def ahead(self) -> list[Tally]:
        """What would be sent, by what it is, when each step is reached once."""
        return tallies(self.may_send)

    @property
    def items_kept(self) -> int:
        """How many finished items of loops stay."""
        return sum(some.finished for one in self._plans for some in one.items if some.are_kept)

    @property
    def _plans(self) -> list[Again]:
        return [one.again for one in self.ready if one.again is not None]


def chosen_runs(session: Session, workspace: Workspace, ids: Collection[uuid.UUID]) -> list[Run]:
    """Those of these runs that are in the workspace, oldest first; at most MAX_RUNS."""
    wanted = sorted(ids)[:MAX_RUNS]
    return _runs(session, workspace, Run.id.in_(wanted))


def failed_runs(
    session: Session, workspace: Workspace, agent: Agent, *, in_a_row: bool = False
) -> list[Run]:
    """The newest failed runs of an agent, oldest of them first; at most MAX_RUNS.

    `in_a_row`: only those since it last did well.
    """
    since_good = overview.failed_in_a_row(workspace.id, agent.id)
    newest = (
        select(Run.id)
        .where(
            Run.workspace_id == workspace.id,
            Run.agent_id == agent.id,
            Run.status == RunStatus.FAILED,
            Run.only_node_id.is_(None),
            Run.id.in_(since_good) if in_a_row else true(),
        )
        .order_by(Run.id.desc())
        .limit(MAX_RUNS)
    )
    return _runs(session, workspace, Run.id.in_(list(session.scalars(newest))))


def look(
    session: Session, keyring: Keyring, runs: Sequence[Run], *, may_edit: bool, wanted: Which
) -> Together:
    """What continuing these runs with this flow would keep, send and leave out."""
    repeats, gone_on = _repeats(session, runs)
    flows: dict[tuple[uuid.UUID, uuid.UUID], Flow | None] = {}
    found = []
    for recorded in again.recorded(session, keyring, runs):
        run = recorded.run
        key = (run.agent_version_id, run.flow_graph_id)
        if key not in flows:
            allowed = flows_of(session, run, may_edit=may_edit)
            flows[key] = chosen(allowed, run, wanted)
        found.append(
            _candidate(
                recorded,
                _plan(session, keyring, recorded, flows[key]),
                flows[key],
                repeats=repeats[run.id],
                gone_on=run.id in gone_on,
            )
        )
    return Together(candidates=found)


def start(session: Session, keyring: Keyring, together: Together, *, by: User) -> list[Run]:
    """Continue all that are ready; call inside `writing()`, then ring.

    A run is continued once, however often this is sent: its key counts its repeats so far.
    """
    begun = []
    for one in together.ready:
        if one.again is not None:
            key = f"continued:{one.run.id.hex}:{one.repeats}"
            begun.append(
                again.begin(
                    session, keyring, one.again, answers={}, by=by, mode=one.run.mode, key=key
                )
            )
    return begun


def lock(session: Session, runs: Sequence[Run]) -> None:
    """Let nobody else continue these runs until this transaction ends."""
    wanted = select(Run.id).where(Run.id.in_([run.id for run in runs])).order_by(Run.id)
    session.execute(wanted.with_for_update())


def _plan(
    session: Session, keyring: Keyring, recorded: Recorded, flow: Flow | None
) -> Again | None:
    failed_at = recorded.run.failed_node_id
    if flow is None or failed_at not in recorded.records:
        return None
    return again.plan_again(session, keyring, recorded, flow, begin_at=failed_at)


def _candidate(
    recorded: Recorded, plan: Again | None, flow: Flow | None, *, repeats: int, gone_on: bool
) -> Candidate:
    run = recorded.run
    why_not = _why_not(run, flow, plan, gone_on)
    return Candidate(run=run, again=plan, why_not=why_not, repeats=repeats)


def _why_not(run: Run, flow: Flow | None, plan: Again | None, gone_on: bool) -> str:
    if run.status is not RunStatus.FAILED or run.only_node_id is not None:
        return "not_failed"
    if gone_on:
        return "continued"
    if flow is None:
        return "no_flow"
    if plan is None:
        return "no_step"
    start = run.start_node_id
    if plan.kept.changed or (start is not None and flow.graph.find(start) is None):
        return "changed"
    return "hidden" if plan.missing else ""


def _runs(session: Session, workspace: Workspace, which: ColumnElement[bool]) -> list[Run]:
    found = (
        select(Run)
        .options(
            joinedload(Run.agent, innerjoin=True)
            .joinedload(Agent.active_version)
            .joinedload(AgentVersion.flow_graph),
            joinedload(Run.agent_version, innerjoin=True),
            joinedload(Run.flow_graph, innerjoin=True),
        )
        .where(Run.workspace_id == workspace.id, which)
        .order_by(Run.id)
    )
    return list(session.scalars(found))


def _repeats(session: Session, runs: Sequence[Run]) -> tuple[Counter[uuid.UUID], set[uuid.UUID]]:
    """How often each was continued or run again, and which of those went well or still go."""
    counted = (
        select(Run.replay_of, Run.status, Run.mode, func.count())
        .where(Run.replay_of.in_([run.id for run in runs]))
        .group_by(Run.replay_of, Run.status, Run.mode)
    )
    repeats: Counter[uuid.UUID] = Counter()
    gone_on: set[uuid.UUID] = set()
    for source, status, mode, times in session.execute(counted):
        if source is None:
            continue
        repeats[source] += times
        if status in _GONE_ON and mode is not RunMode.REHEARSAL:
            gone_on.add(source)
    return repeats, gone_on


def _sum(sent: Iterable[Sent]) -> list[Sent]:
    times: Counter[tuple[str, str]] = Counter()
    for one in sent:
        times[one.name, one.type] += one.times
    return [Sent(name, count, kind) for (name, kind), count in times.most_common()]
