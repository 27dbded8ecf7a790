"""A run goes from its start to its end, and every step ends in exactly one status."""

import pytest

from app.engine.graph import Retry
from app.engine.outcome import Limits
from app.engine.states import OnError, Reason, RunStatus, StepStatus
from tests.engine.flows import Notebook, World, asked, flow, play, step, values, when, word


def test_it_works() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("bill", "people", kind="number")),
        step("share", values=values(each="{{ trigger.bill | divided_by: trigger.people }}")),
        step("answer", "answer", text="Each pays {{ steps.share.each | decimals: 2 }}."),
    )
    outcome, notebook = play(graph, {"bill": "100.50", "people": 3})
    assert outcome.status is RunStatus.SUCCESS
    assert outcome.answer == "Each pays 33.50."
    assert set(notebook.statuses().values()) == {StepStatus.SUCCESS}
    assert notebook.order() == [word("form"), word("share"), word("answer")]


def test_a_single_reference_keeps_its_kind() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("n", kind="number")),
        step("keep", values=values(number="{{ trigger.n }}", text="n = {{ trigger.n }}")),
        step("answer", "answer", kind="values", values=values(all="{{ steps.keep }}")),
    )
    outcome, _ = play(graph, {"n": "7"})
    assert outcome.answer == {"all": {"number": 7, "text": "n = 7"}}


def test_the_way_not_taken_is_skipped_and_null() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("n", kind="number")),
        step("big", "if", conditions=when("{{ trigger.n }}", "more_than", 10)),
        step("large", values=values(word="large")),
        step("small", values=values(word="small")),
        step("answer", "answer", kind="values", values=values(l="{{ steps.large.word }}")),
        links="form>big big.yes>large big.no>small large>answer small>answer",
    )
    outcome, notebook = play(graph, {"n": 5})
    assert outcome.answer == {"l": None}
    assert notebook.record("large").status is StepStatus.SKIPPED
    assert notebook.record("large").started_at is None
    assert notebook.order().count(word("answer")) == 1


def test_a_join_waits_for_all_its_links() -> None:
    graph = flow(
        step("form", "start_form"),
        step("one"),
        step("two"),
        step("more"),
        step("join"),
        links="form>one form>two two>more one>join more>join",
    )
    _, notebook = play(graph)
    assert notebook.order()[-1] == word("join")
    assert notebook.order().count(word("join")) == 1


def test_a_chain_of_skipped_steps_is_skipped_to_its_end() -> None:
    graph = flow(
        step("form", "start_form"),
        step("no", "if", conditions=when("a", "is", "b")),
        step("one"),
        step("two"),
        links="form>no no.yes>one one>two",
    )
    outcome, notebook = play(graph)
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("two").status is StepStatus.SKIPPED


def test_a_step_nobody_leads_to_is_skipped() -> None:
    graph = flow(step("form", "start_form"), step("lost"), step("child"), links="lost>child")
    _, notebook = play(graph)
    assert notebook.record("lost").status is StepStatus.SKIPPED
    assert notebook.record("child").status is StepStatus.SKIPPED


def test_a_disabled_step_is_passed_by_on_its_first_way() -> None:
    graph = flow(
        step("form", "start_form"),
        step("off", "if", disabled=True),
        step("yes"),
        step("no"),
        links="form>off off.yes>yes off.no>no",
    )
    _, notebook = play(graph)
    assert notebook.record("off").status is StepStatus.SKIPPED
    assert notebook.record("yes").status is StepStatus.SUCCESS
    assert notebook.record("no").status is StepStatus.SKIPPED


def test_references_see_the_run_the_variables_and_the_time_of_the_workspace() -> None:
    rows = values(id="{{ run.id }}", shop="{{ vars.shop }}", now="{{ now }}", mode="{{ run.mode }}")
    graph = flow(step("form", "start_form"), step("a", "answer", kind="values", values=rows))
    outcome, _ = play(graph, variables={"shop": "Harbour"}, timezone="Asia/Tokyo", run_id="r7")
    assert isinstance(outcome.answer, dict)
    assert outcome.answer["id"] == "r7"
    assert outcome.answer["shop"] == "Harbour"
    assert outcome.answer["mode"] == "live"
    assert str(outcome.answer["now"]).endswith("+09:00")


def test_the_last_answer_counts() -> None:
    graph = flow(
        step("form", "start_form"),
        step("first", "answer", text="one"),
        step("second", "answer", text="two"),
    )
    assert play(graph)[0].answer == "two"


def test_wrong_input_fails_at_the_start() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("n", kind="number")),
        step("next"),
    )
    outcome, notebook = play(graph, {"n": "many"})
    assert outcome.status is RunStatus.FAILED
    assert outcome.error == "“n” must be a number."
    assert outcome.failed_step_id == word("form")
    assert notebook.record("next").status is StepStatus.CANCELLED


