"""One delivery: what it said, what came of it, and playing it, or a caught sample, once more."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.agents import drafts
from app.agents.surroundings import problems_of
from app.engine.redact import Redactor
from app.engine.states import RunMode, TriggerType
from app.engine.values import Json
from app.files.web_process import store
from app.lib import ids
from app.lib.cipher import CannotOpen
from app.runs import starting
from app.runs.models import Run
from app.runs.people_copy import people_copy
from app.runs.start_routes import NO_BELL
from app.runs.starting import Start
from app.runs.web_process import bell
from app.triggers import delivery_list, replaying, samples
from app.triggers.deliveries import open_payload
from app.triggers.hook_files import files_in, with_copies
from app.triggers.hook_models import Delivery
from app.triggers.models import Trigger
from app.triggers.replaying import ReplayRefused
from app.triggers.start_scope import person, trigger_here
from app.triggers.webhook_routes import HERE, bp, webhook_here
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

__all__ = ["bp"]

HAS_PROBLEMS = "The draft has problems that keep it from running. Mend them first."


@bp.get(f"{HERE}/deliveries/<uuid:key>")
@requires("runs.read")
def delivery(agent_slug: str, node_id: str, key: uuid.UUID) -> Response:
    """One delivery as people may see it."""
    place = webhook_here(agent_slug, node_id)
    found = _delivery(trigger_here(place), key)
    said = _said(found)
    return page(
        "triggers/delivery.html",
        place=place,
        agent=place.agent,
        delivery=found,
        said=people_copy(said, Redactor()) if said is not None else None,
        run=_run_of(found),
        once=ids.new_word() + ids.new_word(),
    )


@bp.post(f"{HERE}/deliveries/<uuid:key>/replays")
@requires("runs.start")
def replay(agent_slug: str, node_id: str, key: uuid.UUID) -> ResponseReturnValue:
    """A new run with what this delivery said, on the published version."""
    trigger = trigger_here(webhook_here(agent_slug, node_id))
    found = _delivery(trigger, key)
    said, here = _said(found), url_for("webhooks.delivery", node_id=node_id, key=key)
    if said is None:
        flash(replaying.NOT_KEPT, "bad")
        return redirect_to(here)
    whole = _with_copies(said)
    try:
        with writing() as open_session:
            run = replaying.replay(
                open_session,
                keyring(),
                trigger,
                found,
                payload=whole,
                by=person(),
                once=request.form.get("once", ""),
            )
    except ReplayRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(here)
    return _rung(run)


@bp.post(f"{HERE}/sample/runs")
@requires("agents.edit")
def run_sample(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Run the draft with what was caught."""
    place = webhook_here(agent_slug, node_id)
    sample = samples.sample_of(session(), keyring(), place.agent, place.step.id)
    if not isinstance(sample, dict) or not place.in_draft:
        abort(404)
    draft = drafts.draft_of(session(), place.agent)
    found = problems_of(session(), place.agent, draft.flow_graph.graph)
    if any(problem.severity == "error" for problem in found):
        flash(HAS_PROBLEMS, "bad")
        return redirect_to(url_for("editor.enter"))
    is_live = request.form.get("mode") == "live"
    begin = Start(
        payload=sample,
        trigger_type=TriggerType.MANUAL,
        by=person(),
        mode=RunMode.LIVE if is_live else RunMode.REHEARSAL,
        start_node_id=place.step.id,
        trigger_words=f"A caught delivery of “{place.step.name}”"[:200],
        files=tuple(files_in(sample)),
    )
    with writing() as open_session:
        draft = drafts.draft_of(open_session, place.agent)
        run = starting.start(open_session, keyring(), agent=place.agent, version=draft, begin=begin)
    return _rung(run)


def _rung(run: Run) -> ResponseReturnValue:
    address = url_for("runs.show", workspace_slug=g.workspace.slug, run_id=run.id)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(address)


def _delivery(trigger: Trigger, key: uuid.UUID) -> Delivery:
    return delivery_list.by_key(session(), trigger, key) or abort(404)


def _said(found: Delivery) -> dict[str, Json] | None:
    try:
        return open_payload(keyring(), found)
    except CannotOpen:
        return None


def _with_copies(said: dict[str, Json]) -> dict[str, Json]:
    """The files of a delivery belong to its run, so another run gets copies."""
    if not any(files_in(said)):
        return said
    me, here = person().id, g.workspace.id
    body = with_copies(said["body"], session(), store(), workspace_id=here, by=me)
    return {**said, "body": body}


def _run_of(found: Delivery) -> Run | None:
    if found.run_id is None:
        return None
    return (
        session()
        .scalars(select(Run).where(Run.workspace_id == found.workspace_id, Run.id == found.run_id))
        .one_or_none()
    )
