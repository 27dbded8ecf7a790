"""Steps with effects run beside each other, are tried again, timed out, cancelled, rehearsed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.engine.graph import Retry
from app.engine.outcome import Limits
from app.engine.record import Cancelled, ClaimLost
from app.engine.states import Reason, RunMode, RunStatus, StepStatus
from tests.engine.flows import Notebook, World, flow, play, step, values, word


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Threads for steps with effects."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def world() -> Iterator[World]:
    """An outside whose gate opens at the end, so that no thread is left behind."""
    made = World()
    yield made
    made.gate.set()


def test_independent_steps_run_side_by_side(executor: ThreadPoolExecutor, world: World) -> None:
    graph = flow(
        step("form", "start_form"),
        step("one", "outside", how="gate"),
        step("two", "outside", how="gate"),
        step("join"),
        links="form>one form>two one>join two>join",
    )

    def open_when_both_are_in(_count: int) -> None:
        if world.busy == 2:
            world.gate.set()

    notebook = Notebook(on_tick=open_when_both_are_in)
    outcome, _ = play(graph, world=world, notebook=notebook, executor=executor)
    assert outcome.status is RunStatus.SUCCESS
    assert world.most_busy == 2
    assert notebook.order()[-1] == word("join")


def test_only_the_coordinator_talks_to_the_recorder(
    executor: ThreadPoolExecutor, world: World
) -> None:
    threads: set[int] = set()

    class Watched(Notebook):
        def log(self, level: object, text: str, **where: object) -> None:  # type: ignore[override]
            threads.add(threading.get_ident())
            self.lines.append((str(level), text, str(where["step_id"])))

    graph = flow(step("form", "start_form"), step("out", "outside"))
    notebook = Watched()
    play(graph, world=world, notebook=notebook, executor=executor)
    assert threads == {threading.get_ident()}
    assert notebook.lines == [("info", "outside well", word("out"))]


def test_a_failed_try_is_made_again_under_the_same_key(
    executor: ThreadPoolExecutor, world: World
) -> None:
    world.failures["shaky"] = 2
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", how="shaky", does="write", retry=Retry(2, 0.02)),
    )
    outcome, notebook = play(graph, world=world, executor=executor)
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("out").attempt == 3
    assert world.seen == [(f"run1:{word('out')}:", "shaky")] * 3
    tries = [text for level, text, _ in notebook.lines if level == "warning"]
    assert tries == [
        "Try 1: The other side was busy. Trying again in 0.02 s.",
        "Try 2: The other side was busy. Trying again in 0.04 s.",
    ]


def test_after_the_last_try_it_fails(world: World) -> None:
    world.failures["shaky"] = 9
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", how="shaky", retry=Retry(1)),
        step("next"),
    )
    outcome, notebook = play(graph, world=world)
    assert outcome.error == "The other side was busy."
    assert notebook.record("out").attempt == 2
    assert notebook.record("out").output == {"status": 503}
    assert notebook.lines[-1] == ("error", "Try 2: The other side was busy.", word("out"))


def test_a_try_over_its_time_limit_fails_and_is_not_waited_for(
    executor: ThreadPoolExecutor, world: World
) -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", how="gate", does="write", timeout_s=0.1),
    )
    outcome, notebook = play(graph, world=world, executor=executor)
    assert outcome.error == "No answer within 0.1 s, the time limit of this step."
    assert notebook.record("out").error == f"{outcome.error} It may have been done all the same."


def test_a_late_answer_in_turn_counts_as_late(world: World) -> None:
    graph = flow(step("form", "start_form"), step("out", "outside", how="gate", timeout_s=0.1))
    threading.Timer(0.2, world.gate.set).start()
    outcome, _ = play(graph, world=world)
    assert outcome.status is RunStatus.FAILED


def test_after_a_failure_running_steps_finish_and_none_begins(
    executor: ThreadPoolExecutor, world: World
) -> None:
    world.failures["bad"] = 1
    graph = flow(
        step("form", "start_form"),
        step("slow", "outside", how="gate"),
        step("behind"),
        step("bad", "outside", how="bad"),
        links="form>slow slow>behind form>bad",
    )

    def open_after_the_failure(_count: int) -> None:
        if word("bad") in notebook.ended_steps:
            world.gate.set()

    notebook = Notebook(on_tick=open_after_the_failure)
    outcome, _ = play(graph, world=world, notebook=notebook, executor=executor)
    assert outcome.status is RunStatus.FAILED
    assert outcome.failed_step_id == word("bad")
    assert notebook.record("slow").status is StepStatus.SUCCESS
    assert notebook.record("behind").status is StepStatus.CANCELLED


def test_a_try_that_waits_for_its_next_turn_fails_with_the_run(world: World) -> None:
    world.failures = {"bad": 1, "shaky": 1}
    graph = flow(
        step("form", "start_form"),
        step("shaky", "outside", how="shaky", retry=Retry(1, 60)),
        step("bad", "outside", how="bad"),
        links="form>shaky form>bad",
    )
    outcome, notebook = play(graph, world=world)
    assert outcome.failed_step_id == word("bad")
    assert notebook.record("shaky").status is StepStatus.FAILED


def test_cancel_ends_the_run_between_steps() -> None:
    def cancel(count: int) -> None:
        if count == 2:
            raise Cancelled

    graph = flow(step("form", "start_form"), step("one"), step("two"))
    outcome, notebook = play(graph, notebook=Notebook(on_tick=cancel))
    assert outcome.status is RunStatus.CANCELLED
    assert notebook.record("form").status is StepStatus.SUCCESS
    assert notebook.record("one").status is StepStatus.CANCELLED


def test_cancel_reaches_a_step_under_way(executor: ThreadPoolExecutor, world: World) -> None:
    def cancel(_count: int) -> None:
        if world.busy:
            raise Cancelled

    graph = flow(step("form", "start_form"), step("out", "outside", how="until_cancelled"))
    outcome, notebook = play(
        graph, world=world, notebook=Notebook(on_tick=cancel), executor=executor
    )
    executor.shutdown()
    assert outcome.status is RunStatus.CANCELLED
    assert notebook.record("out").status is StepStatus.CANCELLED
    assert notebook.record("out").started_at is not None
    assert world.busy == 0


def test_a_door_can_tell_that_the_run_was_cancelled(world: World) -> None:
    graph = flow(step("form", "start_form"), step("out", "outside", how="cancelled"))
    outcome, notebook = play(graph, world=world)
    assert outcome.status is RunStatus.CANCELLED
    assert notebook.record("out").status is StepStatus.CANCELLED
    assert notebook.record("out").given is not None


def test_a_lost_claim_ends_the_loop_without_another_word(
    executor: ThreadPoolExecutor, world: World
) -> None:
    def lose(_count: int) -> None:
        if world.busy:
            raise ClaimLost

    graph = flow(step("form", "start_form"), step("out", "outside", how="until_cancelled"))
    notebook = Notebook(on_tick=lose)
    with pytest.raises(ClaimLost):
        play(graph, world=world, notebook=notebook, executor=executor)
    executor.shutdown()
    assert world.busy == 0
    assert set(notebook.ended_steps) == {word("form")}


def test_the_time_limit_of_the_run_leaves_steps_under_way(
    executor: ThreadPoolExecutor, world: World
) -> None:
    graph = flow(step("form", "start_form"), step("out", "outside", how="gate"))
    outcome, notebook = play(graph, world=world, executor=executor, limits=Limits(max_run_s=0.15))
    assert outcome.reason is Reason.TIME_LIMIT
    assert notebook.record("out").status is StepStatus.CANCELLED


def test_a_rehearsal_reads_and_refuses_to_write(world: World) -> None:
    graph = flow(
        step("form", "start_form"),
        step("look", "outside", does="read", how="look"),
        step("send", "outside", does="write", how="send"),
        step(
            "answer",
            "answer",
            kind="values",
            values=values(sent="{{ steps.send.would_send.how }}", reply="{{ steps.send.body.id }}"),
        ),
    )
    outcome, notebook = play(graph, world=world, mode=RunMode.REHEARSAL)
    assert [how for _, how in world.seen] == ["look"]
    assert notebook.record("look").output == {"mode": "rehearsal"}
    assert outcome.answer == {"sent": "send", "reply": None}
