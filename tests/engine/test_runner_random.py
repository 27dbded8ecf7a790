"""Whatever the flow, every step ends once, in an order that the links allow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.graph import Graph, Link
from app.engine.states import OnError, RunStatus, StepStatus
from tests.engine.flows import flow, play, step, word

WAYS = st.sampled_from(["a", "a", "b", "b", "fail"])


@st.composite
def flows(draw: st.DrawFn) -> Graph:
    """A start and up to twelve crossroads, linked forward at random."""
    keys = list("abcdefghijkl")[: draw(st.integers(1, 12))]
    steps = [
        step(
            key,
            "crossroads",
            way=draw(WAYS),
            disabled=draw(st.integers(0, 9)) == 0,
            on_error=draw(st.sampled_from(list(OnError))),
        )
        for key in keys
    ]
    links = []
    for place, key in enumerate(keys):
        for source in ["form", *keys[:place]]:
            if draw(st.booleans()):
                ports = ["out"] if source == "form" else ["a", "b", "error"]
                links.append(f"{source}.{draw(st.sampled_from(ports))}>{key}")
    return flow(step("form", "start_form"), *steps, links=" ".join(links) or f"form>{keys[0]}")


def taken(graph: Graph, link: Link, ports: dict[str, str | None]) -> bool:
    """Whether the run went along a link, by the records alone."""
    source = graph.step(link.source)
    way = "a" if source.disabled and ports.get(link.source) is None else ports.get(link.source)
    return way == link.source_port


@settings(max_examples=50, deadline=None)
@given(flows())
def test_every_step_ends_in_exactly_one_status(graph: Graph) -> None:
    outcome, notebook = play(graph)
    assert set(notebook.ended_steps) == {one.id for one in graph.steps}
    failed = [
        record
        for record in notebook.ended_steps.values()
        if record.status is StepStatus.FAILED
        and graph.step(record.step_id).on_error is OnError.STOP
    ]
    assert (outcome.status is RunStatus.FAILED) == bool(failed)
    if outcome.status is RunStatus.SUCCESS:
        assert StepStatus.CANCELLED not in notebook.statuses().values()


@settings(max_examples=50, deadline=None)
@given(flows())
def test_the_order_respects_the_links(graph: Graph) -> None:
    _, notebook = play(graph)
    ended: set[str] = set()
    for what, record, _ in notebook.calls:
        if what == "started":
            before = {link.source for link in graph.links_to(record.step_id)}
            assert before <= ended
        else:
            ended.add(record.step_id)


@settings(max_examples=50, deadline=None)
@given(flows())
def test_a_step_runs_exactly_when_a_way_to_it_was_taken(graph: Graph) -> None:
    outcome, notebook = play(graph)
    if outcome.status is not RunStatus.SUCCESS:
        return
    ports = {step_id: record.port for step_id, record in notebook.ended_steps.items()}
    passed = {word("form")}
    for one in graph.order:
        came = any(
            link.source in passed and taken(graph, link, ports) for link in graph.links_to(one.id)
        )
        if came:
            passed.add(one.id)
        if not came and one.id != word("form"):
            assert notebook.statuses()[one.id] is StepStatus.SKIPPED
        elif not one.disabled:
            assert notebook.statuses()[one.id] is not StepStatus.SKIPPED


@settings(max_examples=50, deadline=None)
@given(flows())
def test_a_second_claim_comes_to_the_same_end(graph: Graph) -> None:
    first, notebook = play(graph)
    kept = {(record.step_id, ""): record for record in notebook.ended_steps.values()}
    again, replayed = play(graph, history=kept)
    assert again == first
    assert all(what != "started" for what, _, _ in replayed.calls)
