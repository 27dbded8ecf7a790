"""The steps' way to models: which one is asked, what it cost, who stands in, what is noted."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.budgets.book import Book
from app.budgets.purse import purse_of
from app.engine.model_port import Answer, Ask, Message, ModelFailed, Usage
from app.language_models import acts
from app.language_models.acts import ModelWishes, Wishes
from app.language_models.models import LanguageModel, ModelChoice, ModelProvider, Purpose, UsageDay
from app.language_models.provider_check import Found
from app.llm.port import ModelAccess
from app.notices.models import Notice
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workers.model_door import ModelDoor
from app.workers.model_notes import ModelNotes
from app.workers.run_redactor import RunRedactor
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import StartRun, agent, make_agent, start_run

__all__ = ["agent", "make_agent", "start_run"]

KEY = "sk-canary-0123456789"
ASK = Ask(messages=(Message("user", "Hello"),))


@dataclass
class Said:
    """A model that answers or fails as it is told, and remembers how it was reached."""

    reached: list[ModelAccess] = field(default_factory=list)
    trouble: dict[str, ModelFailed] = field(default_factory=dict)

    def connect(self, access: ModelAccess) -> "One":
        """One model."""
        self.reached.append(access)
        return One(access.model or access.provider, self.trouble.get(access.model))


@dataclass
class One:
    """A model behind the port."""

    name: str
    trouble: ModelFailed | None

    def answer(self, _ask: Ask) -> Answer:
        """An answer of 100 tokens read and 20 written."""
        if self.trouble:
            raise self.trouble
        return Answer(text=f"I am {self.name}", usage=Usage(100, 20), model=self.name)

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The same in two pieces."""
        answer = self.answer(ask)
        yield answer.text
        yield answer


@pytest.fixture
def said() -> Said:
    """What answers in the place of providers."""
    return Said()


@pytest.fixture
def run(agent: Agent, start_run: StartRun) -> Run:
    """A run that asks."""
    return start_run(agent)


@pytest.fixture
def door(engine: Engine, keyring: Keyring, run: Run, said: Said) -> ModelDoor:
    """The door of that run."""
    sessions = database.session_factory(engine)
    turn = contextlib.nullcontext()
    purse = purse_of(sessions, turn, Book(), run.workspace_id, run.id)
    notes = ModelNotes(
        sessions=sessions,
        workspace_id=run.workspace_id,
        run_id=run.id,
        turn_to_write=turn,
        purse=purse,
    )
    return ModelDoor(
        connect=said.connect,
        sessions=sessions,
        keyring=keyring,
        workspace_id=run.workspace_id,
        redactor=RunRedactor(),
        notes=notes,
        purse=purse,
    )


@pytest.fixture
def add(session: Session, cast: Cast, keyring: Keyring) -> Callable[..., LanguageModel]:
    """Adds a model with a provider of its own."""

    def add_one(name: str, price: tuple[int, int] | None = None) -> LanguageModel:
        with database.writing(session):
            provider = acts.add_provider(
                session,
                keyring,
                workspace_id=cast.harbour.id,
                by=cast.ada.id,
                wishes=Wishes(
                    kind="compatible", name=f"P {name}", address="https://m.example/v1", key=KEY
                ),
                found=Found("It works.", True, (name,)),
            )
            model = acts.add_model(session, provider=provider, by=cast.ada.id, model_name=name)
            if price:
                wishes = ModelWishes(
                    title=name, price_in=price[0], price_out=price[1], enabled=True
                )
                acts.change_model(session, model=model, by=cast.ada.id, wishes=wishes)
        return model

    return add_one


def used(session: Session) -> list[UsageDay]:
    session.rollback()
    return list(session.scalars(select(UsageDay).order_by(UsageDay.model)))


@on_both
def test_without_a_model_the_practice_model_answers_free(
    door: ModelDoor, session: Session, run: Run
) -> None:
    answer = door.answer("", ASK)
    assert (answer.model, answer.cost_usd) == ("Practice model", Decimal(0))
    (day,) = used(session)
    assert (day.agent_id, day.model, day.cost, day.unpriced) == (run.agent_id, answer.model, 0, 0)


@on_both
def test_the_default_is_asked_with_its_key_and_priced(
    door: ModelDoor, said: Said, session: Session, add: Callable[..., LanguageModel]
) -> None:
    add("first", (2_000_000, 10_000_000))
    for _ in range(2):
        answer = door.answer("", ASK)
    assert (answer.text, answer.cost_usd) == ("I am first", Decimal("0.0004"))
    assert {one.key for one in said.reached} == {KEY}
    assert KEY not in door.redactor.text(f"it said {KEY}")
    (day,) = used(session)
    assert (day.answers, day.input_tokens, day.output_tokens, day.cost) == (2, 200, 40, 800)


def test_an_unknown_price_is_no_price(
    door: ModelDoor, session: Session, add: Callable[..., LanguageModel]
) -> None:
    add("first")
    assert door.answer("", ASK).cost_usd is None
    (day,) = used(session)
    assert (day.cost, day.unpriced) == (0, 120)


