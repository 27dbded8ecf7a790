"""The page of a webhook: its address, its secrets, catching a sample, and its deliveries."""

import uuid

from flask import Blueprint, Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.addresses import stay_here
from app.engine.redact import Redactor
from app.nodes.start_webhook import StartWebhook
from app.runs.people_copy import people_copy
from app.triggers import addresses, delivery_list, hook_secrets, refusals, samples
from app.triggers.call_example import call_example
from app.triggers.hook_models import HookSecret, Outcome
from app.triggers.hook_secrets import SecretRefused
from app.triggers.start_scope import Place, person, place_here, public_url, trigger_here
from app.triggers.webhook_forms import HookSecretForm
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces.addresses import works_here_only

bp = Blueprint("webhooks", __name__)
bp.url_defaults(stay_here)
HERE = "/w/<workspace_slug>/agents/<agent_slug>/webhooks/<node_id>"
MAX_SEARCH_CHARS = 80


@bp.get(HERE)
@requires("runs.read")
def show(agent_slug: str, node_id: str) -> Response:
    """Everything about one webhook."""
    return _page(webhook_here(agent_slug, node_id))


@bp.post(f"{HERE}/address")
@requires("agents.edit")
def address(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Make the address before publishing does, or another one in its place."""
    place = webhook_here(agent_slug, node_id)
    with writing() as open_session:
        if place.trigger is not None:
            addresses.renew(open_session, place.trigger, by=person())
        else:
            addresses.ensure(open_session, place.agent, place.step)
    flash("This is the new address. Tell the sender.", "ok")
    return redirect_to(url_for("webhooks.show", node_id=node_id))


@bp.post(f"{HERE}/secrets")
@requires("agents.edit")
def add_secret(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Make a secret and show it, once; the one before stays good until it is removed."""
    place, form = webhook_here(agent_slug, node_id), HookSecretForm()
    if not form.is_posted_right():
        return _page(place, 422, form=form)
    try:
        with writing() as open_session:
            trigger = addresses.ensure(open_session, place.agent, place.step)
            made = hook_secrets.add(
                open_session, keyring(), trigger, by=person(), value=form.value.data or ""
            )
    except SecretRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(url_for("webhooks.show", node_id=node_id))
    if form.value.data:
        flash("The secret is kept. Deliveries signed with it are taken.", "ok")
        return redirect_to(url_for("webhooks.show", node_id=node_id))
    return _page(webhook_here(agent_slug, node_id), made=made)


@bp.post(f"{HERE}/secrets/<uuid:secret_id>/removal")
@requires("agents.edit")
def remove_secret(agent_slug: str, node_id: str, secret_id: uuid.UUID) -> ResponseReturnValue:
    """Deliveries that are signed with this secret are refused from now on."""
    trigger = trigger_here(webhook_here(agent_slug, node_id))
    secret = next((one for one in hook_secrets.of(session(), trigger) if one.id == secret_id), None)
    if secret is None:
        abort(404)
    with writing() as open_session:
        hook_secrets.remove(open_session, trigger, secret, by=person())
    flash("The secret is removed.", "ok")
    return redirect_to(url_for("webhooks.show", node_id=node_id))


@bp.post(f"{HERE}/catching")
@requires("agents.edit")
def catching(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Catch the next delivery as sample data, or stop waiting for it."""
    place = webhook_here(agent_slug, node_id)
    with writing() as open_session:
        trigger = addresses.ensure(open_session, place.agent, place.step)
        if request.form.get("to") == "off":
            samples.stop(open_session, trigger)
        else:
            samples.listen(open_session, trigger, by=person())
    return redirect_to(url_for("webhooks.show", node_id=node_id))


@bp.get(f"{HERE}/caught")
@requires("runs.read")
def caught(agent_slug: str, node_id: str) -> Response:
    """What the page asks while it waits for a delivery to catch."""
    place = webhook_here(agent_slug, node_id)
    return page("triggers/_catching.html", **_catching(place), place=place)


@bp.post(f"{HERE}/sample/deletion")
@requires("agents.edit")
def forget_sample(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Delete what was caught."""
    place = webhook_here(agent_slug, node_id)
    with writing() as open_session:
        samples.forget(open_session, place.agent, place.step.id)
    flash("The sample is deleted.", "ok")
    return redirect_to(url_for("webhooks.show", node_id=node_id))


def webhook_here(agent_slug: str, node_id: str) -> Place:
    """The webhook that the address names."""
    return place_here(agent_slug, node_id, StartWebhook.type)


def _page(
    place: Place, status: int = 200, /, *, form: HookSecretForm | None = None, made: str = ""
) -> Response:
    trigger = place.trigger
    call = f"{public_url()}/hooks/{trigger.token}" if trigger else ""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    outcome = _outcome()
    return page(
        "triggers/webhook.html",
        status,
        place=place,
        agent=place.agent,
        call=call,
        example=call_example(call, place.fields) if call else "",
        works_here_only=works_here_only(public_url()),
        secrets=_secrets(place),
        form=form or HookSecretForm(formdata=None),
        made=made,
        found=delivery_list.list_page(
            session(), trigger, words=words, outcome=outcome, older_than=_older_than()
        )
        if trigger
        else None,
        words=words,
        outcome=outcome,
        is_first_page="older_than" not in request.args,
        refused=refusals.recent(session(), trigger) if trigger else (),
        **_catching(place),
    )


def _catching(place: Place) -> dict[str, object]:
    """The state of catching, and the copy of the sample that people may see."""
    sample = samples.sample_of(session(), keyring(), place.agent, place.step.id)
    return {
        "until": samples.listening_until(session(), place.trigger) if place.trigger else None,
        "sample": people_copy(sample, Redactor()) if sample is not None else None,
        "caught_at": samples.caught_at(session(), place.agent, place.step.id),
    }


def _secrets(place: Place) -> tuple[HookSecret, ...]:
    return tuple(hook_secrets.of(session(), place.trigger)) if place.trigger else ()


def _outcome() -> Outcome | None:
    word = request.args.get("outcome") or None
    try:
        return Outcome(word) if word else None
    except ValueError:
        abort(404)


def _older_than() -> uuid.UUID | None:
    typed = request.args.get("older_than")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
