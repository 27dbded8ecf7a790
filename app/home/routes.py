"""The page everybody lands on."""

from flask import Blueprint, Response, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.agents import directory
from app.attention.directory import attention
from app.chats.forms import ComposeForm
from app.describing.built_in_flows import EXAMPLES
from app.gallery import examples
from app.home import greeting
from app.runs import overview
from app.triggers import schedule_list
from app.web.access import SIGNED_IN, requires
from app.web.pages import page
from app.web.transactions import session
from app.workspaces import directory as workspaces

bp = Blueprint("home", __name__)

ATTENTION_LIMIT = 5
RUNNING_LIMIT = 6
LAST_RUNS_LIMIT = 8


@bp.get("/")
@requires(SIGNED_IN)
def front() -> ResponseReturnValue:
    """The home of the workspace last looked at, or of any; the first step when there is none."""
    if g.get("workspace") is not None:
        return redirect(url_for("home.show", workspace_slug=g.workspace.slug))
    mine = workspaces.of_person(session(), current_user)
    if not mine:
        return redirect(url_for("workspaces.new"))
    return redirect(url_for("home.show", workspace_slug=mine[0].slug))


@bp.get("/w/<workspace_slug>/")
@requires("workspace.read")
def show() -> Response:
    """Home of one workspace; the ways to begin while it has no agent."""
    last = overview.last_runs(session(), g.workspace, limit=LAST_RUNS_LIMIT)
    if not last and not directory.has_any(session(), g.workspace):
        return page(
            "home/begin.html",
            form=ComposeForm(),
            wishes=EXAMPLES.splitlines(),
            examples=examples.all_examples(),
        )
    found = attention(session(), g.workspace, g.member)
    return page(
        "home/home.html",
        greeting=greeting.greet(current_user),
        agents_on=directory.count_on(session(), g.workspace),
        needs=found.first(ATTENTION_LIMIT),
        needs_count=found.count,
        running=overview.running_now(session(), g.workspace, limit=RUNNING_LIMIT),
        last=last,
        due=schedule_list.next_three(session(), g.workspace),
    )
