"""A run reads as a story, and a failure says what to do next."""

from datetime import timedelta
from typing import Any

import pytest

from app.engine.failure import Where
from app.engine.graph import Graph, Retry
from app.engine.record import StepRecord
from app.engine.states import OnError, Reason, RunMode, RunStatus, StepStatus
from app.engine.step_type import Action
from app.engine.story import RunFacts, Story, _headline, failure, line, story
from app.engine.words import Part, parts_of, said, short, strong
from app.lib import clock
from app.lib.safe_http import HttpAnswer
from tests.engine.flows import KINDS, Notebook, World, asked, flow, play, step, values, when, word

FORM = step("form", "start_form", inputs=asked("name", "items"))
DESK = flow(
    FORM,
    step("sum", values=values(total="12")),
    step("big", "if", conditions=when("{{ steps.sum.total }}", "more_than", 10)),
    step("ask", "http_request", url="https://shop.example/orders", name="Look up order"),
    step("say", "answer", text="Thank you"),
    step("no", "answer", text="Too small"),
    links="form>sum sum>big big.yes>ask ask>say big.no>no",
)
ANSWER = {"name": "Maria Lopez", "items": "3"}


def ran(graph: Graph, trigger: Any = None, **how: Any) -> list[StepRecord]:
    """The records of a run of the flow."""
    _, notebook = play(graph, trigger, **how)
    return list(notebook.ended_steps.values())


def told(graph: Graph, records: list[StepRecord], status: RunStatus, **facts: Any) -> Story:
    """The story of a run."""
    return story(graph, records, RunFacts(status, **facts), catalogue=KINDS)


def replied(status: int = 200) -> World:
    """A world where the shop answers."""
    return World(
        answer=HttpAnswer(
            status=status, reason="", headers={}, body=b"", url="https://shop.example", elapsed_s=0
        )
    )


def test_a_finished_run() -> None:
    records = ran(DESK, ANSWER, world=replied())
    found = told(DESK, records, RunStatus.SUCCESS)
    assert found.text == (
        "Read the form: name Maria Lopez and 1 more answer, set total to 12, "
        "found that 12 is more than 10, asked shop.example, answer 200 and answered “Thank you”."
    )
    assert Part("Maria Lopez", strong=True) in found.sentence_parts
    assert (found.now, found.next) == ("", "")


def test_a_run_under_way() -> None:
    done = [
        record
        for record in ran(DESK, ANSWER, world=replied())
        if record.step_id in (word("form"), word("sum"), word("big"))
    ]
    waiting = StepRecord(
        word("ask"),
        "http_request",
        "",
        StepStatus.RUNNING,
        given={"url": "https://shop.example/orders"},
        started_at=clock.now(),
    )
    found = told(DESK, [*done, waiting], RunStatus.RUNNING)
    assert found.text.endswith("and found that 12 is more than 10.")
    assert found.now == "Now waiting for shop.example."
    assert found.next == "Next: “say”."


def test_steps_without_words_of_their_own_are_named() -> None:
    graph = flow(
        FORM,
        step("one"),
        step("if", "if"),
        step("a"),
        step("b"),
        links="form>one one>if if.yes>a if.no>b",
    )
    running = StepRecord(word("one"), "set_values", "", StepStatus.RUNNING)
    found = told(graph, [running], RunStatus.RUNNING)
    assert found == Story((Part("Just started."),), "Now at “one”.", "Next: “if”.")
    running = StepRecord(word("if"), "if", "", StepStatus.RUNNING)
    assert told(graph, [running], RunStatus.RUNNING).next == "Next: “a” or “b”."
    line_graph = flow(FORM, step("one"), step("two"), step("three"))
    running = StepRecord(word("one"), "set_values", "", StepStatus.RUNNING)
    assert told(line_graph, [running], RunStatus.RUNNING).next == "Next: “two”, then “three”."


def test_a_long_run_is_told_shortly() -> None:
    graph = flow(FORM, *(step(f"n{number}", values=values(v=number)) for number in range(10)))
    text = told(graph, ran(graph, ANSWER), RunStatus.SUCCESS).text
    assert "did 7 more steps" in text
    assert text.endswith("set v to 7, set v to 8 and set v to 9.")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (RunStatus.PENDING, "Waiting for a free worker."),
        (RunStatus.RUNNING, "Just started."),
        (RunStatus.SUCCESS, "Done; there was nothing to do."),
        (RunStatus.FAILED, "It failed before its first step was done."),
        (RunStatus.CANCELLED, "It was cancelled before its first step was done."),
    ],
)
def test_a_run_without_records(status: RunStatus, text: str) -> None:
    assert told(DESK, [], status).text == text


