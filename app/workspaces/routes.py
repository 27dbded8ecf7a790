"""Workspaces: make one, its people, its invitations, its settings and its audit trail."""

import uuid
from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, flash, g, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from app.accounts import people as accounts
from app.accounts.forms import typed
from app.audit import trail
from app.web.access import SIGNED_IN, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces import directory, founding, invitations, membership, ports
from app.workspaces.addresses import works_here_only
from app.workspaces.forms import (
    InvitationForm,
    RoleForm,
    WorkspaceForm,
    WorkspaceSettingsForm,
    role_choices,
)
from app.workspaces.models import Member
from app.workspaces.roles import Role

bp = Blueprint("workspaces", __name__)
AUDIT_PAGE_SIZE = 50
_LINK = "invitation_link"
_MAILED_TO = "invitation_mailed_to"


@bp.get("/workspaces/new")
@requires(SIGNED_IN)
def new() -> ResponseReturnValue:
    """The form for another workspace."""
    return page("workspaces/new.html", form=WorkspaceForm())


@bp.post("/workspaces")
@requires(SIGNED_IN)
def create() -> ResponseReturnValue:
    """Make a workspace and go there."""
    form = WorkspaceForm()
    if not form.is_posted_right():
        return page("workspaces/new.html", 422, form=form)
    with writing() as open_session:
        workspace = founding.found(
            open_session, typed(form.name), owner=current_user._get_current_object()
        )
    return redirect_to(url_for("home.show", workspace_slug=workspace.slug))


@bp.get("/w/<workspace_slug>/settings")
@requires("workspace.manage")
def settings() -> ResponseReturnValue:
    """The form with the workspace's name and habits."""
    return _settings_page(WorkspaceSettingsForm(g.workspace))


@bp.post("/w/<workspace_slug>/settings")
@requires("workspace.manage")
def save_settings() -> ResponseReturnValue:
    """Keep the workspace's name and habits."""
    form = WorkspaceSettingsForm(g.workspace)
    if not form.is_posted_right():
        return _settings_page(form, 422)
    with writing() as open_session:
        founding.change(
            open_session,
            g.workspace,
            name=typed(form.name),
            timezone=typed(form.timezone),
            retention_days=form.retention_days.data or 0,
            max_parallel=form.max_parallel.data,
            by=g.member,
        )
    flash("Saved.", "success")
    return redirect_to(_url("settings"))


@bp.get("/w/<workspace_slug>/people")
@requires("workspace.read")
def people() -> ResponseReturnValue:
    """Who is here, who is invited and, once, the link of an invitation just made."""
    link, mailed_to = cookie.pop(_LINK, ""), cookie.pop(_MAILED_TO, "")
    return _people_page(InvitationForm(g.member.role), link=link, mailed_to=mailed_to)


@bp.post("/w/<workspace_slug>/invitations")
@requires("members.manage")
def invite() -> ResponseReturnValue:
    """Make an invitation; its link is shown on the next page and never again."""
    form = InvitationForm(g.member.role)
    if not form.is_posted_right():
        return _people_page(form, 422)
    try:
        with writing() as open_session:
            token = invitations.invite(
                open_session,
                g.workspace,
                role=Role(form.role.data),
                by=g.member,
                email=typed(form.email),
            )
            link = _public(url_for("arrivals.invitation", token=token))
            is_mailed = _mail_invitation(open_session, form, link)
    except invitations.InvitationRefused as refused:
        form.email.errors = [str(refused)]
        return _people_page(form, 422)
    cookie[_LINK], cookie[_MAILED_TO] = link, typed(form.email) if is_mailed else ""
    return redirect_to(_url("people"))


