"""The pages of reviews: asking, reading, commenting, answering, publishing from there."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.reviews import rule, thread
from app.reviews.models import Review, ReviewStatus
from app.runs.models import Run
from tests.agents.flows import named
from tests.agents.pages import AGENTS, post, token, words
from tests.cast import Cast
from tests.reviews.conftest import Answer, Ask, Change, rename

Browser = Callable[[User], FlaskClient]
REVIEWS = "/w/harbour-pine/reviews"
PUBLISH = f"{AGENTS}/greeter/publication"


@pytest.fixture
def ada(browser: Browser, cast: Cast, changed: None) -> FlaskClient:
    """Ada's browser; there is something to ask about."""
    return browser(cast.ada)


@pytest.fixture
def review(ask: Ask, changed: None, cast: Cast) -> Review:
    """Ada has asked Ben."""
    return ask(cast.ben, words="The greeting is kinder.")


def page_of(review: Review) -> str:
    """The address of a review."""
    return f"{REVIEWS}/{review.id}"


def asked(review: Review, **more: object) -> dict[str, object]:
    """What the form of an answer carries."""
    return {"digest": review.digest, "round": review.round, **more}


def test_a_colleague_is_asked_from_the_page_that_publishes(
    ada: FlaskClient, session: Session, agent: Agent, cast: Cast, browser: Browser
) -> None:
    assert "Ask a colleague" in words(ada.get(PUBLISH))
    form = f"{AGENTS}/greeter/reviews/new"
    said = words(ada.get(form))
    assert "Ben Builder, may approve it" in said
    assert "Cleo Viewer, may read it and comment" in said
    assert "Ada Owner" not in said
    answer = post(
        ada,
        form,
        f"{AGENTS}/greeter/reviews",
        {"to": [cast.ben.id.hex], "words": "The greeting is kinder.", "revision": 2},
    )
    session.rollback()
    review = thread.open_review(session, agent)
    assert review is not None
    assert answer.location == page_of(review)
    said = words(ada.get(answer.location))
    assert "Ada asked Ben" in said
    assert "The greeting is kinder." in said
    assert "You asked for this review, so somebody else answers it." in said
    assert "A colleague was asked to look at this draft" in words(ada.get(PUBLISH))
    notice = words(browser(cast.ben).get("/w/harbour-pine/notices"))
    assert "Ada asks you to look at “Greeter”" in notice


def test_a_draft_that_moved_is_looked_at_again(ada: FlaskClient, cast: Cast) -> None:
    answer = post(
        ada, f"{AGENTS}/greeter/reviews/new", f"{AGENTS}/greeter/reviews", {"revision": 1}
    )
    assert answer.status_code == 409
    assert "Somebody changed the draft meanwhile" in words(answer)


def test_a_wrong_form_comes_back(
    ada: FlaskClient, review: Review, browser: Browser, cast: Cast
) -> None:
    new, to = f"{AGENTS}/greeter/reviews/new", f"{AGENTS}/greeter/reviews"
    for form in ({"words": "x" * 2001}, {"to": [cast.dan.id.hex]}):
        answer = post(ada, new, to, {"revision": 2, **form})
        assert answer.status_code == 422
    ben, page = browser(cast.ben), page_of(review)
    answer = post(ben, page, f"{page}/answers", asked(review, answer="changes", words=""))
    assert answer.status_code == 422
    assert "Say in a few words what should change." in words(answer)
    assert post(ben, page, f"{page}/answers", asked(review, answer="maybe")).status_code == 400
    answer = post(ben, page, f"{page}/comments", {"step": "", "text": ""})
    assert answer.status_code == 422
    answer = post(ben, page, f"{page}/comments", {"step": "nothing0", "text": "What is this?"})
    assert answer.status_code == 422
    assert "What is this?" in answer.text, "the words are kept"


