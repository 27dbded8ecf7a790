"""The pages on which people arrive: sign-up and invitations."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from app.accounts import first_owner, people, sign_ins
from app.accounts.forms import typed
from app.accounts.models import User
from app.accounts.passwords import password_hash
from app.web.access import SIGNED_IN, public, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces import invitations, joining
from app.workspaces.forms import JoinForm, SignUpForm
from app.workspaces.models import Invitation

bp = Blueprint("arrivals", __name__)


@bp.get("/sign-up/<token>")
@public
def first_sign_up(token: str) -> ResponseReturnValue:
    """The form of the first owner; looking at it does not use the link up."""
    if not first_owner.is_open(session(), token):
        return _link_is_closed()
    return _sign_up_page(SignUpForm(), url_for("arrivals.start_first_sign_up", token=token))


@bp.post("/sign-up/<token>")
@public
def start_first_sign_up(token: str) -> ResponseReturnValue:
    """Make the first account and its workspace, and sign in."""
    form, action = SignUpForm(), url_for("arrivals.start_first_sign_up", token=token)
    if not first_owner.is_open(session(), token):
        return _link_is_closed()
    if not form.is_posted_right():
        return _sign_up_page(form, action, 422)
    person, workspace = _person(form), typed(form.workspace)
    try:
        _enter(lambda s: joining.sign_up_first(s, token, person=person, workspace=workspace))
    except first_owner.LinkUsedUp:
        return _link_is_closed()
    return redirect_to(url_for("home.front"))


@bp.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """The form for everybody, where the installation is open."""
    _refuse_unless_open()
    if current_user.is_authenticated:
        return redirect_to(url_for("home.front"))
    return _sign_up_page(SignUpForm(), url_for("arrivals.start_sign_up"))


@bp.post("/sign-up")
@public
def start_sign_up() -> ResponseReturnValue:
    """Make an account and its workspace, and sign in."""
    _refuse_unless_open()
    form, action = SignUpForm(), url_for("arrivals.start_sign_up")
    if not form.is_posted_right():
        return _sign_up_page(form, action, 422)
    person, workspace = _person(form), typed(form.workspace)
    try:
        _enter(lambda s: joining.sign_up(s, person, workspace=workspace))
    except people.EmailTaken:
        _say_taken(form)
        return _sign_up_page(form, action, 422)
    return redirect_to(url_for("home.front"))


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """What the link is good for: one button when signed in, else a form and the way to sign in."""
    invited = invitations.open_by_token(session(), token)
    if invited is None:
        return _link_is_closed()
    form = JoinForm(formdata=None, email=invited.email)
    return _invitation_page(invited, token, form)


@bp.post("/invitations/<token>")
@public
def join_as_new(token: str) -> ResponseReturnValue:
    """Make an account for an invited person, let them in and sign in."""
    invited = invitations.open_by_token(session(), token)
    if invited is None:
        return _link_is_closed()
    form, slug = JoinForm(), invited.workspace.slug
    if not form.is_posted_right():
        return _invitation_page(invited, token, form, 422)
    person = _person(form)
    try:
        _enter(lambda s: joining.sign_up_invited(s, token, person=person))
    except people.EmailTaken:
        _say_taken(form)
        return _invitation_page(invited, token, form, 422)
    except invitations.InvitationRefused as refused:
        return _invitation_page(invited, token, form, 422, refused=str(refused))
    return redirect_to(url_for("home.show", workspace_slug=slug))


@bp.post("/invitations/<token>/acceptance")
@requires(SIGNED_IN)
def join(token: str) -> ResponseReturnValue:
    """Let a signed-in person in."""
    invited = invitations.open_by_token(session(), token)
    if invited is None:
        return _link_is_closed()
    slug = invited.workspace.slug
    try:
        with writing() as open_session:
            invitations.accept(open_session, token, user=_me())
    except invitations.InvitationRefused as refused:
        return _invitation_page(invited, token, JoinForm(formdata=None), 422, refused=str(refused))
    return redirect_to(url_for("home.show", workspace_slug=slug))


def _enter(make_account: Callable[[Session], User]) -> None:
    """Make the account and sign this browser in, in one transaction."""
    with writing() as open_session:
        user = make_account(open_session)
        token = sign_ins.begin_here(open_session, user)
    sign_ins.carry(user, token)


def _person(form: JoinForm) -> joining.NewPerson:
    return joining.NewPerson(
        name=typed(form.name),
        email=typed(form.email),
        password_hash=password_hash(typed(form.password)),
        timezone=typed(form.timezone),
    )


def _me() -> User:
    me: User = current_user._get_current_object()
    return me


def _say_taken(form: JoinForm) -> None:
    form.email.errors = ["There is an account with this address already. Sign in instead."]


def _refuse_unless_open() -> None:
    if not current_app.config["LAMPLIGHT"].open_sign_up:
        abort(404)


def _sign_up_page(form: SignUpForm, action: str, status: int = 200, /) -> Response:
    return page("workspaces/sign_up.html", status, form=form, action=action)


def _invitation_page(
    invited: Invitation, token: str, form: JoinForm, status: int = 200, /, *, refused: str = ""
) -> Response:
    return page(
        "workspaces/invitation.html",
        status,
        invitation=invited,
        token=token,
        form=form,
        refused=refused,
    )


def _link_is_closed() -> Response:
    return page("workspaces/link_closed.html", 404)
