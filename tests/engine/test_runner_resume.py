"""A run that another worker takes over goes on where it was recorded."""

import pytest

from app.engine.record import StepRecord
from app.engine.states import OnError, Reason, RunStatus, StepStatus
from tests.engine.flows import World, asked, flow, play, step, word


def past(key: str, kind: str, status: StepStatus, **more: object) -> StepRecord:
    """A record of an earlier claim."""
    return StepRecord(word(key), kind, "", status, **more)  # type: ignore[arg-type]


def history(*records: StepRecord) -> dict[tuple[str, str], StepRecord]:
    """What an earlier claim left behind."""
    return {(record.step_id, record.iteration): record for record in records}


FLOW = flow(
    step("form", "start_form", inputs=asked("name")),
    step("out", "outside", does="write"),
    step("answer", "answer", text="{{ trigger.name }} {{ steps.out.id }}"),
)
STARTED = past("form", "start_form", StepStatus.SUCCESS, output={"name": "Ada"}, port="out")


def test_a_recorded_step_is_never_run_again() -> None:
    world = World()
    sent = past("out", "outside", StepStatus.SUCCESS, output={"id": 5}, port="out")
    outcome, notebook = play(FLOW, {"name": "x"}, world=world, history=history(STARTED, sent))
    assert outcome.answer == "Ada 5"
    assert world.seen == []
    assert notebook.order() == [word("answer")]


def test_an_interrupted_write_waits_for_a_person() -> None:
    world = World()
    cut = past("out", "outside", StepStatus.RUNNING)
    outcome, notebook = play(FLOW, {"name": "x"}, world=world, history=history(STARTED, cut))
    assert (outcome.status, outcome.reason) == (RunStatus.WAITING, Reason.NEEDS_YOU)
    assert outcome.failed_step_id == word("out")
    assert outcome.error is not None
    assert outcome.error.startswith("“out” was interrupted while it was sending")
    assert world.seen == []
    what, record, durable = notebook.calls[-1]
    assert (what, record.status, durable) == ("started", StepStatus.WAITING, True)


@pytest.mark.parametrize(("does", "twice"), [("read", "no"), ("write", "yes")])
def test_an_interrupted_step_that_may_be_repeated_is(does: str, twice: str) -> None:
    graph = flow(step("form", "start_form"), step("out", "outside", does=does, twice=twice))
    world = World()
    cut = past("out", "outside", StepStatus.RUNNING, attempt=2)
    outcome, notebook = play(graph, world=world, history=history(cut))
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("out").attempt == 2
    assert world.seen == [(f"run1:{word('out')}:", "well")]


def test_a_run_waits_only_when_nothing_else_can_run() -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", does="write"),
        step("other"),
        links="form>out form>other",
    )
    outcome, notebook = play(graph, history=history(past("out", "outside", StepStatus.WAITING)))
    assert outcome.status is RunStatus.WAITING
    assert notebook.record("other").status is StepStatus.SUCCESS


def test_a_recorded_failure_fails_the_run_again_without_being_run() -> None:
    failed = past("out", "outside", StepStatus.FAILED, error="It was refused.")
    world = World()
    outcome, notebook = play(FLOW, {"name": "x"}, world=world, history=history(STARTED, failed))
    assert (outcome.status, outcome.error) == (RunStatus.FAILED, "It was refused.")
    assert world.seen == []
    assert notebook.statuses() == {word("answer"): StepStatus.CANCELLED}


def test_a_recorded_failure_that_was_forgiven_stays_forgiven() -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", on_error=OnError.ERROR_PORT),
        step("sorry", "answer", text="{{ steps.out.error }}"),
        links="form>out out.error>sorry",
    )
    failed = past("out", "outside", StepStatus.FAILED, output={"error": "No."}, port="error")
    outcome, _ = play(graph, history=history(failed))
    assert outcome.answer == "No."


def test_skipped_steps_are_not_recorded_twice() -> None:
    graph = flow(
        step("form", "start_form"),
        step("no", "crossroads", way="b"),
        step("one"),
        step("off", disabled=True),
        step("end"),
        links="form>no no.a>one no.b>off off>end",
    )
    before = history(
        past("one", "set_values", StepStatus.SKIPPED), past("off", "set_values", StepStatus.SKIPPED)
    )
    _, notebook = play(graph, history=before)
    assert set(notebook.statuses()) == {word("form"), word("no"), word("end")}


def test_steps_that_an_ended_run_never_reached_are_run() -> None:
    cancelled = past("out", "outside", StepStatus.CANCELLED)
    outcome, _ = play(FLOW, {"name": "x"}, history=history(STARTED, cancelled))
    assert outcome.status is RunStatus.FAILED  # outside gives no id, so the answer fails
    assert outcome.failed_step_id == word("answer")


def test_what_was_forgiven_then_stays_so_whatever_is_chosen_now() -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", on_error=OnError.STOP),
        step("sorry", "answer", text="done"),
    )
    failed = past("out", "outside", StepStatus.FAILED, output={"error": "No."}, port="out")
    outcome, _ = play(graph, history=history(failed))
    assert (outcome.status, outcome.answer) == (RunStatus.SUCCESS, "done")