@bp.post("/w/<workspace_slug>/invitations/<uuid:invitation_id>/revocation")
@requires("members.manage")
def invitation_revoke(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    invitation = invitations.of_workspace(session(), g.workspace, invitation_id)
    if invitation is None:
        abort(404)
    with writing() as open_session:
        invitations.revoke(open_session, invitation, by=g.member)
    flash("The invitation is taken back.", "success")
    return redirect_to(_url("people"))


@bp.post("/w/<workspace_slug>/people/<uuid:member_id>/role")
@requires("members.manage")
def member_role(member_id: uuid.UUID) -> ResponseReturnValue:
    """Give a member another role."""
    member, form = _member_or_404(member_id), RoleForm(g.member.role)
    if not form.is_posted_right():
        return _people_page(InvitationForm(g.member.role), 422, refused="Choose a role.")
    to = Role(form.role.data)
    return _change_people(
        lambda s: membership.change_role(s, member, to=to, by=g.member),
        said=f"{member.user.name} is {to.word.lower()} now.",
    )


@bp.post("/w/<workspace_slug>/people/<uuid:member_id>/removal")
@requires("members.manage")
def member_remove(member_id: uuid.UUID) -> ResponseReturnValue:
    """Take a member out."""
    member = _member_or_404(member_id)
    return _change_people(
        lambda s: membership.remove(s, member, by=g.member),
        said=f"{member.user.name} is not in this workspace any more.",
    )


@bp.post("/w/<workspace_slug>/people/<uuid:member_id>/ownership")
@requires("workspace.own")
def member_own(member_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the workspace over to this member."""
    member = _member_or_404(member_id)
    return _change_people(
        lambda s: membership.hand_over(s, member, by=g.member),
        said=f"{member.user.name} owns this workspace now. You are an admin.",
    )


@bp.post("/w/<workspace_slug>/people/leaving")
@requires("workspace.read")
def member_leave() -> ResponseReturnValue:
    """Leave this workspace."""
    name = g.workspace.name
    try:
        with writing() as open_session:
            membership.leave(open_session, g.member)
    except membership.MembershipRefused as refused:
        return _people_page(InvitationForm(g.member.role), 422, refused=str(refused))
    flash(f"You left {name}.")
    return redirect_to(url_for("home.front"))


@bp.get("/w/<workspace_slug>/audit")
@requires("audit.read")
def audit() -> ResponseReturnValue:
    """Who did what here, the latest first."""
    before = request.args.get("before", type=uuid.UUID)
    events = trail.of_workspace(session(), g.workspace.id, before=before, limit=AUDIT_PAGE_SIZE + 1)
    shown, is_more = events[:AUDIT_PAGE_SIZE], len(events) > AUDIT_PAGE_SIZE
    return page(
        "workspaces/audit.html",
        events=shown,
        names=accounts.names_of(session(), {each.actor_id for each in shown if each.actor_id}),
        newer_url=_url("audit") if before else "",
        older_url=_url("audit", before=shown[-1].id) if is_more else "",
    )


def _public(path: str) -> str:
    public_url: str = current_app.config["LAMPLIGHT"].public_url
    return public_url + path


def _mail_invitation(open_session: Session, form: InvitationForm, link: str) -> bool:
    invitation = ports.InvitationMail(
        workspace=g.workspace,
        email=typed(form.email),
        role=Role(form.role.data),
        inviter=current_user.name,
        link=link,
        days=invitations.VALID_FOR.days,
    )
    return ports.mail_invitation(open_session, invitation)


def _url(endpoint: str, *, before: uuid.UUID | None = None) -> str:
    return url_for(f"workspaces.{endpoint}", workspace_slug=g.workspace.slug, before=before)


def _member_or_404(member_id: uuid.UUID) -> Member:
    member = directory.member_of(session(), g.workspace, member_id)
    if member is None:
        abort(404)
    return member


def _change_people(change: Callable[[Session], None], *, said: str) -> ResponseReturnValue:
    try:
        with writing() as open_session:
            change(open_session)
    except membership.MembershipRefused as refused:
        return _people_page(InvitationForm(g.member.role), 422, refused=str(refused))
    flash(said, "success")
    return redirect_to(_url("people"))


def _settings_page(form: WorkspaceSettingsForm, status: int = 200, /) -> Response:
    return page("workspaces/settings.html", status, form=form)


def _people_page(
    form: InvitationForm,
    status: int = 200,
    /,
    *,
    link: str = "",
    mailed_to: str = "",
    refused: str = "",
) -> Response:
    public_url = current_app.config["LAMPLIGHT"].public_url
    return page(
        "workspaces/people.html",
        status,
        members=directory.people_of(session(), g.workspace),
        invitations=invitations.open_of(session(), g.workspace),
        form=form,
        roles=role_choices(g.member.role),
        link=link,
        mailed_to=mailed_to,
        works_here_only=works_here_only(public_url),
        public_url=public_url,
        refused=refused,
    )