def test_it_shows_what_changes_and_what_reaches_further(
    ada: FlaskClient, change: Change, ask: Ask, cast: Cast, browser: Browser
) -> None:
    change(_call)
    page = page_of(ask(cast.ben))
    said = words(browser(cast.ben).get(page))
    assert "What changes since 1.0.0" in said
    assert "It will reach further than before" in said
    assert "Send data to hooks.example" in said
    assert "What it can touch" in said
    flow = browser(cast.cleo).get(f"{page}/flow")
    assert '"added"' in flow.text
    assert page in flow.text, "the way back leads to the review"


def test_an_approval_is_seen_and_publishes_from_there(
    session: Session, review: Review, browser: Browser, cast: Cast, second_person: None
) -> None:
    page, ben, ada = page_of(review), browser(cast.ben), browser(cast.ada)
    assert post(ada, page, PUBLISH, {"revision": 2}).status_code == 422
    assert "Publish" not in _buttons(ada.get(PUBLISH).text)
    post(ben, page, f"{page}/answers", asked(review, answer="approve", words="Fine."))
    said = ada.get(page)
    assert "Approved by Ben: publish it" in words(said)
    assert "You approved this draft yourself" in words(ben.get(page))
    answer = ada.post(PUBLISH, data={"csrf_token": token(said), "revision": 2})
    assert answer.status_code == 303
    assert "Approved by Ben" in words(ada.get(f"{AGENTS}/greeter/versions/2"))
    session.rollback()
    assert review.status is ReviewStatus.PUBLISHED
    assert "published it as version 1.0.1" in words(ben.get(page))


def test_a_draft_that_changed_since_is_said_plainly(
    review: Review, answer: Answer, change: Change, browser: Browser, cast: Cast
) -> None:
    answer(cast.ben)
    change(rename("Hi"))
    said = words(browser(cast.ada).get(page_of(review)))
    assert "The draft has changed since" in said
    assert "What Ben approved is not what would be published now." in said
    assert "publish it" not in said
    assert "What Ben approved is not what" in words(browser(cast.ada).get(PUBLISH))


def test_an_answer_to_an_earlier_draft_is_not_kept(
    session: Session, review: Review, change: Change, ask: Ask, browser: Browser, cast: Cast
) -> None:
    ben, page = browser(cast.ben), page_of(review)
    form = asked(review, answer="approve", words="Good.", csrf_token=token(ben.get(page)))
    change(rename("Hi"))
    ask(cast.ben)
    answer = ben.post(f"{page}/answers", data=form)
    assert answer.status_code == 409
    assert "Ada asked again meanwhile" in words(answer)
    assert "Good." in answer.text
    session.rollback()
    assert review.status is ReviewStatus.WAITING


def test_a_review_is_taken_back(review: Review, browser: Browser, cast: Cast) -> None:
    ada, page = browser(cast.ada), page_of(review)
    post(ada, page, f"{page}/withdrawal")
    assert "It was taken back" in words(ada.get(page))
    assert "No review waits for you" in words(browser(cast.ben).get(REVIEWS))
    assert "Taken back" in words(ada.get(f"{REVIEWS}?show=closed"))


def test_lists_counts_and_attention_show_it_to_whom_it_waits_for(
    review: Review, browser: Browser, cast: Cast, cara: User, answer: Answer
) -> None:
    ben = browser(cast.ben)
    assert "Ada asked" in words(ben.get(f"{REVIEWS}?q=gree"))
    assert "No review like that" in words(ben.get(f"{REVIEWS}?q=other"))
    assert "Ada asks you to look at Greeter" in words(ben.get("/w/harbour-pine/attention"))
    for other in (cara, cast.ada, cast.olga):
        client = browser(other)
        assert "No review waits for you" in words(client.get(REVIEWS))
        assert "asks you to look at" not in words(client.get("/w/harbour-pine/attention"))
    assert "Waits for an answer" in words(browser(cast.ada).get(f"{REVIEWS}?show=asked"))
    assert "Waits for an answer" in words(browser(cara).get(f"{REVIEWS}?show=open"))
    answer(cast.ben)
    assert "No review waits for you" in words(ben.get(REVIEWS))


