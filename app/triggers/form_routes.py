"""The page of a form: for strangers or members, with or without scripts."""

import hashlib
import uuid

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import User
from app.files.store import MAX_FILE_BYTES
from app.runs import directory
from app.runs.models import Run
from app.runs.questions import QuestionForm, question_form
from app.runs.web_process import bell
from app.triggers import form_pages, rates
from app.triggers.firing import STILL_RUNNING
from app.triggers.form_pages import FormPage
from app.vault.web_process import keyring
from app.web.access import MemberLike, identity, public
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

PER_MINUTE = 120  # of one form
PER_MINUTE_FROM_ONE_PLACE = 10
MAX_UPLOAD_BYTES = 2 * MAX_FILE_BYTES
TRAP = "leave_empty"  # people do not see it, machines that fill in everything do

bp = Blueprint("forms", __name__)


@bp.get("/forms/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The form, or word that it is closed."""
    found = form_pages.open_form(session(), token)
    refusal = _refusal(found)
    if found is None or refusal is not None:
        return refusal or _closed()
    return _form_page(found, question_form(found.asked))


@bp.post("/forms/<token>")
@public
@takes_upload(MAX_UPLOAD_BYTES)
def send(token: str) -> ResponseReturnValue:
    """Take the answers, start a run and say thank you."""
    found = form_pages.open_form(session(), token)
    refusal = _refusal(found)
    if found is None or refusal is not None:
        return refusal or _closed()
    form = question_form(found.asked)
    if request.form.get(TRAP):
        return _to_thanks(token, None)
    wait_s = _too_many(found)
    if wait_s:
        return _form_page(found, form, 429, wait_s=wait_s)
    member = _member(found)
    form.receive_files(workspace_id=found.workspace.id, by=_id(member))
    if not form.is_posted_right():
        return _form_page(found, form, 422)
    with writing() as open_session:
        fired = form_pages.send(open_session, keyring(), found, form, by=_me(member))
    if fired.run is None:
        is_busy = fired.reason == STILL_RUNNING
        return _form_page(found, form, 503, is_busy=True) if is_busy else _closed()
    bell().ring(fired.run.lane)
    return _to_thanks(token, fired.run if member is not None else None)


@bp.get("/forms/<token>/thanks")
@public
def thanks(token: str) -> ResponseReturnValue:
    """The words of thanks; members of the workspace get the way to their run."""
    found = form_pages.open_form(session(), token)
    refusal = _refusal(found)
    if found is None or refusal is not None:
        return refusal or _closed()
    return _kept_nowhere(page("triggers/thanks.html", form_page=found, run=_own_run(found)))


def _refusal(found: FormPage | None) -> ResponseReturnValue | None:
    """Where a form is for members, others are asked to sign in; who is none finds no form."""
    if found is None or not found.members_only:
        return None
    if not current_user.is_authenticated:
        here = url_for("forms.show", token=found.trigger.token)
        return redirect(url_for("accounts.sign_in", next=here), code=303)
    return None if _member(found) is not None else _closed()


def _closed() -> Response:
    return _kept_nowhere(page("triggers/form_closed.html", 404))


def _form_page(
    found: FormPage,
    form: QuestionForm,
    status: int = 200,
    /,
    *,
    wait_s: int = 0,
    is_busy: bool = False,
) -> Response:
    form.show_files(workspace_id=found.workspace.id, by=_id(_member(found)))
    answer = page(
        "triggers/form_page.html",
        status,
        form_page=found,
        form=form,
        trap=TRAP,
        is_too_many=bool(wait_s),
        is_busy=is_busy,
    )
    if wait_s or is_busy:
        answer.headers["Retry-After"] = str(wait_s or 60)
    return _kept_nowhere(answer)


def _kept_nowhere(answer: Response) -> Response:
    """The page carries this browser's form token."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _to_thanks(token: str, run: Run | None) -> ResponseReturnValue:
    address = url_for("forms.thanks", token=token, run=run.id if run else None)
    return redirect(address, code=303)


def _too_many(found: FormPage) -> int:
    key = found.trigger.id.hex
    place = hashlib.sha256((request.remote_addr or "").encode()).hexdigest()[:16]
    return rates.too_many(
        bell().redis, f"form:{key}:{place}", most=PER_MINUTE_FROM_ONE_PLACE
    ) or rates.too_many(bell().redis, f"form:{key}", most=PER_MINUTE)


def _member(found: FormPage) -> MemberLike | None:
    """The place of whoever asks in the form's workspace; None for strangers."""
    if not current_user.is_authenticated:
        return None
    return identity.member(current_user, found.workspace.slug)


def _me(member: MemberLike | None) -> User | None:
    person: User | None = current_user._get_current_object() if member is not None else None
    return person


def _id(member: MemberLike | None) -> uuid.UUID | None:
    me = _me(member)
    return me.id if me is not None else None


def _own_run(found: FormPage) -> Run | None:
    """The run that a member has just started."""
    member = _member(found)
    if member is None or not identity.may(member, "runs.read"):
        return None
    try:
        run_id = uuid.UUID(request.args.get("run", ""))
    except ValueError:
        return None
    return directory.by_id(session(), found.workspace, run_id=run_id)
