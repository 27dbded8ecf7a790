"""Pages about one provider: how it stands, its key, and the models chosen from it."""

import uuid

from flask import Response, abort, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.language_models import acts, directory, ports, provider_check
from app.language_models.blueprint import bp, me, model_door, place_of, the_provider
from app.language_models.forms import AddModelForm, KeyForm
from app.language_models.models import ModelProvider
from app.language_models.prices import price_of
from app.language_models.provider_check import Found, Place
from app.lib.cipher import CannotOpen
from app.llm.providers import PROVIDERS
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

_LOST_KEY = Found(
    "The key cannot be opened: the master key of this installation is another one now. "
    "Paste the key again.",
    works=False,
)


@bp.get("/w/<workspace_slug>/settings/models/providers/<uuid:provider_id>")
@requires("models.manage")
def provider(provider_id: uuid.UUID) -> Response:
    """One provider."""
    return _page_of(the_provider(provider_id))


@bp.post("/w/<workspace_slug>/settings/models/providers/<uuid:provider_id>/check")
@requires("models.manage")
def check(provider_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the provider whether the key works and which models it has."""
    asked = the_provider(provider_id)
    try:
        place = place_of(asked, keyring())
    except CannotOpen:
        found = _LOST_KEY
    else:
        session().rollback()  # nothing is held open while another computer is asked
        found = provider_check.ask(model_door(), place)
    with writing() as open_session:
        acts.note_check(open_session, provider=the_provider(provider_id), by=me(), found=found)
    flash(found.words, "ok" if found.works else "bad")
    return _back(provider_id)


@bp.post("/w/<workspace_slug>/settings/models/providers/<uuid:provider_id>/key")
@requires("models.manage")
def replace_key(provider_id: uuid.UUID) -> ResponseReturnValue:
    """Try a new key, and put it in the place of the old one if it works."""
    asked = the_provider(provider_id)
    if asked.secret is None:
        abort(404)
    form = KeyForm()
    if not form.is_posted_right():
        return _page_of(asked, 422, key_form=form)
    key = form.key.data or ""
    place = Place.of(asked.kind, name=asked.name, address=asked.address, key=key)
    session().rollback()  # nothing is held open while another computer is asked
    found = provider_check.ask(model_door(), place)
    if not found.works:
        form.key.errors = [f"{found.words} The old key stays."]
        return _page_of(the_provider(provider_id), 422, key_form=form)
    with writing() as open_session:
        acts.replace_key(
            open_session,
            keyring(),
            provider=the_provider(provider_id),
            by=me(),
            key=key,
            found=found,
        )
    flash(f"{found.words} Runs use the new key from now on.", "ok")
    return _back(provider_id)


@bp.post("/w/<workspace_slug>/settings/models/providers/<uuid:provider_id>/models")
@requires("models.manage")
def add_model(provider_id: uuid.UUID) -> ResponseReturnValue:
    """Let steps ask one of its models."""
    form = AddModelForm()
    if not form.is_posted_right():
        return _page_of(the_provider(provider_id), 422, model_form=form)
    try:
        with writing() as open_session:
            made = acts.add_model(
                open_session,
                provider=the_provider(provider_id),
                by=me(),
                model_name=form.model_name.data or "",
            )
    except acts.NameTaken:
        form.model_name.errors = ["This model is among them already."]
        return _page_of(the_provider(provider_id), 422, model_form=form)
    flash(f"Steps can ask “{made.title}” now. Try a question first.", "ok")
    return redirect_to(url_for("language_models.model", model_id=made.id))


@bp.post("/w/<workspace_slug>/settings/models/providers/<uuid:provider_id>/removal")
@requires("models.manage")
def remove_provider(provider_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a provider with its models and its key."""
    name = the_provider(provider_id).name
    with writing() as open_session:
        acts.remove_provider(open_session, provider=the_provider(provider_id), by=me())
    flash(f"“{name}” is removed, with its models and its key.", "ok")
    return redirect_to(url_for("language_models.index"))


def _page_of(
    shown: ModelProvider,
    status: int = 200,
    *,
    key_form: KeyForm | None = None,
    model_form: AddModelForm | None = None,
) -> Response:
    models = [
        one for one in directory.models(session(), g.workspace.id) if one.provider_id == shown.id
    ]
    return page(
        "language_models/provider.html",
        status,
        provider=shown,
        kind=PROVIDERS[shown.kind],
        models=models,
        chosen=directory.chosen(session(), g.workspace.id),
        price_of=price_of,
        uses=ports.used_by(session(), g.workspace.id, tuple(one.id for one in models)),
        key_form=key_form or KeyForm(formdata=None),
        model_form=model_form or AddModelForm(formdata=None),
    )


def _back(provider_id: uuid.UUID) -> ResponseReturnValue:
    return redirect_to(url_for("language_models.provider", provider_id=provider_id))
