"""The list of chats, and beginning a new one."""

from flask import Response, flash, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.chats import directory, sending
from app.chats.blueprint import bp
from app.chats.forms import ComposeForm
from app.chats.pages import chats_page, first_page
from app.chats.receiving import MAX_UPLOAD_BYTES, words_sent
from app.chats.scope import agent_here, here
from app.chats.sending import MessageRefused
from app.files.store import FileRefused
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

NO_BELL = "Your message is kept. The queue does not answer just now; the agent begins when it does."


@bp.get("/w/<workspace_slug>/chats")
@requires("runs.read")
def index() -> Response:
    """The list, and the agents that a new chat can begin with."""
    agents = directory.agents_to_talk_to(session(), g.workspace)
    return chats_page("chats/index.html", agents=agents)


@bp.get("/w/<workspace_slug>/chats/agents")
@requires("runs.read")
def callable() -> Response:  # noqa: A001  # the word for agents that a message can call
    """Whom a message can be for, by `@name` or `/command`: what the composer offers."""
    agents = directory.agents_to_talk_to(session(), g.workspace)
    return jsonify(
        agents=[
            {"name": one.name, "command": one.command or "", "about": one.description[:120]}
            for one in agents
        ]
    )


@bp.get("/w/<workspace_slug>/chats/with/<agent_slug>")
@requires("runs.read")
def new(agent_slug: str) -> Response:
    """An empty chat with this agent."""
    form = ComposeForm(text=request.args.get("text", "")[:400])
    return first_page(agent_here(agent_slug), form)


@bp.post("/w/<workspace_slug>/chats/with/<agent_slug>")
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def create(agent_slug: str) -> ResponseReturnValue:
    """Say the first thing, and show the chat."""
    agent = agent_here(agent_slug)
    form = ComposeForm.sent()
    if not form.is_right():
        return first_page(agent, form, 422)
    try:
        words, who = words_sent(form), here()
        with writing() as open_session:
            chat, run = sending.begin(open_session, keyring(), agent, words, who)
    except (MessageRefused, FileRefused) as refused:
        return first_page(agent, form, 422, refusal=refused.sentence)
    address = url_for("chats.show", chat_id=chat.id)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(address)
