"""The page of a try, put together for the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, g, request

from app.agents.outline import lone_card
from app.engine.redact import Redactor
from app.engine.values import Json
from app.lib import ids
from app.nodes.catalogue import CATALOGUE
from app.runs import run_view
from app.runs.models import Run
from app.runs.people_copy import people_copy
from app.runs.run_view import RunView
from app.runs.step_words import went_in
from app.runs.timeline import Row
from app.trials.bench import Bench
from app.trials.blueprint import panel_here
from app.trials.inputs import Input
from app.trials.preview import Preview
from app.vault import facts
from app.web.pages import page
from app.web.transactions import session


@dataclass(frozen=True, slots=True)
class Tried:
    """The run that tries the step, and the step's line in it."""

    view: RunView
    row: Row

    @property
    def is_live(self) -> bool:
        """Whether it may still change."""
        return self.view.is_live


def trial_page(
    here: Bench,
    status: int = 200,
    *,
    fields: Sequence[Input] | None = None,
    tried: Run | None = None,
    ask_first: Preview | None = None,
    refused: str = "",
    typed_sample: str | None = None,
) -> Response:
    """The page. `fields` have a person's words; `ask_first` is what a try for real would send."""
    shown = ask_first or here.preview
    place = panel_here()
    return page(
        "trials/panel.html" if place else "trials/show.html",
        status,
        agent=g.agent,
        place=place,
        card=lone_card(here.graph, here.step, ()),
        here=here,
        step=here.step,
        fields=here.inputs if fields is None else fields,
        mode=request.form.get("mode") or ("rehearsal" if here.may_write else "live"),
        once=request.form.get("once") or ids.new_id().hex,
        preview=shown,
        given=_in_words(here, shown.given),
        ask_first=ask_first is not None,
        tried=None if tried is None else tried_of(tried),
        refused=refused,
        typed_sample=typed_sample,
    )


def tried_of(run: Run) -> Tried:
    """What became of a try so far."""
    view = run_view.view(session(), g.workspace, run)
    return Tried(view, next(row for row in view.rows if row.step_id == run.only_node_id))


def _in_words(here: Bench, given: Mapping[str, Json] | None) -> Json:
    """The settings as people read them, without secrets and of bounded size."""
    if given is None or here.is_start:
        return None
    names = {
        name: fact.name for name, fact in facts.connection_facts(session(), g.workspace.id).items()
    }
    kind = CATALOGUE.get(here.step.type)
    words = went_in(here.step, dict(given), trigger={}, step_type=kind, connections=names)
    return people_copy(words, Redactor())
