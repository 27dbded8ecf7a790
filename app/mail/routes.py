"""Pages about mail: the server it goes through, a test, the outbox and one mail in it."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.lib.cipher import CannotOpen
from app.mail import acts, directory, outbox, rounds, servers
from app.mail.courier import NotSent
from app.mail.forms import ServerForm, form_of
from app.mail.models import Mail, MailServer, MailStatus, Purpose
from app.mail.web_process import post_office
from app.vault.connections import SecretNeeded
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("mail", __name__)
MAX_SEARCH_CHARS = 80
TEST_TIMEOUT_S = 20.0
_PASSWORD_NEEDED = (
    "Type the password: it has not been used for this server, port and encryption before."  # noqa: S105  # words on screen
)
_WORKED = "The test mail is on its way to {to}. {host} took it."


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.get("/w/<workspace_slug>/settings/mail")
@requires("workspace.manage")
def settings() -> Response:
    """The form for the server, and what its last test showed."""
    return _settings_page(form_of(_server()))


@bp.post("/w/<workspace_slug>/settings/mail")
@requires("workspace.manage")
def save() -> ResponseReturnValue:
    """Set the server; mail that waits is tried at once."""
    form = ServerForm()
    if form.is_posted_right():
        try:
            with writing() as open_session:
                servers.save(
                    open_session,
                    keyring(),
                    workspace=g.workspace,
                    by=current_user.id,
                    wishes=form.wishes(),
                )
            flash("Saved. Send yourself a test mail to see whether it works.", "success")
            return redirect_to(url_for("mail.settings"))
        except SecretNeeded:
            form.password.errors = [_PASSWORD_NEEDED]
    return _settings_page(form, 422)


@bp.post("/w/<workspace_slug>/settings/mail/test")
@requires("workspace.manage")
def send_test() -> ResponseReturnValue:
    """Send a test mail to oneself, now, and tell how it went."""
    if _server() is None and not post_office().has_shared:
        flash("Set a mail server first.", "bad")
        return redirect_to(url_for("mail.settings"))
    public_url = current_app.config["LAMPLIGHT"].public_url
    me = current_user._get_current_object()
    with writing() as open_session:
        mail = acts.put_test(
            open_session, keyring(), workspace=g.workspace, to=me, public_url=public_url
        )
    session().refresh(mail)
    session().expunge(mail)
    session().rollback()  # nothing is held open while another computer is asked
    said, worked = _try(mail)
    with writing() as open_session:
        server = _server()
        if server is not None:
            servers.note_test(open_session, server, by=current_user.id, result=said, worked=worked)
    flash(said, "success" if worked else "bad")
    return redirect_to(url_for("mail.settings"))


@bp.post("/w/<workspace_slug>/settings/mail/removal")
@requires("workspace.manage")
def remove() -> ResponseReturnValue:
    """Take the server out, and destroy its password."""
    if _server() is None:
        abort(404)
    with writing() as open_session:
        server = _server()
        if server is not None:
            servers.remove(open_session, server, by=current_user.id)
    flash("The mail server is taken out, and its password is destroyed.", "success")
    return redirect_to(url_for("mail.settings"))


@bp.get("/w/<workspace_slug>/outbox")
@requires("workspace.manage")
def index() -> Response:
    """All mail that agents and Lamplight sent or want to send."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    status = request.args.get("status", type=MailStatus)
    found = directory.list_page(
        session(),
        g.workspace.id,
        words=words,
        status=status,
        older_than=request.args.get("older_than", type=uuid.UUID),
    )
    return page(
        "mail/outbox.html",
        found=found,
        words=words,
        status=status,
        is_first_page="older_than" not in request.args,
        has_server=_has_server(),
    )


@bp.get("/w/<workspace_slug>/outbox/<uuid:mail_id>")
@requires("workspace.manage")
def show(mail_id: uuid.UUID) -> Response:
    """One mail with its text, to be read and copied."""
    mail = _mail(mail_id)
    # Whoever reads the link in it could answer in another person's name.
    is_private = mail.purpose is Purpose.APPROVAL and mail.recipients != [current_user.email]
    try:
        text = "" if is_private else outbox.text_of(keyring(), mail)
    except CannotOpen:
        text = ""
    return page(
        "mail/show.html", mail=mail, text=text, is_private=is_private, has_server=_has_server()
    )


@bp.post("/w/<workspace_slug>/outbox/<uuid:mail_id>/sending")
@requires("workspace.manage")
def send_again(mail_id: uuid.UUID) -> ResponseReturnValue:
    """Try a failed mail again, from its first try."""
    _mail(mail_id)
    try:
        with writing() as open_session:
            acts.send_again(open_session, _mail(mail_id), by=current_user.id)
    except acts.NothingToSend as refused:
        flash(str(refused), "bad")
    else:
        flash("It is sent again in a moment.", "success")
    return redirect_to(url_for("mail.show", mail_id=mail_id))


def _try(mail: Mail) -> tuple[str, bool]:
    """Hand the test mail over and note it; what to tell, and whether it worked."""
    try:
        delivered = post_office().send_now(mail, timeout_s=TEST_TIMEOUT_S)
    except NotSent as failed:
        said, worked = failed.sentence, False
    else:
        worked = bool(delivered.taken)
        said = "; ".join([*delivered.refused.values(), *delivered.later.values()])
        said = (
            f"Your address was refused: {said}"
            if said
            else _WORKED.format(to=mail.recipients[0], host=_host())
        )
    with writing() as open_session:
        now = rounds.held(open_session, mail)
        if now is not None and worked:
            rounds.note_sent(now, delivered, session=open_session)
        elif now is not None:
            rounds.note_failed(now, said, for_good=True, session=open_session)
    return said, worked


def _server() -> MailServer | None:
    return servers.of_workspace(session(), g.workspace.id)


def _host() -> str:
    server = _server()
    return server.host if server else "The installation's server"


def _has_server() -> bool:
    return post_office().has_shared or _server() is not None


def _mail(mail_id: uuid.UUID) -> Mail:
    mail = directory.by_id(session(), g.workspace.id, mail_id=mail_id)
    if mail is None:
        abort(404)
    return mail


def _settings_page(form: ServerForm, status: int = 200) -> Response:
    return page(
        "mail/settings.html",
        status,
        form=form,
        server=_server(),
        has_shared=post_office().has_shared,
        waiting=directory.waiting_count(session(), g.workspace.id),
    )
