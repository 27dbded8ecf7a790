"""One batch: while it is set up, at work, and after; and what its open page asks again."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from app.batches import directory, ports
from app.batches import matching as matchings
from app.batches.blueprint import batch_here, bp
from app.batches.cells import as_cell, matched_places, shown_cells
from app.batches.ending import cells_of
from app.batches.estimate import Estimate, estimate, seconds_left
from app.batches.models import NOT_BEGUN, Batch, BatchRow, BatchStatus, RowStatus
from app.batches.sentences import sentence
from app.batches.work import FIRST_ROWS
from app.budgets import estimates
from app.budgets.amounts import Amount
from app.budgets.thinking import may_spend
from app.budgets.warning import Said, warning
from app.data_tables import directory as tables
from app.web.access import requires
from app.web.htmx import nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import session

SHOWN_ROWS = 5
SHOWN_PROBLEMS = 20
# What the tabs above the results show.
SHELVES: Mapping[str, Sequence[RowStatus]] = {
    "": (),
    "done": (RowStatus.DONE,),
    "failed": (RowStatus.FAILED,),
    "running": (RowStatus.RUNNING,),
    "waiting": (RowStatus.WAITING, RowStatus.AGAIN),
    "left_out": (RowStatus.LEFT_OUT, RowStatus.CANCELLED),
}


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>")
@requires("runs.read")
def show(batch_id: uuid.UUID) -> Response:
    """Matching columns before it begins; afterwards how far it is and what came out."""
    batch = batch_here(batch_id)
    if batch.status is BatchStatus.SETTING_UP:
        return setting_up(batch, problem=batch.problem)
    if batch.status in NOT_BEGUN:
        return page("batches/preparing.html", batch=batch, agent=batch.agent, table=_table(batch))
    return page("batches/show.html", **shown(batch))


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/live")
@requires("runs.read")
def live(batch_id: uuid.UUID) -> ResponseReturnValue:
    """What the open page asks each second: 204 while nothing is new, else the part anew."""
    batch = batch_here(batch_id)
    if request.args.get("seen") == str(batch.seq):
        return nothing_new()
    if batch.is_preparing:
        return page("batches/_preparing.html", batch=batch, agent=batch.agent)
    if batch.status in NOT_BEGUN or "preparing" in request.args:
        return redirect_to(url_for("batches.show", batch_id=batch.id))
    return page("batches/_live.html", **shown(batch))


def setting_up(batch: Batch, status: int = 200, *, problem: str = "") -> Response:
    """The page on which columns are matched."""
    version = batch.agent.active_version
    asked = matchings.asked_by(version.flow_graph.graph) if version else ()
    zone = matchings.zone_of(session(), batch.workspace_id)
    first = directory.first_rows(session(), batch, SHOWN_ROWS)
    expected = estimate(session(), batch, batch.ready)
    preview = [(row, matchings.given_by(asked, batch.matching, row.cells, zone)) for row in first]
    return page(
        "batches/setup.html",
        status,
        batch=batch,
        agent=batch.agent,
        version=version,
        asked=asked,
        preview=preview,
        lacking=matchings.lacks(asked, batch.matching),
        wrong=directory.wrong_rows(session(), batch, SHOWN_PROBLEMS),
        estimate=expected,
        said=_of_budgets(batch, expected),
        first_rows=min(FIRST_ROWS, batch.total),
        problem=problem,
    )


def shown(batch: Batch) -> dict[str, Any]:
    """How far it is, and one page of its rows."""
    shelf = request.args.get("show", "")
    if shelf not in SHELVES:
        abort(404)
    after, before = _number("after"), _number("before")
    columns = batch.columns
    handed = ports.handed(session(), batch)
    return {
        "batch": batch,
        "agent": batch.agent,
        "sentence": sentence(batch),
        "handed": handed,
        "is_live": batch.is_live or handed.is_working,
        "seconds_left": seconds_left(batch) if batch.status is BatchStatus.RUNNING else None,
        "newest": _newest(batch),
        "shelf": shelf,
        "place": {"after": after, "before": before},
        "found": directory.row_page(
            session(), batch, statuses=SHELVES[shelf], after=after, before=before
        ),
        "inputs": [columns[place].name for place in matched_places(batch)],
        "cells_of": lambda row: shown_cells(batch, row),
        "answers_of": lambda row: _answers(batch, row),
        "table": _table(batch),
    }


def _of_budgets(batch: Batch, expected: Estimate | None) -> Said | None:
    """That most of a budget is spent, or that what is left is too little for these rows."""
    if not may_spend(batch.version.flow_graph.graph):
        return None
    said = warning(session(), g.workspace, agent_id=batch.agent_id)
    if said is not None or expected is None or not expected.tokens:
        return said
    amount = Amount(expected.cost, expected.tokens)
    too_much = estimates.why_not(session(), g.workspace, batch.agent, amount)
    return Said(too_much, is_spent=False) if too_much else None


def _answers(batch: Batch, row: BatchRow) -> list[str]:
    answers = cells_of(row.answer)
    return [_words(as_cell(answers.get(name))) for name in batch.answer_names]


def _words(value: Any) -> str:
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _newest(batch: Batch) -> str:
    """The version that is active now, where it is another than the batch began with."""
    active = batch.agent.active_version
    if active is None or active.id == batch.agent_version_id or batch.agent.is_archived:
        return ""
    return active.version


def _table(batch: Batch) -> Any:
    if batch.table_id is None:
        return None
    return tables.by_id(session(), g.workspace.id, table_id=batch.table_id)


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None
