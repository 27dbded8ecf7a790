"""The triggers of an agent follow its published start steps."""

from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.triggers.models import TriggerKind
from tests.cast import Cast
from tests.runs.conftest import MakeAgent
from tests.runs.flows import answer, form, greeting, in_a_row, step
from tests.triggers.conftest import Publish, SwitchOn, triggers_of


def test_publishing_makes_a_row_per_start(
    session: Session, make_agent: MakeAgent, publish: Publish
) -> None:
    agent = make_agent(greeting())
    assert triggers_of(session, agent) == []
    (trigger,) = triggers_of(session, publish(agent))
    assert (trigger.kind, trigger.node_id, trigger.is_present) == (
        TriggerKind.FORM,
        "start000",
        True,
    )
    assert trigger.name == "Start"
    assert len(trigger.token or "") == 32


def test_a_trigger_keeps_its_address_from_version_to_version(
    session: Session, make_agent: MakeAgent, publish: Publish
) -> None:
    agent = publish(make_agent(greeting()))
    (first,) = triggers_of(session, agent)
    token = first.token
    publish(agent, in_a_row(form("name", "place"), answer("Hello")))
    (second,) = triggers_of(session, agent)
    assert (second.id, second.token) == (first.id, token)
    assert [one["key"] for one in second.settings["inputs"]] == ["name", "place"]


def test_a_start_that_is_gone_is_kept_and_comes_back(
    session: Session, make_agent: MakeAgent, publish: Publish
) -> None:
    agent = publish(make_agent(greeting()))
    (first,) = triggers_of(session, agent)
    token = first.token
    publish(agent, in_a_row(step("other", "start_form"), answer("Hello")))
    old, new = triggers_of(session, agent)
    assert (old.is_present, new.is_present) == (False, True)
    assert new.token != token
    publish(agent, greeting())
    old, new = triggers_of(session, agent)
    assert (old.is_present, old.token, new.is_present) == (True, token, False)


def test_the_switch_changes_no_address(session: Session, switched_on: SwitchOn, cast: Cast) -> None:
    agent = switched_on(greeting())
    (before,) = triggers_of(session, agent)
    token = before.token
    for verb in (lifecycle.switch_off, lifecycle.archive, lifecycle.unarchive):
        with database.writing(session):
            verb(session, agent, by=cast.ben)
    (after,) = triggers_of(session, agent)
    assert (after.id, after.token, after.is_present) == (before.id, token, True)
