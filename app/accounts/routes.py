"""Signing in and out, the account page and the devices on it."""

import uuid
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import logins, people, sign_ins
from app.accounts.attempts import TooManyAttempts
from app.accounts.forms import PasswordForm, ProfileForm, SignInForm, ThemeForm, typed
from app.accounts.models import Theme, User
from app.web.access import SIGNED_IN, public, requires
from app.web.forms import SAFE_NEXT, next_address
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("accounts", __name__)
HOME = "/"


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The door."""
    if current_user.is_authenticated:
        return redirect_to(next_address(HOME))
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public
def start_sign_in() -> ResponseReturnValue:
    """Check the password and let the person in."""
    form = SignInForm()
    if not form.is_posted_right():
        return _sign_in_page(form, 422)
    try:
        sign_ins.sign_in(typed(form.email), typed(form.password))
    except sign_ins.SignInRefused:
        return _sign_in_page(form, 422, refused="wrong")
    except TooManyAttempts as stop:
        return _sign_in_page(form, 429, refused="wait", wait_minutes=stop.wait_minutes)
    return redirect_to(next_address(HOME))


@bp.post("/sign-out")
@requires(SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """Sign this device out."""
    sign_ins.end_here(_me())
    flash("You are signed out.")
    return redirect_to(next_address(url_for("accounts.sign_in")))


@bp.get("/account")
@requires(SIGNED_IN)
def settings() -> ResponseReturnValue:
    """Everything a person may change about themselves."""
    return _settings_page()


@bp.post("/account/profile")
@requires(SIGNED_IN)
def save_profile() -> ResponseReturnValue:
    """Keep the name, the time zone, the language and the colours."""
    form = ProfileForm()
    if not form.is_posted_right():
        return _settings_page(422, profile=form)
    with writing():
        people.change_profile(
            _me(),
            name=typed(form.name),
            timezone=typed(form.timezone),
            locale=typed(form.locale),
            theme=Theme(form.theme.data),
        )
    return _saved("Saved.")


@bp.post("/account/theme")
@requires(SIGNED_IN)
def theme() -> ResponseReturnValue:
    """Keep the colours that were chosen in the menu, and stay on the page."""
    form = ThemeForm()
    if not form.is_posted_right():
        abort(422)
    with writing():
        _me().theme = Theme(form.theme.data)
    sign_ins.changed(_me())
    return redirect_to(_page_before())


@bp.post("/account/password")
@requires(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Set a new password after asking for the current one; other devices are signed out."""
    me = _me()
    form = PasswordForm(own_words=(me.name, me.email))
    if not form.is_posted_right():
        return _settings_page(422, password=form)
    try:
        sign_ins.change_password(me, typed(form.current), new=typed(form.new))
    except sign_ins.SignInRefused:
        form.current.errors = ["This is not your current password."]
        return _settings_page(422, password=form)
    except TooManyAttempts as stop:
        return _settings_page(429, password=form, wait_minutes=stop.wait_minutes)
    return _saved("Your password is changed. Your other devices are signed out.")


@bp.post("/account/devices/<uuid:login_id>/revocation")
@requires(SIGNED_IN)
def revoke_device(login_id: uuid.UUID) -> ResponseReturnValue:
    """Sign one device out."""
    login = logins.of_user(session(), _me(), login_id)
    if login is None:
        abort(404)
    if login.id == g.login.id:
        return sign_out()
    with writing() as open_session:
        logins.end(open_session, login)
    return _saved(f"{login.device or 'The device'} is signed out.")


@bp.post("/account/devices/revocation")
@requires(SIGNED_IN)
def revoke_all_devices() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    me = _me()
    with writing() as open_session:
        logins.end_all(open_session, me)
    sign_ins.changed(me)
    sign_ins.leave()
    flash("You are signed out on all devices.")
    return redirect_to(url_for("accounts.sign_in"))


def _me() -> User:
    me: User = current_user._get_current_object()
    return me


def _sign_in_page(form: SignInForm, status: int = 200, /, **said: object) -> Response:
    settings = current_app.config["LAMPLIGHT"]
    return page(
        "accounts/sign_in.html",
        status,
        **{"refused": "", "wait_minutes": 0, **said},
        form=form,
        next=next_address(""),
        open_sign_up=settings.open_sign_up,
        host=urlsplit(settings.public_url).netloc,
        nobody_yet=not people.anybody(session()),
    )


def _settings_page(
    status: int = 200,
    /,
    *,
    profile: ProfileForm | None = None,
    password: PasswordForm | None = None,
    wait_minutes: int = 0,
) -> Response:
    me = _me()
    return page(
        "accounts/settings.html",
        status,
        profile=profile or ProfileForm(formdata=None, obj=me),
        password=password or PasswordForm(),
        devices=logins.live_of(session(), me),
        this_device=g.login,
        wait_minutes=wait_minutes,
    )


def _saved(said: str) -> ResponseReturnValue:
    sign_ins.changed(_me())
    flash(said, "success")
    return redirect_to(url_for("accounts.settings"))


def _page_before() -> str:
    before = urlsplit(request.referrer or "")
    path = f"{before.path}?{before.query}" if before.query else before.path
    if before.netloc == request.host and SAFE_NEXT.match(path):
        return path
    return url_for("accounts.settings")
