"""The page of a form: made of its start step's settings, open while the published agent is on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.form_inputs import FormInput
from app.lib import ids
from app.nodes.start_form import inputs_of
from app.runs.questions import QuestionForm
from app.triggers import addresses
from app.triggers.firing import Fired, fire
from app.triggers.models import Trigger, TriggerKind
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

BUTTON = "Send"
THANKS = "Thank you. We have it."


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form that takes answers. The words are those of the published version."""

    trigger: Trigger
    workspace: Workspace
    title: str
    intro: str
    button: str
    thanks: str
    asked: tuple[FormInput, ...]
    members_only: bool


def open_form(session: Session, token: str) -> FormPage | None:
    """The form at this address; None while there is none that is open."""
    trigger = addresses.called(session, token, TriggerKind.FORM)
    if trigger is None or not (trigger.is_present and trigger.agent.is_on):
        return None
    settings = trigger.settings
    if settings.get("page") not in ("members", "public"):
        return None
    workspace = session.scalars(select(Workspace).where(Workspace.id == trigger.workspace_id)).one()
    return FormPage(
        trigger=trigger,
        workspace=workspace,
        title=_words(settings.get("page_title")) or trigger.agent.name,
        intro=_words(settings.get("page_intro")),
        button=_words(settings.get("page_button")) or BUTTON,
        thanks=_words(settings.get("page_thanks")) or THANKS,
        asked=inputs_of(settings),
        members_only=settings.get("page") == "members",
    )


def send(
    session: Session, keyring: Keyring, page: FormPage, form: QuestionForm, *, by: User | None
) -> Fired:
    """Start a run with the answers; call inside `writing()`, then ring.

    A form that is sent twice is one run.
    """
    once = form.idempotency_key or ids.new_id().hex
    return fire(
        session,
        keyring,
        page.trigger,
        payload=dict(form.payload),
        key=f"form:{page.trigger.id.hex}:{once}",
        words=f"Form “{page.title}”",
        by=by,
        files=form.file_ids,
    )


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