def test_what_comes_first_is_told_while_it_waits_for_a_worker() -> None:
    assert told(DESK, [], RunStatus.PENDING).next == "First comes “form”."
    assert told(Graph.empty(), [], RunStatus.PENDING).next == ""


def test_a_cancelled_run_and_one_that_waits_for_a_person() -> None:
    records = ran(DESK, ANSWER, world=replied())[:1]
    assert told(DESK, records, RunStatus.CANCELLED).text.endswith("Then it was cancelled.")
    waits = told(DESK, records, RunStatus.WAITING, reason=Reason.NEEDS_YOU, error="Look there.")
    assert waits.now == "It waits for you: Look there."
    assert told(DESK, records, RunStatus.WAITING).now.endswith("it needs your answer.")


def test_a_forgiven_failure_is_part_of_the_story() -> None:
    graph = flow(FORM, step("out", "outside", how="bad", on_error=OnError.CONTINUE), step("one"))
    records = ran(graph, ANSWER, world=World(failures={"bad": 1}))
    text = told(graph, records, RunStatus.SUCCESS).text
    assert ", went on although “out” failed and set done to yes." in text


def test_lines_for_the_timeline() -> None:
    one = step("sum", values=values(total="12"))

    def said(status: StepStatus, **more: Any) -> str:
        return line(one, StepRecord(one.id, one.type, "", status, **more), KINDS)

    assert line(one, None, KINDS) == "Waits for its turn"
    assert said(StepStatus.SUCCESS, given={}, output={"total": 12}) == "Set total to 12"
    assert said(StepStatus.FAILED, error="It broke.") == "It broke."
    assert said(StepStatus.FAILED) == "Failed"
    assert said(StepStatus.RUNNING) == "Under way"
    assert said(StepStatus.SKIPPED) == "Passed by"
    assert said(StepStatus.CANCELLED) == "Not reached"
    assert said(StepStatus.CANCELLED, started_at=clock.now()) == "Stopped half-way"
    off = step("sum", disabled=True)
    skipped = StepRecord(off.id, off.type, "", StepStatus.SKIPPED)
    assert line(off, skipped, KINDS) == "Switched off"


@pytest.mark.parametrize("cut", [None, "cut", {"conditions": "•••"}])
def test_cut_records_never_take_the_page_down(cut: Any) -> None:
    graph = flow(FORM, step("if", "if"), step("get", "http_request"), links="form>if if.yes>get")
    for one in graph.steps:
        for status in StepStatus:
            record = StepRecord(one.id, one.type, "", status, given=cut, output=cut)
            assert line(one, record, KINDS)
            told(graph, [record], RunStatus.RUNNING)
            facts = RunFacts(RunStatus.FAILED, failed_step_id=one.id)
            assert failure(graph, [record], facts, catalogue=KINDS) is not None


def test_a_failure_says_what_where_and_what_to_do() -> None:
    graph = flow(
        FORM,
        step(
            "get",
            "http_request",
            url="https://shop.example/x",
            connection="c1",
            retry=Retry(2),
            name="Get stock levels",
        ),
        step("tell", "http_request", method="POST", url="https://shop.example/y"),
    )
    outcome, notebook = play(graph, ANSWER, world=replied(401))
    facts = RunFacts(outcome.status, outcome.reason, outcome.error, outcome.failed_step_id)
    found = failure(graph, notebook.ended_steps.values(), facts, catalogue=KINDS)
    assert found is not None
    assert [part.text for part in found.what] == [
        "shop.example did not accept the password or key (answer 401).",
        " It was tried 3 times.",
    ]
    assert found.where == Where(word("get"), "Get stock levels", 2, 3)
    assert found.done == "Nothing was sent."
    assert found.not_done == "“tell” was not reached."
    first, second = found.actions
    assert (first.kind, first.connection_id, first.primary) == ("edit_connection", "c1", True)
    assert second == Action("run_again", "Run again", step_id=word("get"))