def test_purposes_and_certain_models_are_found(
    door: ModelDoor, session: Session, cast: Cast, add: Callable[..., LanguageModel]
) -> None:
    first, quick, third = add("first"), add("quick"), add("third")
    with database.writing(session):
        wanted = {Purpose.DEFAULT: first, Purpose.FAST: quick}
        acts.choose(session, cast.harbour.id, by=cast.ada.id, wanted=wanted)
    asked = {named: door.answer(named, ASK).text for named in ("", "fast", "good", str(third.id))}
    assert list(asked.values()) == ["I am first", "I am quick", "I am first", "I am third"]


def test_models_that_cannot_be_asked_say_why(
    door: ModelDoor, session: Session, cast: Cast, add: Callable[..., LanguageModel]
) -> None:
    model = add("first")
    for gone in ("nonsense", str(cast.ada.id)):
        with pytest.raises(ModelFailed, match="was removed") as failed:
            door.answer(gone, ASK)
        assert failed.value.kind == "set_up"
    with database.writing(session):
        wishes = ModelWishes(title="first", price_in=None, price_out=None, enabled=False)
        acts.change_model(session, model=model, by=cast.ada.id, wishes=wishes)
    with pytest.raises(ModelFailed, match="“first” is switched off"):
        door.answer(str(model.id), ASK)
    with pytest.raises(ModelFailed, match="no default model"):
        door.answer("", ASK)  # and nothing is practised in silence


def test_another_workspace_has_other_models(
    door: ModelDoor, session: Session, cast: Cast, add: Callable[..., LanguageModel]
) -> None:
    model = add("first")
    object.__setattr__(door, "workspace_id", cast.elsewhere.id)
    with pytest.raises(ModelFailed, match="was removed"):
        door.answer(str(model.id), ASK)


@on_both
def test_another_model_stands_in_and_the_refusal_is_noted_once(
    door: ModelDoor,
    said: Said,
    session: Session,
    cast: Cast,
    add: Callable[..., LanguageModel],
) -> None:
    first, other = add("first"), add("other", (1_000_000, 1_000_000))
    with database.writing(session):
        wanted = {Purpose.DEFAULT: first, Purpose.FALLBACK: other}
        acts.choose(session, cast.harbour.id, by=cast.ada.id, wanted=wanted)
    said.trouble["first"] = ModelFailed(f"P first does not take the key {KEY}.", "key")
    assert door.answer("", ASK).text == "I am other"
    *pieces, last = door.stream("", ASK)
    assert pieces == ["I am other"]
    assert isinstance(last, Answer)
    assert last.model == "other"
    with pytest.raises(ModelFailed):  # whoever names a certain model gets that one or none
        door.answer(str(first.id), ASK)
    session.rollback()
    session.expire_all()
    refused = session.scalars(select(ModelProvider).where(ModelProvider.name == "P first")).one()
    assert refused.failing_since is not None
    assert KEY not in refused.last_error
    notice = session.scalars(select(Notice)).one()
    assert notice.subject == "P first does not answer your agents"
    assert KEY not in notice.text


@pytest.mark.parametrize("kind", ["refused", "too_long", "answer", "set_up"])
def test_what_another_model_would_not_mend_fails(
    door: ModelDoor,
    said: Said,
    session: Session,
    cast: Cast,
    add: Callable[..., LanguageModel],
    kind: str,
) -> None:
    first, other = add("first"), add("other")
    with database.writing(session):
        wanted = {Purpose.DEFAULT: first, Purpose.FALLBACK: other}
        acts.choose(session, cast.harbour.id, by=cast.ada.id, wanted=wanted)
    said.trouble["first"] = ModelFailed("No.", kind)  # type: ignore[arg-type]  # one of them
    with pytest.raises(ModelFailed, match=r"No\."):
        door.answer("", ASK)


def test_what_a_failure_used_is_counted(
    door: ModelDoor,
    said: Said,
    session: Session,
    cast: Cast,
    add: Callable[..., LanguageModel],
) -> None:
    first, other = add("first", (1_000_000, 1_000_000)), add("other", (1_000_000, 1_000_000))
    with database.writing(session):
        wanted = {Purpose.DEFAULT: first, Purpose.FALLBACK: other}
        acts.choose(session, cast.harbour.id, by=cast.ada.id, wanted=wanted)
    said.trouble["first"] = ModelFailed("Nothing came.", "silent", usage=Usage(1_000, 0))
    answer = door.answer("", ASK)
    assert (answer.usage.tokens, answer.cost_usd) == (1_120, Decimal("0.00112"))
    assert [(day.model, day.cost) for day in used(session)] == [("first", 1_000), ("other", 120)]


def test_a_provider_that_answers_again_is_noted(
    door: ModelDoor, said: Said, session: Session, add: Callable[..., LanguageModel]
) -> None:
    add("first")
    said.trouble["first"] = ModelFailed("No credit.", "credit")
    with pytest.raises(ModelFailed):
        door.answer("", ASK)
    failing = select(ModelProvider.failing_since)
    session.rollback()
    assert session.scalars(failing).one() is not None
    session.rollback()
    said.trouble.clear()
    door._ways.clear()  # as after a few seconds, or in the next run
    door.answer("", ASK)
    session.rollback()
    assert session.scalars(failing).one() is None


def test_a_deleted_choice_leaves_no_row(
    session: Session, cast: Cast, add: Callable[..., LanguageModel]
) -> None:
    model = add("first")
    with database.writing(session):
        session.execute(delete(LanguageModel).where(LanguageModel.id == model.id))
    assert session.scalars(select(ModelChoice)).all() == []
