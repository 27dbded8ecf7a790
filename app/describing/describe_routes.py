"""Describing an agent: the first words, and the page with the talk and the proposal."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import directory as agents
from app.agents.models import Agent
from app.chats import directory as chats
from app.chats import sending
from app.chats.directory import Reach
from app.chats.forms import ComposeForm
from app.chats.list_routes import NO_BELL
from app.chats.pages import thread_values
from app.chats.scope import here, person, reach_here
from app.chats.sending import MessageRefused, Words
from app.describing import built_in, conversation, proposing
from app.describing.blueprint import DESCRIBE, bp
from app.describing.built_in_flows import EXAMPLES
from app.describing.models import Workflow
from app.describing.shown import Shown, mark, shown
from app.language_models import directory as models
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import can, requires
from app.web.htmx import nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

MAX_SENT_CHARS = 400
TO_CHANGE = (
    "Also tell me by mail when it is done.",
    "Ask me before anything is sent.",
    "Do it every weekday at 8.",
)


@bp.get(DESCRIBE)
@requires("agents.edit")
def new() -> Response:
    """The text box; `?agent=` is the one that is to change."""
    form = ComposeForm(text=request.args.get("text", "")[:MAX_SENT_CHARS])
    return _new_page(_agent_to_change(), form)


@bp.post(DESCRIBE)
@requires("agents.edit")
def create() -> ResponseReturnValue:
    """Begin a chat with these words."""
    agent, form = _agent_to_change(), ComposeForm.sent()
    if not form.is_right():
        return _new_page(agent, form, 422)
    words = Words(text=form.text.strip(), once=form.once)
    try:
        with writing() as open_session:
            talking = built_in.ensure(open_session, g.workspace)
            chat, run = sending.begin(open_session, keyring(), talking, words, here())
            proposing.begin_about(chat, agent)
    except MessageRefused as refused:
        return _new_page(agent, form, 422, refused.sentence)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(url_for("describing.show", chat_id=chat.id))


@bp.get(f"{DESCRIBE}/<uuid:chat_id>")
@requires("runs.read")
def show(chat_id: uuid.UUID) -> ResponseReturnValue:
    """The talk at the left, the proposal at the right."""
    found = _building(chat_id)
    number = request.args.get("proposal", "")
    proposals = proposing.of_chat(session(), found.chat)
    wanted = next((one for one in proposals if number == str(one.number)), None)
    if number and wanted is None:
        abort(404)
    back = url_for("describing.show", chat_id=chat_id)
    return page(
        "describing/show.html",
        **_pane(found, wanted or next(iter(proposals), None), is_pinned=wanted is not None),
        **thread_values(found, ComposeForm(), back=back),
        about=proposing.about(session(), found.chat),
    )


@bp.get(f"{DESCRIBE}/<uuid:chat_id>/proposal")
@requires("runs.read")
def live(chat_id: uuid.UUID) -> Response:
    """What the open page asks: 204 while nothing is new, else the pane anew."""
    found = _building(chat_id)
    if request.args.get("seen") == _mark(found):
        return nothing_new()
    newest = next(iter(proposing.of_chat(session(), found.chat)), None)
    return page("describing/_pane.html", **_pane(found, newest, is_pinned=False), chat=found.chat)


def _pane(found: Reach, workflow: Workflow | None, *, is_pinned: bool) -> dict[str, object]:
    stand = chats.mark(session(), found.chat)
    return {
        "shown": _shown(workflow) if workflow else None,
        "is_live": bool(stand.live),
        "is_asking": conversation.waits_for_answer(session(), found.chat),
        "may_build": found.may_write and can("agents.edit"),
        "seen": _mark(found),
        "is_pinned": is_pinned,
        "practises": not models.has_any(session(), g.workspace.id),
    }


def _shown(workflow: Workflow) -> Shown:
    return shown(session(), workflow, to=person(), left=request.args.getlist("left"))


def _mark(found: Reach) -> str:
    stand = chats.mark(session(), found.chat)
    return f"{mark(session(), found.chat)}.{stand.seq}.{int(bool(stand.live))}"


def _building(chat_id: uuid.UUID) -> Reach:
    """A chat in which something is described; 404 for others."""
    found = reach_here(chat_id)
    return found if built_in.is_of(found.chat.agent, built_in.UNDERSTANDING) else abort(404)


def _agent_to_change() -> Agent | None:
    slug = request.args.get("agent", "")
    if not slug:
        return None
    agent = agents.by_slug(session(), g.workspace, slug=slug) or abort(404)
    if agent.is_built_in or agent.is_archived:
        abort(404)
    return agent


def _new_page(
    agent: Agent | None, form: ComposeForm, status: int = 200, refusal: str = ""
) -> Response:
    return page(
        "describing/new.html",
        status,
        agent=agent,
        form=form,
        refusal=refusal or form.refusal,
        examples=TO_CHANGE if agent else EXAMPLES.splitlines(),
        practises=not models.has_any(session(), g.workspace.id),
    )
