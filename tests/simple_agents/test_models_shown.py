"""The models to choose from on the page of a simple agent, and what an answer costs about."""

from sqlalchemy.orm import Session

from app import database
from app.language_models import acts, directory
from app.language_models.models import LanguageModel, ModelProvider, Purpose
from app.simple_agents.models_shown import ModelShown, shown
from tests.cast import Cast


def add(session: Session, cast: Cast, *names: str) -> list[LanguageModel]:
    with database.writing(session):
        provider = ModelProvider(workspace_id=cast.harbour.id, kind="openai", name="OpenAI")
        session.add(provider)
        session.flush()
        return [
            acts.add_model(session, provider=provider, by=cast.ada.id, model_name=one)
            for one in names
        ]


def cards(session: Session, cast: Cast, reference: str = "") -> dict[str, ModelShown]:
    choices = directory.names_to_choose(session, cast.harbour.id)
    return {one.name: one for one in shown(session, cast.harbour, choices, reference)}


def test_a_usual_answer_has_its_price(session: Session, cast: Cast) -> None:
    add(session, cast, "gpt-4.1", "of-nobody-knows")
    found = cards(session, cast)
    # 1,500 tokens at 2 dollars a million, and 300 at 8.
    assert found["gpt-4.1"].cost == found["Default"].cost == 5_400
    assert found["of-nobody-knows"].cost is None
    assert found["Default"].about == "gpt-4.1"


def test_a_purpose_stands_there_once_a_model_was_chosen_for_it(
    session: Session, cast: Cast
) -> None:
    good, quick = add(session, cast, "gpt-4.1", "gpt-4.1-nano")
    assert not {"Fast", "Good"} & set(cards(session, cast))
    assert cards(session, cast, "fast")["Fast"].about == "gpt-4.1"
    with database.writing(session):
        wanted = {
            Purpose.DEFAULT: good,
            Purpose.FAST: quick,
        }
        acts.choose(session, cast.harbour.id, by=cast.ada.id, wanted=wanted)
    found = cards(session, cast)
    assert (found["Fast"].about, found["Fast"].cost) == ("gpt-4.1-nano", 270)
    assert "Good" not in found


def test_the_practice_model_costs_nothing_to_tell(session: Session, cast: Cast) -> None:
    found = cards(session, cast)
    assert list(found) == ["Default"]
    assert found["Default"].cost is None
