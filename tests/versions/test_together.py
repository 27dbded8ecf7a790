"""Agents that one runs are published together with it: all of them, or none."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database, ports
from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.engine import edit
from app.engine.errors import EditRefused
from app.reviews import answering, asking, rule
from app.reviews.models import Review
from app.versions import publication, together
from app.versions.publication import PublicationRefused, WideningRefused
from app.workspaces.models import Member
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast
from tests.databases import on_both
from tests.versions.family import Family, calling, family, running, silent

PAGE = f"{AGENTS}/desk/publication"
Browser = Callable[[User], FlaskClient]


@pytest.fixture
def three(session: Session, cast: Cast) -> Family:
    """Ben's three agents."""
    return family(session, cast.harbour, cast.ben)


def publish(three: Family, **more: Any) -> tuple[together.Published, ...]:
    """Ben publishes the desk and all it runs."""
    revisions = more.pop("revisions", None) or three.revisions()
    with database.writing(three.session):
        return together.publish_all(
            three.session, three.desk, by=three.by, revisions=revisions, **more
        )


def form_of(three: Family, **more: Any) -> dict[str, Any]:
    """What the page of the desk posts."""
    revisions = three.revisions()
    beside = [f"{id_}:{now}" for id_, now in revisions.items() if id_ != str(three.desk.id)]
    own = revisions[str(three.desk.id)]
    return {"revision": own, "beside": beside, "version": "", "note": "", **more}


@on_both
def test_all_are_published_those_that_others_run_first(three: Family) -> None:
    made = publish(three, note="We begin")
    assert [one.agent.name for one in made] == ["Clerk", "Helper", "Desk"]
    assert [one.version.note for one in made] == [
        "Published together with “Desk”.",
        "Published together with “Desk”.",
        "We begin",
    ]
    assert three.versions() == {"Clerk": "1.0.0", "Helper": "1.0.0", "Desk": "1.0.0"}
    acts = three.session.scalars(
        select(AuditEvent.subject)
        .where(AuditEvent.action == "agent_published")
        .order_by(AuditEvent.position)
    ).all()
    assert acts == ["Clerk", "Helper", "Desk"]
    desk = three.session.get_one(Agent, three.desk.id)
    assert "Send data to hooks.example" in desk.capabilities


@on_both
def test_none_is_published_while_one_has_a_problem(three: Family) -> None:
    three.change(three.clerk, silent)
    with pytest.raises(EditRefused) as refused:
        publish(three)
    assert refused.value.sentence == "Nothing was published. “Clerk” has 1 thing to mend."
    assert set(three.versions().values()) == {""}


def test_none_is_published_while_the_first_has_a_problem(three: Family) -> None:
    three.change(three.desk, silent)
    with pytest.raises(PublicationRefused):
        publish(three)
    assert set(three.versions().values()) == {""}


def test_alone_it_still_says_what_is_missing(three: Family) -> None:
    with pytest.raises(PublicationRefused) as refused, database.writing(three.session):
        publication.publish(three.session, three.desk, by=three.by, expected_revision=1)
    (problem,) = refused.value.problems
    assert problem.text.startswith("“Agent” is not published, or was put away.")


def test_drafts_that_moved_are_looked_at_again(three: Family) -> None:
    before = three.revisions()
    three.change(three.clerk, calling)
    with pytest.raises(DraftMoved):
        publish(three, revisions=before)
    with pytest.raises(DraftMoved):
        publish(three, revisions={str(three.desk.id): 1, str(three.helper.id): 1})
    assert set(three.versions().values()) == {""}


def test_agents_that_run_each_other_are_published_together(three: Family) -> None:
    three.change(three.clerk, lambda graph: running(graph, three.desk.id))
    assert len(publish(three)) == 3


def test_what_is_put_away_is_not_among_them(three: Family, cast: Cast) -> None:
    with database.writing(three.session):
        lifecycle.archive(three.session, three.clerk, by=cast.ben)
    left = {id_: now for id_, now in three.revisions().items() if id_ != str(three.clerk.id)}
    with pytest.raises(EditRefused, match="“Helper” has 1 thing to mend"):
        publish(three, revisions=left)
    assert set(three.versions().values()) == {""}


def test_what_the_others_touch_is_confirmed_too(three: Family) -> None:
    helped = drafts.draft_of(three.session, three.desk).flow_graph.graph
    step = next(one for one in helped.steps if one.type == "run_agent")
    three.change(three.desk, lambda graph: edit.remove_step(graph, step.id))
    with database.writing(three.session):
        publication.publish(three.session, three.desk, by=three.by, expected_revision=2)
    three.change(three.desk, lambda graph: running(graph, three.helper.id))
    with pytest.raises(WideningRefused) as refused:
        publish(three)
    keys = {one.key for one in refused.value.touches}
    assert "write host hooks.example" in keys
    assert three.versions()["Helper"] == ""
    made = publish(three, confirmed=keys)
    assert [one.version.version for one in made] == ["1.0.0", "1.0.0", "2.0.0"]


