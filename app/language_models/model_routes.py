"""Pages about one model: what it costs, a question to try it with, and who uses it."""

import uuid

from flask import Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.language_models import acts, directory, ports, question, usage
from app.language_models.blueprint import bp, me, model_door, place_of, the_model
from app.language_models.forms import ModelForm, QuestionForm
from app.language_models.models import NO_AGENT, LanguageModel
from app.language_models.prices import cost_of, price_of
from app.language_models.question import Tried
from app.language_models.usage import Spent
from app.lib.cipher import CannotOpen
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing


@bp.get("/w/<workspace_slug>/settings/models/<uuid:model_id>")
@requires("models.manage")
def model(model_id: uuid.UUID) -> Response:
    """One model."""
    return _page_of(the_model(model_id))


@bp.post("/w/<workspace_slug>/settings/models/<uuid:model_id>/details")
@requires("models.manage")
def change_model(model_id: uuid.UUID) -> ResponseReturnValue:
    """Change what it is called and costs, and whether it may be used."""
    form = ModelForm()
    if not form.is_posted_right():
        return _page_of(the_model(model_id), 422, form=form)
    with writing() as open_session:
        acts.change_model(open_session, model=the_model(model_id), by=me(), wishes=form.wishes())
    flash("Saved.", "ok")
    return redirect_to(url_for("language_models.model", model_id=model_id))


@bp.post("/w/<workspace_slug>/settings/models/<uuid:model_id>/question")
@requires("models.manage")
def try_question(model_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the model one question and show what it answers."""
    asked = the_model(model_id)
    form = QuestionForm()
    if not form.is_posted_right():
        return _page_of(asked, 422, question_form=form)
    try:
        place = place_of(asked.provider, keyring())
    except CannotOpen:
        lost = Tried(trouble=f"The key of {asked.provider.name} cannot be opened any more.")
        return _page_of(asked, question_form=form, tried=lost)
    why_not = ports.why_not_ask(session(), g.workspace)
    if why_not:
        return _page_of(asked, question_form=form, tried=Tried(trouble=why_not))
    name = asked.model_name
    session().rollback()  # nothing is held open while another computer is asked
    tried = question.ask(model_door(), place, model_name=name, question=form.question.data or "")
    spent = Spent.of(tried.usage, cost_of(the_model(model_id), tried.usage))
    if tried.usage.tokens:
        with writing() as open_session:
            day = usage.today(g.workspace.timezone)
            of_model = {the_model(model_id).title: spent}
            usage.add(open_session, g.workspace.id, NO_AGENT, day, of_model, user_id=me())
            ports.on_asked(open_session, g.workspace, spent)
    return _page_of(the_model(model_id), question_form=form, tried=tried, spent=spent)


@bp.post("/w/<workspace_slug>/settings/models/<uuid:model_id>/removal")
@requires("models.manage")
def remove_model(model_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a model; its provider stays."""
    removed = the_model(model_id)
    title, provider_id = removed.title, removed.provider_id
    with writing() as open_session:
        acts.remove_model(open_session, model=the_model(model_id), by=me())
    flash(f"“{title}” is removed.", "ok")
    return redirect_to(url_for("language_models.provider", provider_id=provider_id))


def _page_of(
    shown: LanguageModel,
    status: int = 200,
    *,
    form: ModelForm | None = None,
    question_form: QuestionForm | None = None,
    tried: Tried | None = None,
    spent: Spent | None = None,
) -> Response:
    chosen = directory.chosen(session(), g.workspace.id)
    return page(
        "language_models/model.html",
        status,
        model=shown,
        priced=price_of(shown),
        purposes=[purpose for purpose, one in chosen.items() if one == shown.id],
        uses=ports.used_by(session(), g.workspace.id, (shown.id,)),
        form=form or ModelForm.filled(shown),
        question_form=question_form or QuestionForm(formdata=None),
        tried=tried,
        spent=spent,
    )
