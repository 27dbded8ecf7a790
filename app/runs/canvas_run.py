"""A run as the canvas lays it over the flow: the state of each step, the links it took."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask import url_for
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.record import StepRecord
from app.engine.states import RunMode, RunStatus, StepStatus
from app.engine.values import Json
from app.engine.words import parts_of
from app.nodes.catalogue import CATALOGUE
from app.runs import directory, loop_items, loop_times, run_view
from app.runs.loop_items import Item, Place
from app.runs.loop_times import Times
from app.runs.models import Run
from app.runs.run_view import RunView
from app.runs.timeline import Row
from app.web.access import can
from app.web.words import duration, moment
from app.workspaces.models import Workspace

_NEWEST = "9999999"  # the last one there is counts instead
MOST_LOOPS = 20  # of so many loops at most an item is shown; each costs a few queries
_STATES = {
    StepStatus.PENDING: "waiting",
    StepStatus.RUNNING: "running",
    StepStatus.WAITING: "waiting",
    StepStatus.SUCCESS: "done",
    StepStatus.FAILED: "failed",
    StepStatus.SKIPPED: "skipped",
    StepStatus.CANCELLED: "skipped",
}
_UNDER_WAY = (StepStatus.RUNNING, StepStatus.WAITING)
_WORDS = {
    RunStatus.PENDING: "Waiting",
    RunStatus.RUNNING: "Running",
    RunStatus.WAITING: "Waiting",
    RunStatus.SUCCESS: "Done",
    RunStatus.FAILED: "Failed",
    RunStatus.CANCELLED: "Cancelled",
}


def view_with_items(session: Session, workspace: Workspace, run: Run, item: str | None) -> RunView:
    """The run with one item of each loop that has begun; `item` names the one to look at."""
    view = run_view.view(session, workspace, run, item=item)
    items = dict(view.items)
    for place in _places(view, items):
        found = loop_items.items_of(session, run, view.graph, place)
        items |= {key: one for key, one in found.items() if key not in items}
    return replace(view, items=items)


def times_inside(session: Session, view: RunView, item: str | None) -> Mapping[str, Times]:
    """How often the steps in loops ran, once the run is over and unless one looks at one item."""
    return {} if view.is_live or item else loop_times.times_of(session, view.run, view.graph)


def told(view: RunView, times: Mapping[str, Times], *, may_stop: bool) -> dict[str, Json]:
    """What the canvas draws of the run; `times` are of the steps inside loops."""
    run = view.run
    records = {**_outside(view), **_inside(view)}
    taken, live = _links(view, records)
    return {
        "id": str(run.id),
        "mark": view.mark,
        "status": run.status.value,
        "mode": run.mode.value,
        "words": words_of(run.status, run.mode),
        "is_over": run.status.is_final,
        "title": _title(view),
        "at": moment(run.created_at),
        "seconds": run.seconds or 0,
        "done": view.done,
        "total": max(len(view.rows) - view.passed_by, view.done),
        "address": url_for("runs.show", run_id=run.id),
        "stop": url_for("runs.cancellation", run_id=run.id) if may_stop and view.is_live else None,
        "steps": dict(_steps(view.rows, times)),
        "items": {loop_id: _item(view.items[loop_id]) for loop_id in view.items},
        "taken": taken,
        "live": live,
    }


def words_of(status: RunStatus, mode: RunMode) -> str:
    """What the bar over the canvas calls it: `Running`, `Rehearsing`, `Rehearsal failed`."""
    if mode is not RunMode.REHEARSAL:
        return _WORDS[status]
    if status is RunStatus.RUNNING:
        return "Rehearsing"
    return f"Rehearsal {_WORDS[status].lower()}"


def run_over(
    session: Session, workspace: Workspace, agent: Agent, run_id: uuid.UUID, item: str | None
) -> dict[str, Json] | None:
    """A run of the whole flow of this agent, as the outline lays it over its steps."""
    run = directory.by_id(session, workspace, run_id=run_id)
    if run is None or run.agent_id != agent.id or run.only_node_id is not None:
        return None
    view = view_with_items(session, workspace, run, item)
    return told(view, times_inside(session, view, item), may_stop=can("runs.cancel"))


def _places(view: RunView, items: Mapping[str, Item]) -> Iterator[Place]:
    """Of each loop without one the item to show: while it runs the newest, later a failed one."""
    begun = [step for step in view.graph.order if _is_loop(step.type) and step.id not in items]
    for step in begun[:MOST_LOOPS]:
        around = view.graph.around(step.id)
        if not around:
            yield Place(step.id, _NEWEST if view.is_live else None)
        elif around[0].id in items:
            yield Place(step.id, f"{items[around[0].id].path}.0")


def _is_loop(step_type: str) -> bool:
    known = CATALOGUE.get(step_type)
    return known is not None and known.is_loop


def _steps(rows: Sequence[Row], times: Mapping[str, Times]) -> Iterator[tuple[str, Json]]:
    for row in rows:
        yield row.step_id, _step(row, times.get(row.step_id))
        yield from _steps(row.rows, times)


def _step(row: Row, times: Times | None) -> dict[str, Json]:
    state = _STATES[StepStatus(row.state)]
    if state == "waiting" and row.waiting is not None and row.waiting.question is not None:
        state = "needs"
    took = duration(row.took_s) if row.took_s is not None and state != "running" else ""
    tries = f"{_ordinal(len(row.tries))} try" if len(row.tries) > 1 else ""
    said = state in ("running", "needs", "failed")
    told: dict[str, Json] = {
        "state": state,
        "words": "".join(part.text for part in parts_of(row.say)) if said else "",
        "took": ", ".join(filter(None, (tries, took))),
        "path": row.path,
    }
    if row.item is not None:
        told["count"] = row.item.total
        told["done"] = row.item.count if state == "done" else row.item.count - 1
    elif times is not None:
        told |= {"count": times.often, "took": duration(times.seconds)}
    if state == "running" and row.took_s is not None:
        told["seconds"] = round(row.took_s, 1)
    return told


def _item(item: Item) -> dict[str, Json]:
    return {
        "number": item.number + 1,
        "count": item.total,
        "is_failed": item.is_failed,
        "before": _address(item, item.number - 1) if item.number else None,
        "after": _address(item, item.number + 1) if item.number + 1 < item.count else None,
    }


def _address(item: Item, number: int) -> str:
    return f"{item.loop_id}:{item.path_of(number)}"


def _outside(view: RunView) -> dict[str, StepRecord]:
    return {record.step_id: record for record in view.records}


def _inside(view: RunView) -> dict[str, StepRecord]:
    return {step_id: one for item in view.items.values() for step_id, one in item.records.items()}


def _links(view: RunView, records: Mapping[str, StepRecord]) -> tuple[list[Json], list[Json]]:
    """The links on which the run went on, and those that lead to what runs now."""
    taken: list[Json] = []
    live: list[Json] = []
    for record in records.values():
        if record.port is None:
            continue
        for link in view.graph.links_from(record.step_id, record.port):
            target = records.get(link.target)
            if target is not None and target.started_at is not None:
                is_now = view.is_live and target.status in _UNDER_WAY
                (live if is_now else taken).append(link.id)
    return taken, live


def _title(view: RunView) -> str:
    if view.failure is not None:
        return "".join(part.text for part in view.failure.what)
    if view.is_live:
        return view.story.now or view.story.text
    return view.story.text


def _ordinal(number: int) -> str:
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")
