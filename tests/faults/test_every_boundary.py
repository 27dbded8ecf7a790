"""The worker dies at every boundary of a flow of ten steps: nothing is lost or recorded twice."""

import os
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import Reason, RunStatus, StepStatus
from app.lib import clock
from app.runs.models import Run, RunLog, RunNode, RunState
from app.workers import claims
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.faults.test_workers_die import let_lease_run_out
from tests.loopback import Received
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.fates import Fate
from tests.runs.flows import answer, http, in_a_row, set_values, step
from tests.runs.house import House, has_ended, is_there, until

# Each of ten steps has three: before and after its beginning is recorded, and when its work is
# done. The run's own end has two.
MOMENTS = range(1, 3 * 10 + 2 + 1)
OF_WRITES = (*range(10, 13), *range(22, 25))  # those of the fourth and the eighth step
LONG_S = 60


def make_ten(make_agent: MakeAgent, service: Service, method: str = "PUT") -> Agent:
    """Ten steps, two of which write."""
    graph = in_a_row(
        step("start", "start_form", {"inputs": []}),
        http("look", service.url("/look")),
        set_values("seta", value="{{ steps.look.body }} a"),
        http("one", service.url("/one"), method, body_kind="text", body="{{ steps.seta.value }}"),
        set_values("setb", value="{{ steps.one.body }} b"),
        http("again", service.url("/again")),
        set_values("setc", value="{{ steps.setb.value }} {{ steps.again.body }} c"),
        http("two", service.url("/two"), method, body_kind="text", body="{{ steps.setc.value }}"),
        set_values("setd", value="{{ steps.two.body }} d"),
        answer("{{ steps.seta.value }}, {{ steps.setc.value }}, {{ steps.setd.value }}"),
    )
    return make_agent(graph, "Ten")


def cut_at_each_moment(
    session: Session,
    house: House,
    start_run: Callable[[], Run],
    moments: Iterable[int] = MOMENTS,
) -> list[Run]:
    """One run per moment, whose worker was killed at it; a last worker goes on with all."""
    runs = []
    for moment in moments:
        runs.append(run := start_run())
        worker = house.open_worker(Fate(str(run.id), moment))
        until(lambda worker=worker: not is_there(worker), within_s=LONG_S)
        hold_leases(session)
    for run in runs:
        let_lease_run_out(session, run)
    house.open_worker()
    return runs


def hold_leases(session: Session) -> None:
    """As if no time had passed: the next worker, which is to die as well, takes no old run."""
    with database.writing(session):
        session.execute(
            update(Run)
            .where(Run.status == RunStatus.RUNNING)
            .values(lease_until=clock.now() + claims.LEASE)
        )


def writes(service: Service) -> dict[str, list[Received]]:
    """What was sent to the service, by idempotency key."""
    found: dict[str, list[Received]] = defaultdict(list)
    for call in service.loopback.received:
        if call.method != "GET":
            found[call.headers["idempotency-key"]].append(call)
    return found


@on_both
def test_it_goes_on_from_everywhere(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    agent = make_ten(make_agent, service)
    runs = cut_at_each_moment(session, house, lambda: start_run(agent))
    for run in runs:
        until(lambda run=run: has_ended(session, run), within_s=LONG_S)

    said = "ok a, ok b ok c, ok d"
    assert {(run.status, run.answer, run.error_message) for run in runs} == {
        (RunStatus.SUCCESS, said, None)
    }
    assert {run.claim for run in runs} <= {1, 2}  # 1: its very end had been stored
    recorded = session.execute(
        select(RunNode.run_id, func.count())
        .where(RunNode.status == StepStatus.SUCCESS)
        .group_by(RunNode.run_id)
    )
    assert dict(recorded.all()) == {run.id: 10 for run in runs}  # type: ignore[arg-type]
    assert session.scalars(select(RunState)).all() == []
    ends = session.scalars(select(RunLog.run_id).where(RunLog.text == "The run is done")).all()
    assert Counter(ends) == {run.id: 1 for run in runs}

    sent = writes(service)
    assert set(sent) == {f"{run.id}:{word}:" for run in runs for word in ("one00000", "two00000")}
    assert all(len({(one.path, one.body) for one in calls}) == 1 for calls in sent.values())
    assert max(len(calls) for calls in sent.values()) == 2  # only what had no recorded end


def test_what_may_not_be_repeated_is_never_repeated(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    agent = make_ten(make_agent, service, "POST")
    runs = cut_at_each_moment(session, house, lambda: start_run(agent), OF_WRITES)
    for run in runs:
        until(
            lambda run=run: has_ended(session, run) or run.status is RunStatus.WAITING,
            within_s=LONG_S,
        )
    asked = [run for run in runs if run.status is RunStatus.WAITING]
    assert {run.reason for run in asked} == {Reason.NEEDS_YOU}
    assert {run.failed_node_id for run in asked} == {"one00000", "two00000"}
    assert {run.status for run in runs if run not in asked} == {RunStatus.SUCCESS}
    assert {len(calls) for calls in writes(service).values()} == {1}


@pytest.mark.parametrize("path", ["/look", "/one", "/again", "/two"])
def test_it_dies_while_a_service_works(
    path: str,
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    workers: list[int] = []

    def cut(request: Received) -> None:
        if request.path == path and len(workers) == 1:
            os.kill(workers[0], signal.SIGKILL)

    service.on_call = cut
    run = start_run(make_ten(make_agent, service))
    workers.append(first := house.open_worker())
    until(lambda: not is_there(first), within_s=LONG_S)
    workers.append(house.open_worker())
    let_lease_run_out(session, run)
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.claim) == (RunStatus.SUCCESS, 2)
    expected = Counter(["/look", "/one", "/again", "/two"])
    assert service.calls == expected + Counter({path: 1})
    assert len(set(service.keys("/one"))) == len(set(service.keys("/two"))) == 1
