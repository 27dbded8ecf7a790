"""Five workflows of small companies: each becomes a draft that the check lets through and that
runs on the practice model."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.engine import check
from app.engine.graph import Graph, Step
from app.engine.model_port import Answer, ModelFailed, Usage
from app.engine.ports import Ports
from app.engine.problem import ConnectionFact, Known
from app.engine.states import RunStatus
from app.engine.values import Json
from app.lib.sandbox import Sandbox
from app.moving_in.connecting import Server, connected
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import Notebook, World, play
from tests.llm.practising import Practising
from tests.moving_in.conftest import program
from tests.moving_in.tooling import CHECK, said

LETTER = "My name is Ana Berg. My order of 2 lamps for 140 euros is late, please hurry."
EXPORTS = ("shop_inbox", "invoice_check", "newsletter", "night_desk", "claims_batch")
BOOKINGS = Server(
    "01900000-0000-7000-8000-000000000001",
    "Bookings",
    "https://mcp.guesthouse.example/mcp",
    {"find_room": "0123456789abcdef", "book_room": "fedcba9876543210"},
)


class WithModels(World):
    """A world with the practice model, or answers of the test, and a sandbox for code."""

    def __init__(self, sandbox: Sandbox, *answers: Answer | ModelFailed) -> None:
        super().__init__()
        self.models = Practising(*answers)
        self.sandbox = sandbox

    def ports(self, step: Step, iteration: str) -> Ports:
        """Doors to both."""
        doors = super().ports(step, iteration)
        return replace(doors, models=self.models, sandbox=self.sandbox)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


def read(name: str) -> tuple[MovedIn, Graph]:
    """A program, and its flow with the server that one of them needs."""
    whole = read_program(program(name))
    return whole, connected(whole.graph, [BOOKINGS], agents={}, may_go_on=False)


def given(graph: Graph, text: str) -> Json:
    """What a start gives: a message, or the answers of its form."""
    if graph.order[0].type == "start_form":
        return {"input_as_text": text, "late": True}
    return {"text": text, "conversation": ""}


def says(text: str = "", **values: Json) -> Answer:
    """An answer of a model."""
    return Answer(text=text, data=values or None, usage=Usage(3, 4), model="a-model")


def ran(graph: Graph, world: World, text: str = LETTER) -> tuple[Json, Notebook]:
    """The answer of a run that succeeds, and its notebook."""
    outcome, notebook = play(graph, given(graph, text), world=world)
    assert (outcome.status, outcome.error) == (RunStatus.SUCCESS, None)
    return outcome.answer, notebook


@pytest.mark.parametrize("name", EXPORTS)
def test_the_check_lets_it_through(name: str) -> None:
    _, graph = read(name)
    fact = ConnectionFact(frozenset(), BOOKINGS.name, BOOKINGS.tools)
    known = Known(connections={BOOKINGS.id: fact})
    found = check.problems(graph, CATALOGUE, known=known)
    assert [one.text for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("name", EXPORTS)
def test_it_runs_on_the_practice_model(name: str, sandbox: Sandbox) -> None:
    _, graph = read(name)
    answer, _ = ran(graph, WithModels(sandbox))
    assert answer


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("shop_inbox", 0),
        ("invoice_check", 1),
        ("newsletter", 0),
        ("night_desk", 6),
        ("claims_batch", 0),
    ],
)
def test_little_is_left_to_do(name: str, left: int) -> None:
    whole, _ = read(name)
    work = [one for one in whole.findings if one.state is not State.READY]
    assert len(work) == left, [(one.line, one.sentence) for one in work]


@pytest.mark.parametrize(
    ("sorting", "reply"),
    [
        ({"kind": "order", "urgent": False, "amount": 20}, "Two."),
        ({"kind": "order", "urgent": False, "amount": 140}, "Two. A manager reads this, too."),
        ({"kind": "complaint", "urgent": True, "amount": 3}, "One. A manager reads this, too."),
        ({"kind": "other", "urgent": False, "amount": 3}, "One."),
    ],
)
def test_the_shop_takes_the_way_that_the_program_took(
    sandbox: Sandbox, sorting: dict[str, Json], reply: str
) -> None:
    _, graph = read("shop_inbox")
    world = WithModels(sandbox, says(customer="Ana", **sorting), says("One."), says("Two."))
    answer, _ = ran(graph, world)
    tries = f"Ana, try 1, {len(LETTER)} signs"
    assert answer == {"reply": reply, "note": tries}
    assert world.models.asked[1][1].messages[-1].text.startswith("Tone: ")


def test_praise_is_thanked_for_and_ends(sandbox: Sandbox) -> None:
    _, graph = read("shop_inbox")
    praise = says(customer="Ana", kind="praise", urgent=True, amount=500)
    assert ran(graph, WithModels(sandbox, praise))[0] == "Thank you for your kind words."


@pytest.mark.parametrize(
    ("invoice", "answer"),
    [
        ({"country": "DE", "net": 100, "gross": 120, "pages": 1}, "Holm: fine"),
        ({"country": "CH", "net": 300, "gross": 360, "pages": 1}, "half the limit is used"),
        ({"country": "DE", "net": 1000, "gross": 1200, "pages": 2}, "half the limit is used"),
        ({"country": "DE", "net": 100, "gross": 130, "pages": 1}, "Please mend it."),
        ({"country": "DE", "net": 20000, "gross": 24000, "pages": 1}, "Please mend it."),
    ],
)
def test_an_invoice_is_reckoned_as_the_program_did(
    sandbox: Sandbox, invoice: dict[str, Json], answer: str
) -> None:
    _, graph = read("invoice_check")
    world = WithModels(sandbox, says(supplier="Holm", **invoice), says("Please mend it."))
    assert str(ran(graph, world)[0]).endswith(answer)


def test_a_dear_invoice_waits_for_a_person(sandbox: Sandbox) -> None:
    _, graph = read("invoice_check")
    dear = says(supplier="Holm", country="CH", net=1000, gross=1200, pages=9)
    outcome, notebook = play(graph, given(graph, LETTER), world=WithModels(sandbox, dear))
    assert outcome.status is RunStatus.WAITING
    (pause,) = notebook.pauses.values()
    assert "Pay 1200 to Holm?" in str(pause)


def test_each_topic_has_its_paragraph_and_a_failure_its_way(sandbox: Sandbox) -> None:
    _, graph = read("newsletter")
    plan = says(title="May", topics=["Brakes", "Long summer rides"])
    world = WithModels(sandbox, plan, says("On brakes."), says("On rides."), *[says("x")] * 4)
    world.models._answers.append(ModelFailed("It is busy.", "limit"))
    answer, _ = ran(graph, world)
    assert isinstance(answer, dict)
    assert (answer["text"], answer["long"]) == ("On brakes.\n\nOn rides.", 1)
    assert answer["topics"] == "x, x"


def test_beside_each_other_means_from_the_same_step() -> None:
    whole, graph = read("newsletter")
    keys = {one.id: one.key for one in graph.steps}
    sources = {keys[one.target]: keys[one.source] for one in graph.links}
    assert sources["subject_line"] == sources["translator"] == "work_out_long_topics"
    (both,) = {one.id for one in graph.steps if one.key == "for_each_2"}
    assert len([one for one in graph.links if one.target == both]) == 2
    assert "side by side" in said(whole, "subject, danish =")[1]


def test_a_night_desk_books_by_its_server_or_asks_the_host(sandbox: Sandbox) -> None:
    whole, graph = read("night_desk")
    (booker,) = [one for one in graph.steps if one.type == "agent_with_tools"]
    found = booker.fields["tools"]
    assert [row["mcp_tool"] for row in found] == ["find_room", "book_room"]  # type: ignore[index,call-overload,union-attr]
    wish = says(topic="lamps", nights=2, guests=7, language="en")
    answer, _ = ran(graph, WithModels(sandbox, wish, says("In the hall.")), "Where is the lamp?")
    assert answer == {"reply": "In the hall.", "price": 657.5, "size": "group"}
    assert "calls itself" in said(whole, "return await deeper(found")[1]
    assert said(whole, "raise")[0] is CHECK


def test_claims_are_read_one_by_one(sandbox: Sandbox) -> None:
    _, graph = read("claims_batch")
    world = WithModels(
        sandbox,
        says(person="Ola", receipts=["a", "b"], kilometres=100),
        says(kind="train", place="Bergen", amount=12.5),
        says(kind="hotel", place="Oslo", amount=90),
        says("Fine."),
        says("Fine."),
    )
    assert ran(graph, world)[0] == "fine: Fine.\nTrain: 12.5\nHotel in Oslo: 90"