@pytest.fixture
def second_person(three: Family, cast: Cast) -> None:
    """Publishing needs a second person, and the room of reviews is asked."""
    ports.fill()
    with database.writing(three.session):
        owner = _member(three.session, cast)
        rule.switch(three.session, cast.harbour, on=True, by=owner)


def _member(session: Session, cast: Cast) -> Member:
    here = {"workspace_id": cast.harbour.id, "user_id": cast.ada.id}
    return session.query(Member).filter_by(**here).one()


def _approved(three: Family, agent: Agent, cast: Cast) -> Review:
    now = three.revisions()[str(agent.id)]
    with database.writing(three.session):
        review = asking.ask(
            three.session, agent, by=cast.ben, to=(), words="", expected_revision=now
        )
    three.session.rollback()
    with database.writing(three.session):
        answering.answer(
            three.session,
            review,
            by=_member(three.session, cast),
            approve=True,
            words="",
            digest=review.digest,
            round_=review.round,
        )
    return review


def test_each_needs_its_own_second_person(three: Family, second_person: None, cast: Cast) -> None:
    _approved(three, three.desk, cast)
    _approved(three, three.helper, cast)
    with pytest.raises(EditRefused) as refused:
        publish(three)
    assert "“Clerk”: Publishing needs a second person here." in refused.value.sentence
    assert "Helper" not in refused.value.sentence
    assert set(three.versions().values()) == {""}
    _approved(three, three.clerk, cast)
    assert len(publish(three)) == 3


def test_the_page_says_who_is_missing_and_publishes_all(
    three: Family, browser: Browser, cast: Cast
) -> None:
    ben = browser(cast.ben)
    page = words(ben.get(PAGE))
    assert "It runs 2 agents that are not published yet" in page
    assert "all of them, or none" in page
    assert "Publish all 3" in page
    assert "to mend before this can be published" not in page
    answer = post(ben, PAGE, PAGE, form_of(three, switch_on="yes"))
    assert answer.location == f"{AGENTS}/desk"
    said = words(ben.get(answer.location))
    assert "Version 1.0.0 is published, and 2 agents that it runs." in said
    three.session.rollback()
    assert all(one.is_on for one in three.session.scalars(select(Agent)))


def test_without_the_tick_they_stay_off(three: Family, browser: Browser, cast: Cast) -> None:
    post(browser(cast.ben), PAGE, PAGE, form_of(three))
    three.session.rollback()
    found = three.session.scalars(select(Agent)).all()
    assert [one.is_published for one in found] == [True] * 3
    assert not any(one.is_on for one in found)


def test_the_page_names_the_problems_of_each(three: Family, browser: Browser, cast: Cast) -> None:
    ben = browser(cast.ben)
    sent = form_of(three)
    three.change(three.clerk, silent)
    page = ben.get(PAGE)
    assert "1 thing to mend" in words(page)
    assert f"{AGENTS}/clerk/edit" in page.text
    assert "Nothing is published while one of them cannot be." in words(page)
    assert "Publish all 3" not in words(page)
    assert post(ben, PAGE, PAGE, sent).status_code == 409
    again = post(ben, PAGE, PAGE, form_of(three))
    assert again.status_code == 422
    assert "“Clerk” has 1 thing to mend." in words(again)
    assert set(three.versions().values()) == {""}


def test_the_page_says_who_still_needs_a_second_person(
    three: Family, second_person: None, browser: Browser, cast: Cast
) -> None:
    _approved(three, three.desk, cast)
    page = words(browser(cast.ben).get(PAGE))
    assert page.count("Needs a second person") == 2
    assert "Publish all 3" not in page
    for one in (three.helper, three.clerk):
        _approved(three, one, cast)
    assert "Publish all 3" in words(browser(cast.ben).get(PAGE))


def test_a_review_of_it_publishes_all_too(
    three: Family, second_person: None, browser: Browser, cast: Cast
) -> None:
    asked, *_ = [_approved(three, one, cast).id for one in three.everyone]
    page = browser(cast.ben).get(f"/w/harbour-pine/reviews/{asked}")
    assert "Publish all 3" in words(page)


@pytest.mark.parametrize("beside", ["x", "x:1", ":", "x:-1", "x:99999999999999", "x:٣"])
def test_a_wrong_form_publishes_nothing(
    three: Family, browser: Browser, cast: Cast, beside: str
) -> None:
    answer = post(browser(cast.ben), PAGE, PAGE, form_of(three, beside=[beside]))
    assert answer.status_code in (409, 422)
    assert set(three.versions().values()) == {""}


def test_a_viewer_may_not(three: Family, browser: Browser, cast: Cast) -> None:
    form = form_of(three)
    assert browser(cast.cleo).post(PAGE, data=form).status_code in (400, 403)
    assert browser(cast.dan).post(PAGE, data=form).status_code in (400, 404)
    assert set(three.versions().values()) == {""}


def test_another_workspace_s_agents_are_never_among_them(
    session: Session, three: Family, cast: Cast
) -> None:
    away = family(session, cast.elsewhere, cast.dan)
    three.change(three.desk, lambda graph: running(graph, away.clerk.id))
    with pytest.raises(PublicationRefused):
        publish(three)
    assert set(three.versions().values()) == {""}