def test_another_workspace_gets_404(review: Review, browser: Browser, cast: Cast) -> None:
    dan, page = browser(cast.dan), page_of(review)
    assert dan.get(page).status_code == 404
    inside = page.replace("harbour-pine", "elsewhere")
    for address in (inside, f"{inside}/flow", f"{inside}/rehearsals/new"):
        assert dan.get(address).status_code == 404, address
    form = {"csrf_token": token(dan.get("/w/elsewhere/settings"))}
    for verb in ("answers", "comments", "withdrawal", "rehearsals"):
        assert dan.post(f"{inside}/{verb}", data=form).status_code == 404, verb
    comment = f"{page}/comments/{uuid.uuid4()}/settlement"
    ben = browser(cast.ben)
    assert ben.post(comment, data={"csrf_token": token(ben.get(page))}).status_code == 404


def test_every_form_needs_its_token(
    app: Flask, review: Review, browser: Browser, cast: Cast
) -> None:
    ben, page = browser(cast.ben), page_of(review)
    for verb in ("answers", "comments", "withdrawal", "rehearsals"):
        answer = ben.post(f"{page}/{verb}", data=asked(review, answer="approve", text="Yes"))
        assert answer.status_code == 400, verb
    assert review.status is ReviewStatus.WAITING


def test_the_setting_is_switched_by_who_manages_the_workspace(
    session: Session, ada: FlaskClient, browser: Browser, cast: Cast
) -> None:
    at = "/w/harbour-pine/settings"
    post(ada, at, f"{at}/second-person", {"second_person": "yes"})
    session.rollback()
    assert rule.is_on(session, cast.harbour.id)
    session.rollback()
    assert "Switch it off" in words(ada.get(at))
    ben = browser(cast.ben)
    form = {"csrf_token": token(ben.get(f"{AGENTS}/greeter/publication")), "second_person": "no"}
    assert ben.post(f"{at}/second-person", data=form).status_code in (400, 403)
    assert rule.is_on(session, cast.harbour.id)
    assert "Made publishing need a second person" in words(ada.get("/w/harbour-pine/audit"))


def test_exactly_what_was_asked_about_is_rehearsed(
    session: Session, review: Review, change: Change, browser: Browser, cast: Cast
) -> None:
    ben, page = browser(cast.ben), page_of(review)
    change(rename("Hi"))
    form = ben.get(f"{page}/rehearsals/new")
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', form.text)
    more = {"idempotency_key": key[1]} if key else {}
    answer = ben.post(
        f"{page}/rehearsals", data={"csrf_token": token(form), "in_name": "Cleo", **more}
    )
    assert answer.status_code == 303, words(answer)
    run = session.scalars(select(Run)).one()
    assert (run.mode, run.flow_graph_id) == ("rehearsal", review.flow_graph_id)
    assert run.flow_graph.graph.order[1].name == "Welcome"
    assert str(run.id) in ben.get(page).text
    assert browser(cast.cleo).get(f"{page}/rehearsals/new").status_code == 403


def test_a_flow_that_runs_refer_to_no_more_is_kept_for_its_review(
    session: Session, agent: Agent, review: Review
) -> None:
    from app.workers import retention

    with database.writing(session):
        retention._delete(session, agent.workspace_id, [])
    assert review.flow_graph.digest == review.digest


def _buttons(page: str) -> list[str]:
    return re.findall(r"<button[^>]*>(?:<svg.*?</svg>)?<span>([^<]*)</span>", page)


def _call(graph: Graph) -> Graph:
    graph, step = edit.add_step(
        graph, CATALOGUE["http_request"], after=named(graph, "Ask").id, name="Tell them"
    )
    fields = {**step.fields, "url": "https://hooks.example/x", "method": "POST"}
    return edit.set_fields(graph, step.id, fields)
