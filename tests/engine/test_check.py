"""What is wrong with a flow is said in plain words, at its step and setting."""

import pytest

from app.engine.check import ConnectionFact, Known, Problem, problems, ways_out
from app.engine.graph import Graph, Link
from app.engine.states import OnError
from tests.engine.flows import KINDS, asked, flow, step, values, when, word

SHOP = Known(
    connections={"c1": ConnectionFact(frozenset({"api.shop.example", "*.b.example"}), "Shop")},
    variables=frozenset({"shop"}),
)
FORM = step("form", "start_form", inputs=asked("name"))


def found(graph: Graph) -> list[Problem]:
    """The problems of a flow in Harbour's workspace."""
    return list(problems(graph, KINDS, known=SHOP))


def texts(graph: Graph) -> list[str]:
    """Their sentences."""
    return [problem.text for problem in found(graph)]


def test_a_good_flow_has_none() -> None:
    graph = flow(
        FORM,
        step("sum", values=values(a="{{ trigger.name }} {{ vars.shop }} {{ run.id }} {{ now }}")),
        step("say", "answer", text="{{ steps.sum.a.b.c }} {{ steps.form.name }}"),
    )
    assert found(graph) == []


def test_an_empty_flow_needs_a_start() -> None:
    assert found(Graph.empty()) == [
        Problem(None, None, "error", "The flow has no start. Add a start as its first step.")
    ]


def test_a_start_alone_is_a_hint() -> None:
    (problem,) = found(flow(FORM))
    assert problem.severity == "hint"


def test_nothing_leads_to_a_start() -> None:
    graph = flow(FORM, step("one"), step("again", "start_form"))
    assert "A start begins the flow, so no step can lead to it." in texts(graph)


def test_a_step_nobody_reaches() -> None:
    (problem,) = found(flow(FORM, step("one"), step("lost"), links="form>one"))
    assert (problem.step_id, problem.severity) == (word("lost"), "error")
    assert problem.text.startswith("No way leads to this step.")


def test_a_kind_of_step_not_known_here() -> None:
    other = step("one", type_version=9)
    assert texts(flow(FORM, other)) == ["This kind of step is not known here. Remove it."]


def test_switched_off_steps_are_told() -> None:
    hint, *rest = found(flow(FORM, step("off", disabled=True)))
    assert (hint.severity, rest) == ("hint", [])
    off = step("form", "start_form", disabled=True)
    assert "The start is switched off, so nothing can begin." in texts(flow(off, step("one")))


def test_a_condition_needs_a_way_out() -> None:
    choose = step("if", "if", conditions=when("{{ trigger.name }}", "is_empty"))
    assert texts(flow(FORM, choose)) == [
        "No way leads on from here. Choose a step for one of the answers."
    ]
    graph = flow(FORM, choose, step("one"), links="form>if if.yes>one")
    assert texts(graph) == ["The run ends here on “No”."]


def test_a_forgiven_condition_says_where_it_goes_on() -> None:
    choose = step("if", "if", conditions=when("x", "is_yes"), on_error=OnError.CONTINUE)
    graph = flow(FORM, choose, step("one"), step("two"), links="form>if if.yes>one if.no>two")
    assert texts(graph) == ["If this step fails, the run goes on by “Yes”."]


def test_links_by_ways_that_do_not_exist() -> None:
    graph = flow(FORM, step("one"), step("two"), links="form>one one.error>two")
    assert "A link leaves by “error”, a way out this step does not have." in texts(graph)


def test_an_error_way_that_leads_nowhere_is_a_hint() -> None:
    guarded = step("one", on_error=OnError.ERROR_PORT)
    (problem,) = found(flow(FORM, guarded))
    assert problem.severity == "hint"
    assert ways_out(guarded, KINDS["set_values"]) == (("out", "Then"), ("error", "If it fails"))


def test_the_error_way_offers_what_went_wrong() -> None:
    graph = flow(
        FORM,
        step("one", on_error=OnError.ERROR_PORT),
        step("say", "answer", text="{{ steps.one.error }}"),
        links="form>one one.error>say",
    )
    assert texts(graph) == []


