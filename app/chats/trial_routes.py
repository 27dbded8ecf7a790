"""Trying the draft of an agent in a chat of one's own: beginning it, and beginning anew."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.agents.models import Agent
from app.chats import sending, trials
from app.chats.blueprint import bp
from app.chats.directory import Reach
from app.chats.forms import ComposeForm
from app.chats.list_routes import NO_BELL
from app.chats.pages import chats_page, thread_values
from app.chats.receiving import MAX_UPLOAD_BYTES, words_sent
from app.chats.scope import agent_here, here, person
from app.chats.sending import MessageRefused
from app.files.store import FileRefused
from app.nodes.start_chat import examples_of, welcome_of
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.forms import next_address
from app.web.htmx import is_htmx, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload


def panel(agent: Agent, *, back: str) -> dict[str, object]:
    """The chat in which this person tries the draft, for a page at `back` that embeds it.

    For those who may edit agents. The page hands it to `chats/_panel.html` under the name `panel`
    and loads `chat.css` and `js/chat.js`.
    """
    chat = trials.trial_of(session(), agent, person())
    form = ComposeForm()
    if chat is None:
        return _hello(agent, form, back=back)
    return thread_values(Reach(chat, "own"), form, back=back)


@bp.get("/w/<workspace_slug>/chats/draft/<agent_slug>")
@requires("agents.edit")
def try_draft(agent_slug: str) -> ResponseReturnValue:
    """The chat in which this person tries the draft, or an empty one."""
    agent = agent_here(agent_slug)
    chat = trials.trial_of(session(), agent, person())
    if chat is not None:
        return redirect_to(url_for("chats.show", chat_id=chat.id))
    return _first(agent, ComposeForm())


@bp.post("/w/<workspace_slug>/chats/draft/<agent_slug>")
@requires("agents.edit")
@takes_upload(MAX_UPLOAD_BYTES)
def begin_trial(agent_slug: str) -> ResponseReturnValue:
    """Say the first thing to the draft."""
    agent = agent_here(agent_slug)
    form = ComposeForm.sent()
    if not form.is_right():
        return _first(agent, form, 422)
    try:
        words, who = words_sent(form), here()
        with writing() as open_session:
            trials.forget(open_session, agent, person())
            chat, run = sending.begin(open_session, keyring(), agent, words, who, is_trial=True)
    except (MessageRefused, FileRefused) as refused:
        return _first(agent, form, 422, refusal=refused.sentence)
    has_rung = bell().ring(run.lane)
    if is_htmx() and next_address(""):
        empty = ComposeForm()
        refusal = "" if has_rung else NO_BELL
        values = thread_values(Reach(chat, "own"), empty, refusal=refusal)
        return page("chats/_chat.html", **values)
    if not has_rung:
        flash(NO_BELL, "info")
    return redirect_to(next_address(url_for("chats.show", chat_id=chat.id)))


@bp.post("/w/<workspace_slug>/chats/draft/<agent_slug>/renewal")
@requires("agents.edit")
def renew_trial(agent_slug: str) -> ResponseReturnValue:
    """Forget what was tried, and begin anew."""
    agent = agent_here(agent_slug)
    with writing() as open_session:
        trials.forget(open_session, agent, person())
    return redirect_to(next_address(url_for("chats.try_draft", agent_slug=agent.slug)))


def _first(agent: Agent, form: ComposeForm, status: int = 200, /, *, refusal: str = "") -> Response:
    values = _hello(agent, form, refusal=refusal, back=next_address(""))
    if is_htmx() and next_address(""):
        return page("chats/_hello.html", status, **values)
    return chats_page("chats/new.html", status, **values)


def _hello(agent: Agent, form: ComposeForm, *, back: str, refusal: str = "") -> dict[str, object]:
    settings = trials.settings_of(session(), agent)
    return {
        "agent": agent,
        "is_trial": True,
        "to": url_for("chats.begin_trial", agent_slug=agent.slug, next=back or None),
        "why_not": sending.why_not_draft(session(), agent),
        "welcome": welcome_of(settings),
        "examples": examples_of(settings),
        "form": form,
        "refusal": refusal or form.refusal,
        "within": "#chat" if back else "",
    }
