"""The results of a batch as a file: asked for, waited for, downloaded."""

import uuid

from flask import g, url_for
from flask.typing import ResponseReturnValue

from app.agents.scope import person
from app.batch_results import asking
from app.batch_results.blueprint import bp
from app.batches.blueprint import back_to, batch_here, look_for_workers
from app.batches.refused import BatchRefused
from app.files import uploads
from app.files.sending import sent
from app.handovers.addresses import kind_of
from app.handovers.asking import NOT_KEPT, HandoverRefused
from app.web.access import requires
from app.web.transactions import session, writing
from app.web.words import reader_zone


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/files/<ending>")
@requires("runs.read")
def make_file(batch_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """Let a worker make a file of every row: what went in, and what came out."""
    batch = batch_here(batch_id)
    runs = url_for("runs.index", _external=True, workspace_slug=g.workspace.slug)
    wish = {"zone": str(reader_zone()), "runs": runs}
    kind, name = kind_of(ending), f"{batch.agent.slug}-results.{ending}"
    try:
        with writing() as open_session:
            asking.ask(open_session, batch, kind, wish, name=name, by=person())
    except (BatchRefused, HandoverRefused) as refused:
        return back_to(batch.id, refused.sentence, "bad")
    look_for_workers()
    return back_to(batch.id)


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/files/<ending>")
@requires("runs.read")
def file(batch_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """The file that a worker has made."""
    batch, kind = batch_here(batch_id), kind_of(ending)
    made = (one.file_id for one in asking.of_batch(session(), batch) if one.kind is kind)
    file_id = next(made, None)
    found = uploads.one(session(), g.workspace.id, file_id) if file_id else None
    return sent(found) if found else back_to(batch_id, NOT_KEPT, "info")


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/files/<ending>/cancellation")
@requires("runs.read")
def stop_file(batch_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """Do without the file."""
    batch = batch_here(batch_id)
    try:
        with writing() as open_session:
            asking.stop(open_session, batch, kind_of(ending), by=person())
    except BatchRefused as refused:
        return back_to(batch.id, refused.sentence, "bad")
    return back_to(batch.id)