def test_what_was_already_sent_is_said() -> None:
    graph = flow(
        FORM,
        step("send", "http_request", method="POST", url="https://shop.example/y"),
        step("look", "http_request", url="https://shop.example/y"),
        step("stop", "stop_with_error", sentence="No."),
    )
    outcome, notebook = play(graph, ANSWER, world=replied())
    facts = RunFacts(outcome.status, error=outcome.error, failed_step_id=outcome.failed_step_id)
    found = failure(graph, notebook.ended_steps.values(), facts, catalogue=KINDS)
    assert found is not None
    assert (found.done, found.not_done) == ("Already sent: “send”.", "")
    assert [action.kind for action in found.actions] == ["fix_input", "edit_step"]
    rehearsed = RunFacts(
        outcome.status, failed_step_id=outcome.failed_step_id, mode=RunMode.REHEARSAL
    )
    found = failure(graph, notebook.ended_steps.values(), rehearsed, catalogue=KINDS)
    assert found is not None
    assert found.done == "Nothing was sent."


def test_a_missing_value_points_to_the_step() -> None:
    graph = flow(FORM, step("get", "http_request", url="https://x.example/{{ trigger.gone }}"))
    outcome, notebook = play(graph, ANSWER)
    facts = RunFacts(outcome.status, error=outcome.error, failed_step_id=outcome.failed_step_id)
    found = failure(graph, notebook.ended_steps.values(), facts, catalogue=KINDS)
    assert found is not None
    assert found.actions[0].kind == "edit_step"


def test_a_failure_of_the_run_as_a_whole() -> None:
    facts = RunFacts(RunStatus.FAILED, reason=Reason.POISON, error="It stopped its worker.")
    found = failure(DESK, [], facts, catalogue=KINDS)
    assert found is not None
    assert found.where is None
    assert found.what == (Part("It stopped its worker."),)
    assert found.not_done == "“form”, “sum”, “big”, “Look up order” and 2 more were not reached."
    assert [action.kind for action in found.actions] == ["run_again"]


def test_a_step_that_never_began_points_to_itself() -> None:
    facts = RunFacts(RunStatus.FAILED, error="No.", failed_step_id=word("ask"))
    found = failure(DESK, [], facts, catalogue=KINDS)
    assert found is not None
    assert [action.kind for action in found.actions] == ["edit_step", "run_again"]


def test_a_run_that_did_not_fail_has_no_failure() -> None:
    assert failure(DESK, [], RunFacts(RunStatus.SUCCESS), catalogue=KINDS) is None


def test_records_know_how_long_they_took() -> None:
    at = clock.now()
    record = StepRecord("a", "b", "", StepStatus.SUCCESS, started_at=at)
    assert record.elapsed_s is None
    record = StepRecord(
        "a", "b", "", StepStatus.SUCCESS, started_at=at, ended_at=at + timedelta(seconds=2)
    )
    assert record.elapsed_s == 2.0


def test_status_words() -> None:
    assert [one for one in RunStatus if one.is_final] == ["success", "failed", "cancelled"]
    assert [one for one in StepStatus if not one.is_final] == ["pending", "running", "waiting"]
    assert Notebook().ended_steps == {}


def test_a_sentence_ends_once() -> None:
    answer = said("Answered “", strong("Each pays 5."), "”")
    told = _headline([parts_of(answer)], "nothing")
    assert "".join(part.text for part in told) == "Answered “Each pays 5.”"
    assert _headline([(Part("Set total"),)], "nothing")[-1].text == "."


def test_an_amount_is_told_in_full() -> None:
    assert short(12345.67) == "12345.67"


def test_a_loop_speaks_for_the_steps_inside_it_and_counts_what_they_sent() -> None:
    loop = step("loop", "for_each", items=["a", "b"])
    send = step("send", "outside", parent=word("loop"), does="write")
    bad = step("bad", values=values(x="{{ trigger.none }}"))
    graph = flow(step("form", "start_form"), loop, send, bad, links="form>loop loop>bad")
    outcome, notebook = play(graph)
    records = [record for what, record, _ in notebook.calls if what == "ended"]
    facts = RunFacts(outcome.status, error=outcome.error, failed_step_id=outcome.failed_step_id)
    told = story(graph, records, facts, catalogue=KINDS).text
    assert told == "Started and went through 2 items."
    why = failure(graph, records, facts, catalogue=KINDS)
    assert why is not None
    assert why.done == "Already sent: “send” 2 times."
