"""Settings → Models: what is used now, a new provider, and which model is used for what."""

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.language_models import (
    acts,
    directory,
    nearby,
    provider_check,
    suggested,
)
from app.language_models.blueprint import bp, me, model_door, settings
from app.language_models.forms import ChoicesForm, ProviderForm
from app.language_models.models import Purpose
from app.language_models.prices import price_of
from app.language_models.provider_check import Place
from app.llm.local import standing
from app.llm.local.standing import Standing
from app.llm.providers import PROVIDERS, Provider
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

_NAME_TAKEN = "Another provider has this name. Choose a different one."


@bp.get("/w/<workspace_slug>/settings/models")
@requires("models.manage")
def index() -> Response:
    """What agents ask now, and everything that is set up."""
    return _index(_choices_form(is_filled=True))


@bp.post("/w/<workspace_slug>/settings/models")
@requires("models.manage")
def choose() -> ResponseReturnValue:
    """Say which model is used for what."""
    form = _choices_form()
    if not form.is_posted_right():
        return _index(form, 422)
    with writing() as open_session:
        known = {str(one.id): one for one in directory.models(open_session, g.workspace.id)}
        wanted = {purpose: known.get(form[purpose.value].data) for purpose in Purpose}
        acts.choose(open_session, g.workspace.id, by=me(), wanted=wanted)
    flash("Saved. Runs that begin now use it.", "ok")
    return redirect_to(url_for("language_models.index"))


@bp.get("/w/<workspace_slug>/settings/models/new")
@requires("models.manage")
def new() -> Response:
    """Which provider, or the form for the one that was chosen."""
    kind = request.args.get("kind")
    if kind is None:
        return page("language_models/choose.html", providers=PROVIDERS, may_be_here=_may_be_here())
    provider = _asked(kind)
    address = request.args.get("address", "")[:500] if provider.is_local else ""
    return _new_page(provider, ProviderForm.of(provider, address=address))


@bp.get("/w/<workspace_slug>/settings/models/nearby")
@requires("models.manage")
def look_nearby() -> Response:
    """Servers on this computer that answer just now, as a part of the page above."""
    found = nearby.look(model_door()) if _may_be_here() else ()
    return page("language_models/_nearby.html", found=found)


@bp.get("/w/<workspace_slug>/settings/models/built-in")
@requires("models.manage")
def built_in() -> Response:
    """How the model that this installation runs itself stands, as a part of the first page."""
    return page("language_models/_built_in.html", built_in=_built_in())


@bp.post("/w/<workspace_slug>/settings/models/providers")
@requires("models.manage")
def create() -> ResponseReturnValue:
    """Try the key, then keep the provider with the models that most people want of it."""
    provider = _asked(request.args.get("kind", ""))
    form = ProviderForm.of(provider)
    if not form.is_posted_right():
        return _new_page(provider, form, 422)
    wishes = form.wishes(provider)
    if directory.is_name_taken(session(), g.workspace.id, wishes.name):
        form.name.errors = [_NAME_TAKEN]
        return _new_page(provider, form, 422)
    session().rollback()  # nothing is held open while another computer is asked
    place = Place.of(wishes.kind, name=wishes.name, address=wishes.address, key=wishes.key)
    found = provider_check.ask(model_door(), place)
    if not found.works and not (found.works is None and "anyway" in request.form):
        return _new_page(provider, form, 422, trouble=found.words, may_go_on=found.works is None)
    try:
        with writing() as open_session:
            made = acts.add_provider(
                open_session,
                keyring(),
                workspace_id=g.workspace.id,
                by=me(),
                wishes=wishes,
                found=found,
            )
            added = suggested.add(open_session, made, by=me())
    except acts.NameTaken:
        form.name.errors = [_NAME_TAKEN]
        return _new_page(provider, form, 422)
    flash(_added_words(found.words, added), "ok")
    return redirect_to(url_for("language_models.provider", provider_id=made.id))


def _added_words(words: str, added: list[str]) -> str:
    if not added:
        return f"{words} Choose the models that your agents may ask."
    return f"{words} Ready to be asked: {', '.join(added)}."


def _index(form: ChoicesForm, status: int = 200) -> Response:
    models = directory.models(session(), g.workspace.id)
    return page(
        "language_models/index.html",
        status,
        form=form,
        models=models,
        providers=directory.providers(session(), g.workspace.id),
        chosen=directory.chosen(session(), g.workspace.id),
        price_of=price_of,
        kinds=PROVIDERS,
        built_in=_built_in(),
    )


def _choices_form(*, is_filled: bool = False) -> ChoicesForm:
    models = [one for one in directory.models(session(), g.workspace.id) if one.enabled]
    chosen = directory.chosen(session(), g.workspace.id)
    data = {purpose.value: str(chosen.get(purpose, "")) for purpose in Purpose}
    form = ChoicesForm(data=data if is_filled else None)
    named = [(str(one.id), f"{one.title} ({one.provider.name})") for one in models]
    # Once there are models, steps must find one: nothing falls back to practice in silence.
    form.default.choices = named if Purpose.DEFAULT in chosen else [("", "Choose one"), *named]
    form.fast.choices = form.good.choices = [("", "As the default"), *named]
    form.fallback.choices = [("", "The step fails and says why"), *named]
    return form


def _new_page(
    provider: Provider,
    form: ProviderForm,
    status: int = 200,
    *,
    trouble: str = "",
    may_go_on: bool = False,
) -> Response:
    return page(
        "language_models/new.html",
        status,
        provider=provider,
        form=form,
        trouble=trouble,
        may_go_on=may_go_on,
    )


def _asked(kind: str) -> Provider:
    provider = PROVIDERS.get(kind)
    if provider is None or (provider.is_local and not _may_be_here()):
        abort(404)
    return provider


def _built_in() -> Standing | None:
    """None where none is wanted."""
    return standing.read(settings().data_dir / "run") if settings().local_model else None


def _may_be_here() -> bool:
    return settings().local_models