def test_a_missing_value_fails_its_step_and_says_what_there_is() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("name")),
        step("use", values=values(x="{{ trigger.nmae }}")),
    )
    outcome, notebook = play(graph, {"name": "Ada"})
    assert outcome.error == "“Values”: There is no “nmae” in trigger. It has name."
    assert notebook.record("use").given is None


def test_stop_with_error_ends_the_run_with_its_sentence() -> None:
    graph = flow(
        step("form", "start_form"),
        step("stop", "stop_with_error", sentence="The order number is missing.", retry=Retry(3)),
    )
    outcome, notebook = play(graph)
    assert outcome.error == "The order number is missing."
    assert notebook.record("stop").attempt == 1


def test_a_failed_step_can_be_forgiven() -> None:
    graph = flow(
        step("form", "start_form"),
        step(
            "out",
            "outside",
            how="bad",
            on_error=OnError.CONTINUE,
            default_output={"price": 0},
        ),
        step("answer", "answer", text="{{ steps.out.price }}"),
    )
    outcome, notebook = play(graph, world=World(failures={"bad": 1}))
    assert outcome.status is RunStatus.SUCCESS
    assert outcome.answer == "0"
    assert notebook.record("out").status is StepStatus.FAILED
    assert notebook.record("out").port == "out"


def test_without_a_default_a_forgiven_step_is_null() -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", how="bad", on_error=OnError.CONTINUE),
        step("answer", "answer", kind="values", values=values(p="{{ steps.out.body.price }}")),
    )
    assert play(graph, world=World(failures={"bad": 1}))[0].answer == {"p": None}


def test_a_failed_step_can_leave_by_its_error_way() -> None:
    graph = flow(
        step("form", "start_form"),
        step("out", "outside", how="bad", on_error=OnError.ERROR_PORT),
        step("fine"),
        step("sorry", "answer", text="{{ steps.out.error }} {{ steps.out.status }}"),
        links="form>out out>fine out.error>sorry",
    )
    outcome, notebook = play(graph, world=World(failures={"bad": 1}))
    assert outcome.status is RunStatus.SUCCESS
    assert outcome.answer == "The other side was busy. 503"
    assert notebook.record("fine").status is StepStatus.SKIPPED


def test_a_fault_of_our_own_is_told_and_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    graph = flow(step("form", "start_form"), step("out", "outside", how="fault"))
    outcome, _ = play(graph)
    assert outcome.error is not None
    assert "ZeroDivisionError" in outcome.error
    assert "Traceback" in caplog.text


def test_an_output_over_the_cap_fails_its_step() -> None:
    graph = flow(
        step("form", "start_form", inputs=asked("t")),
        step("twice", values=values(x="{{ trigger.t }}{{ trigger.t }}")),
    )
    outcome, _ = play(graph, {"t": "a" * 600}, limits=Limits(max_output_bytes=1_000))
    assert outcome.error == (
        "The step gave more than 1 KB, the most that one step may pass on. Ask for less at once."
    )


def test_a_run_has_a_most_number_of_steps() -> None:
    graph = flow(step("form", "start_form"), step("one"), step("two"))
    outcome, notebook = play(graph, limits=Limits(max_steps=2))
    assert outcome.error == "The run came to more than 2 steps."
    assert notebook.record("two").status is StepStatus.CANCELLED


def test_a_run_has_a_time_limit() -> None:
    graph = flow(step("form", "start_form"), step("one"), step("two"))
    outcome, notebook = play(graph, limits=Limits(max_run_s=0))
    assert (outcome.status, outcome.reason) == (RunStatus.FAILED, Reason.TIME_LIMIT)
    assert outcome.error == "The run took longer than 0 s, its time limit."
    assert len(notebook.ended_steps) == 3


def test_a_step_without_effect_has_no_way_out() -> None:
    graph = flow(step("form", "start_form"), step("one", "echo", value="{{ run.id }}"))
    _, notebook = play(graph)
    assert notebook.record("one").output == "run1"


def test_a_way_out_that_does_not_exist_is_a_failure() -> None:
    graph = flow(step("form", "start_form"), step("cross", "crossroads", way="c"))
    outcome, _ = play(graph)
    assert outcome.error == "The step left by “c”, a way it does not have."


def test_records_are_durable_where_repeating_would_hurt() -> None:
    graph = flow(
        step("form", "start_form"),
        step("look", "outside", does="read"),
        step("send", "outside", does="write"),
        step("after"),
    )
    notebook = Notebook()
    play(graph, notebook=notebook)
    durable = {(what, record.step_id) for what, record, durable in notebook.calls if durable}
    assert durable == {("started", word("send")), ("ended", word("send"))}