def test_a_forgiven_step_may_give_anything() -> None:
    forgiven = step("one", on_error=OnError.CONTINUE, default_output={"price": 0})
    assert texts(flow(FORM, forgiven, step("say", "answer", text="{{ steps.one.price }}"))) == []


def test_required_settings() -> None:
    (problem,) = found(flow(FORM, step("say", "answer", text="")))
    assert problem == Problem(word("say"), "text", "error", "“Text” is empty.")


def test_only_settings_that_apply_are_asked_for() -> None:
    assert texts(flow(FORM, step("say", "answer", kind="values", values=values(a="b")))) == []


def test_settings_that_the_step_does_not_know() -> None:
    odd = step("say", "answer", text="x", evil="y")
    assert texts(flow(FORM, odd)) == ["“evil” is a setting that this step does not know."]


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ steps.gone.x }}", "“Text” uses steps.gone.x. There is no step with the key gone."),
        ("{{ steps.say.x }}", "“Text” uses steps.say.x. A step cannot use its own result."),
        ("{{ steps.later }}", "“Text” uses steps.later. “later” does not come before this step."),
        ("{{ steps.sum.b }}", "“Text” uses steps.sum.b. There is no “b” in steps.sum. There is a."),
        ("{{ trigger.nam }}", "“Text” uses trigger.nam. The start does not give “nam”."),
        ("{{ vars.x }}", "“Text” uses vars.x. This workspace has no variable “x”."),
        (
            "{{ user.x }}",
            "“Text” uses user.x. There is no “user” to begin with. "
            "There is steps, trigger, vars, run, now.",
        ),
        ("Hi {{ trigger.name", "“Text”, at character 19: A {{ has no }} behind it."),
        ("{{ trigger.name | up }}", "“Text”, at character 19: There is no filter “up”."),
    ],
)
def test_references_that_lead_nowhere(template: str, sentence: str) -> None:
    graph = flow(
        FORM,
        step("sum", values=values(a="1")),
        step("say", "answer", text=template),
        step("later"),
    )
    assert found(graph) == [Problem(word("say"), "text", "error", sentence)]


def test_a_step_on_another_branch_is_not_before() -> None:
    graph = flow(
        FORM,
        step("a"),
        step("b", values=values(x="{{ steps.a.done }}")),
        links="form>a form>b",
    )
    assert texts(graph) == ["“Values” uses steps.a.done. “a” does not come before this step."]


def test_without_a_start_the_trigger_has_nothing() -> None:
    graph = flow(step("one", values=values(a="{{ trigger.x }}")))
    assert any("The start does not give “x”." in text for text in texts(graph))


@pytest.mark.parametrize(
    ("url", "connection", "sentence"),
    [
        ("https://api.shop.example/x", "c1", None),
        ("https://a.b.example/{{ trigger.name }}", "c1", None),
        ("https://{{ trigger.name }}/x", "c1", None),
        ("{{ trigger.name }}", "c1", None),
        ("https://api.shop.example", "gone", "“Connection” was deleted. Choose another one."),
        (
            "https://evil.example/{{ trigger.name }}",
            "c1",
            "The connection “Shop” may not be sent to evil.example. "
            "Choose another connection or another address.",
        ),
        ("ftp://x", "", "A web address starts with https:// or http://, then the host."),
        ("", "", "“Address” is empty."),
    ],
)
def test_connections_and_their_hosts(url: str, connection: str, sentence: str | None) -> None:
    graph = flow(FORM, step("get", "http_request", url=url, connection=connection))
    assert texts(graph) == ([] if sentence is None else [sentence])


def test_an_unknown_step_before_offers_nothing() -> None:
    strange = step("one", type_version=9)
    graph = flow(FORM, strange, step("say", "answer", text="{{ steps.one.x }}"))
    assert len(texts(graph)) == 2


def test_problems_come_in_reading_order() -> None:
    graph = Graph(
        steps=(step("say", "answer", text=""), step("sum", values=[]), FORM),
        links=(
            Link("link0001", word("form"), "out", word("sum")),
            Link("link0002", word("sum"), "out", word("say")),
        ),
    )
    assert [problem.step_id for problem in found(graph)] == [word("sum"), word("say")]
