"""Comments stand at the steps they are about; who may write them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reviews.models import Review, ReviewComment
from tests.agents.flows import named
from tests.agents.pages import AGENTS, post, token, words
from tests.cast import Cast
from tests.reviews.conftest import Ask
from tests.reviews.test_pages import REVIEWS, Browser, page_of, review

__all__ = ["review"]


def test_comments_stand_at_their_steps_are_answered_and_settled(
    session: Session, review: Review, browser: Browser, cast: Cast
) -> None:
    page, ben, ada = page_of(review), browser(cast.ben), browser(cast.ada)
    step = named(review.flow_graph.graph, "Welcome").id
    post(ben, page, f"{page}/comments", {"step": step, "text": "<b>Too</b> long?"})
    session.rollback()
    first = session.scalars(select(ReviewComment)).one()
    at = f"{page}/comments/{first.id}"
    assert "&lt;b&gt;Too&lt;/b&gt; long?" in ada.get(page).text
    assert "Ben commented on “Greeter”" in words(ada.get("/w/harbour-pine/notices"))
    answer = post(ada, page, f"{at}/answers", {"text": "Shorter now."})
    assert answer.location == f"{page}#comment-{first.id}"
    assert "Shorter now." in words(ben.get(page))
    post(ben, page, f"{at}/settlement")
    assert "Settled by Ben" in words(ada.get(page))
    post(ada, page, f"{at}/reopening")
    assert "Settled by" not in words(ada.get(page))


def test_a_viewer_who_was_asked_comments_and_others_only_read(
    ask: Ask, changed: None, browser: Browser, cast: Cast
) -> None:
    page = page_of(ask(cast.cleo))
    cleo, olga = browser(cast.cleo), browser(cast.olga)
    assert "Ada asked" in words(cleo.get(REVIEWS))
    post(cleo, page, f"{page}/comments", {"step": "", "text": "I like it."})
    said = olga.get(page)
    assert "I like it." in words(said)
    assert "People who may publish and those who were asked comment here." in words(said)
    form = {"csrf_token": token(said), "step": "", "text": "Me, too."}
    refused = olga.post(f"{page}/comments", data=form)
    assert refused.status_code == 422
    assert "Only people who may publish and those who were asked comment" in words(refused)
    for one in (f"{page}/answers", f"{page}/withdrawal"):
        assert olga.post(one, data=form).status_code == 403


def test_a_step_with_open_comments_says_so_in_both_views_of_the_editor(
    session: Session, review: Review, browser: Browser, cast: Cast
) -> None:
    page, ben = page_of(review), browser(cast.ben)
    step = named(review.flow_graph.graph, "Welcome").id
    views = [f"{AGENTS}/greeter/canvas/steps/{step}/panel", f"{AGENTS}/greeter/edit?step={step}"]
    assert "Answer in the review" not in "".join(words(ben.get(at)) for at in views)
    post(ben, page, f"{page}/comments", {"step": step, "text": "Too long?"})
    for at in views:
        assert "Ben Too long? Answer in the review" in words(ben.get(at)), at
    assert f'"remarks": {{"{step}": 1}}' in ben.get(f"{AGENTS}/greeter/canvas").text
    assert words(ben.get(f"{AGENTS}/greeter/edit")).count("1 comment") == 1
    session.rollback()
    first = session.scalars(select(ReviewComment)).one()
    post(ben, page, f"{page}/comments/{first.id}/settlement")
    assert '"remarks": {}' in ben.get(f"{AGENTS}/greeter/canvas").text
    assert "1 comment" not in words(ben.get(f"{AGENTS}/greeter/edit"))
