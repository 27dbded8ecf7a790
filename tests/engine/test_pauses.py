"""Steps that wait: the run sleeps when nothing else can be done, and goes on from there."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from app.engine.errors import StepFailed
from app.engine.graph import Retry
from app.engine.ports import Ports
from app.engine.record import StepRecord
from app.engine.states import OnError, Reason, RunMode, RunStatus, StepStatus
from app.engine.step_type import Output, Pause, Reply, StepType
from app.engine.values import Given
from tests.engine import flows
from tests.engine.flows import Notebook, World, flow, play, step, values, word

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FORM = step("form", "start_form")


class Question(StepType):
    """Waits for a reply and passes it on."""

    type: ClassVar[str] = "question"
    title: ClassVar[str] = "Question"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "info"

    def run(self, given: Given, ports: Ports) -> Pause:
        """Ask."""
        return Pause(Reason.APPROVAL, NOW + timedelta(hours=1), {"title": "May I"})

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output:
        """Pass on what was said."""
        if reply.value == "no":
            raise StepFailed("Nobody agreed.")
        return Output({"said": reply.value, "late": reply.is_due, "asked": pause.detail})


@pytest.fixture(autouse=True)
def _with_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "KINDS", {**flows.KINDS, "question": Question()})


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def records(notebook: Notebook) -> dict[tuple[str, str], StepRecord]:
    """What a recorder would hand to the next claim: the newest record of each step."""
    return {(record.step_id, record.iteration): record for _, record, _ in notebook.calls}


def again(graph: Any, notebook: Notebook, reply: Reply | None, **how: Any) -> Any:
    """The next claim of the same run, where each wait has heard `reply`."""
    waits = {place: (pause, reply) for place, pause in notebook.pauses.items()}
    return play(graph, history=records(notebook), waits=waits, clock=how.pop("clock", clock), **how)


def asking() -> Any:
    return flow(
        FORM,
        step("ask", "question"),
        step("end", "answer", kind="values", values=values(got="{{ steps.ask.said }}")),
    )


def test_a_question_puts_the_run_to_sleep_until_its_deadline() -> None:
    outcome, notebook = play(asking(), clock=clock)
    assert (outcome.status, outcome.reason) == (RunStatus.WAITING, Reason.APPROVAL)
    assert outcome.wake_at == NOW + timedelta(hours=1)
    assert notebook.pauses[word("ask"), ""].detail == {"title": "May I"}
    assert records(notebook)[word("ask"), ""].status is StepStatus.WAITING


def test_a_reply_lets_it_go_on() -> None:
    graph = asking()
    _, notebook = play(graph, clock=clock)
    outcome, second = again(graph, notebook, Reply("yes"))
    assert (outcome.status, outcome.answer["got"]) == (RunStatus.SUCCESS, "yes")
    assert second.record("ask").output == {
        "said": "yes",
        "late": False,
        "asked": {"title": "May I"},
    }


def test_without_a_reply_it_sleeps_on_and_asks_nothing_twice() -> None:
    graph = asking()
    _, notebook = play(graph, clock=clock)
    outcome, second = again(graph, notebook, None)
    assert outcome.status is RunStatus.WAITING
    assert second.pauses == {}


def test_the_deadline_is_a_reply_too() -> None:
    graph = asking()
    _, notebook = play(graph, clock=clock)
    later = NOW + timedelta(hours=2)
    _, second = again(graph, notebook, None, clock=lambda: later)
    assert second.record("ask").output["late"] is True


def test_a_refusal_fails_the_step() -> None:
    graph = asking()
    _, notebook = play(graph, clock=clock)
    outcome, _ = again(graph, notebook, Reply("no"))
    assert (outcome.status, outcome.error) == (RunStatus.FAILED, "Nobody agreed.")


def test_other_branches_go_on_meanwhile() -> None:
    graph = flow(FORM, step("ask", "question"), step("side"), links="form>ask form>side")
    outcome, notebook = play(graph, clock=clock)
    assert outcome.status is RunStatus.WAITING
    assert notebook.record("side").status is StepStatus.SUCCESS


def test_a_failure_beside_ends_what_waits() -> None:
    bad = step("bad", values=values(x="{{ trigger.none }}"))
    graph = flow(FORM, step("ask", "question"), bad, links="form>ask form>bad")
    outcome, notebook = play(graph, clock=clock)
    assert outcome.status is RunStatus.FAILED
    assert notebook.record("ask").status is StepStatus.CANCELLED


def test_questions_in_a_loop_are_answered_one_by_one() -> None:
    loop = step("loop", "for_each", items=["a", "b"], at_once=2, collect="{{ steps.ask.said }}")
    ask = step("ask", "question", parent=word("loop"))
    end = step("end", "answer", kind="values", values=values(got="{{ steps.loop.items }}"))
    graph = flow(FORM, loop, ask, end, links="form>loop loop>end")
    outcome, notebook = play(graph, clock=clock)
    assert outcome.status is RunStatus.WAITING
    assert set(notebook.pauses) == {(word("ask"), "0"), (word("ask"), "1")}
    outcome, _ = again(graph, notebook, Reply("fine"))
    assert outcome.answer["got"] == ["fine", "fine"]


def test_a_short_wait_keeps_the_run_awake() -> None:
    graph = flow(FORM, step("wait", "wait", amount=0.05, unit="seconds"), step("end"))
    outcome, notebook = play(graph)
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("wait").output["waited_s"] >= 0


def test_a_long_wait_sleeps_and_wakes_when_it_is_time() -> None:
    graph = flow(FORM, step("wait", "wait", amount=3, unit="days"), step("end"))
    outcome, notebook = play(graph, clock=clock)
    due = NOW + timedelta(days=3)
    assert (outcome.reason, outcome.wake_at) == (Reason.DELAY, due)
    outcome, second = again(graph, notebook, None, clock=lambda: due)
    assert outcome.status is RunStatus.SUCCESS
    assert second.record("wait").output["waited_s"] == 259_200


@pytest.mark.parametrize("until", ["2026-11-19", "2026-11-20 10:00", "2026-11-20T09:00:00Z"])
def test_a_moment_that_has_passed_is_not_waited_for(until: str) -> None:
    graph = flow(FORM, step("wait", "wait", how="until", until=until))
    outcome, _ = play(graph, clock=clock, timezone="Europe/Berlin")  # 9:00 UTC is 10:00 there
    assert outcome.status is RunStatus.SUCCESS


def test_what_is_no_moment_is_said() -> None:
    outcome, _ = play(flow(FORM, step("wait", "wait", how="until", until="soon")), clock=clock)
    assert outcome.error == "“soon” is no moment. Write it like 2026-12-24 08:30."
    outcome, _ = play(flow(FORM, step("wait", "wait", amount=1e9, unit="days")), clock=clock)
    assert outcome.error is not None
    assert "more than a year away" in outcome.error


def test_a_rehearsal_does_not_wait() -> None:
    graph = flow(FORM, step("wait", "wait", amount=3, unit="days"))
    outcome, _ = play(graph, clock=clock, mode=RunMode.REHEARSAL)
    assert outcome.status is RunStatus.SUCCESS


def test_a_far_retry_sleeps_too_and_counts_on() -> None:
    world = World(failures={"shaky": 1})
    graph = flow(FORM, step("out", "outside", how="shaky", does="write", retry=Retry(2, 60)))
    outcome, notebook = play(graph, world=world, clock=clock)
    assert (outcome.status, outcome.reason) == (RunStatus.WAITING, Reason.DELAY)
    assert outcome.wake_at == NOW + timedelta(seconds=60)
    later = NOW + timedelta(seconds=61)
    outcome, second = again(graph, notebook, None, world=world, clock=lambda: later)
    assert outcome.status is RunStatus.SUCCESS
    assert second.record("out").attempt == 2
    assert len({key for key, _ in world.seen}) == 1


def test_pauses_between_tries_double() -> None:
    world = World(failures={"shaky": 9})
    graph = flow(FORM, step("out", "outside", how="shaky", retry=Retry(3, 60)))
    waited, notebook, now = [], Notebook(), NOW
    outcome, notebook = play(graph, world=world, clock=clock)
    while outcome.status is RunStatus.WAITING:
        waited.append((outcome.wake_at - now).total_seconds())
        now = outcome.wake_at
        outcome, notebook = again(graph, notebook, None, world=world, clock=lambda at=now: at)
    assert waited == [60, 120, 240]
    assert outcome.status is RunStatus.FAILED


def test_a_step_that_waits_may_be_forgiven() -> None:
    ask = step("ask", "question", on_error=OnError.CONTINUE, default_output={"said": "default"})
    graph = flow(
        FORM, ask, step("end", "answer", kind="values", values=values(got="{{ steps.ask.said }}"))
    )
    _, notebook = play(graph, clock=clock)
    outcome, _ = again(graph, notebook, Reply("no"))
    assert outcome.answer["got"] == "default"


def test_one_step_is_tried_alone() -> None:
    loop = step("loop", "for_each", items="{{ steps.list.x }}")
    tried = step("tried", parent=word("loop"), values=values(got="{{ item }} {{ trigger.name }}"))
    graph = flow(FORM, step("list"), loop, tried, links="form>list list>loop")
    history = {
        (word("form"), ""): StepRecord(
            word("form"), "start_form", "", StepStatus.SUCCESS, output={"name": "Ana"}
        ),
        (word("list"), ""): StepRecord(
            word("list"), "set_values", "", StepStatus.SUCCESS, output={"x": [7, 8]}
        ),
    }
    outcome, notebook = play(graph, only=word("tried"), history=history)
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("tried").output == {"got": "7 Ana"}
    assert list(notebook.ended_steps) == [word("tried")]
