"""Agents that book and charge for each guest of a list, and how their failed runs are continued."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.models import Agent
from app.engine.graph import Graph, Step
from app.runs.models import Run
from tests.cast import Cast
from tests.replays.conftest import OpenBrowser, Shop
from tests.runs.flows import answer, form, http, in_a_row, step
from tests.runs.pages import RUNS

GUESTS = ["Ada", "Ben", "Cleo", "Dan"]
LOOP = "each0000"


def post(shop: Shop, word: str, body: str, parent: str, **fields: object) -> Step:
    """A step inside a loop that sends this text."""
    made = http(word, f"{shop.url}/{word}", "POST", body_kind="text", body=body, **fields)
    return replace(made, parent=parent)


def guests(shop: Shop, *, items: object = "", gives: str = "count", **loop: object) -> Graph:
    """Books and charges for each guest, then answers with how many, or with what they gave."""
    each = step("each", "for_each", {"items": items or GUESTS, "at_once": 1, **loop})
    outer = in_a_row(form("name"), each, answer(f"{{{{ steps.each.{gives} }}}} done"))
    inner = in_a_row(
        post(shop, "book", "{{ item }}", LOOP, send_twice=True),
        post(shop, "charge", "{{ item }}", LOOP, send_twice=True),
    )
    links = tuple(replace(one, id=f"deep{place:04}") for place, one in enumerate(inner.links))
    return Graph(steps=(*outer.steps, *inner.steps), links=(*outer.links, *links))


def tours(shop: Shop) -> Graph:
    """Goes through groups of guests; each group is greeted, then each guest booked and charged."""
    graph = guests(shop, items="{{ item.guests }}")
    tours = [{"guests": ["Ada", "Ben"]}, {"guests": ["Cleo", "Dan"]}]
    outer = in_a_row(
        form("name"), step("tour", "for_each", {"items": tours}), answer("{{ steps.tour.count }}")
    )
    inner = in_a_row(
        post(shop, "greet", "{{ index }}", "tour0000", send_twice=True),
        replace(graph.step(LOOP), parent="tour0000"),
    )
    deep = [one for one in graph.steps if one.parent == LOOP]
    links = [*outer.links, *inner.links, *graph.links[2:]]
    return Graph(
        steps=(*outer.steps, *inner.steps, *deep),
        links=tuple(replace(one, id=f"way0{place:04}") for place, one in enumerate(links)),
    )


def change(session: Session, cast: Cast, agent: Agent, step_id: str, **fields: object) -> None:
    """Give a step of the draft other settings."""
    with database.writing(session):
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=drafts.draft_of(session, agent).flow_graph.revision,
            command=lambda graph: replace(
                graph,
                steps=tuple(
                    replace(one, fields={**one.fields, **fields}) if one.id == step_id else one
                    for one in graph.steps
                ),
            ),
        )


def new(run: Run, step_id: str = LOOP, **more: str) -> str:
    """The page that says what continuing at the loop would do."""
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{RUNS}/{run.id}/repeats/new?from={step_id}{asked}"


def go_on(browser: OpenBrowser, cast: Cast, run: Run, step_id: str = LOOP, **fields: str) -> None:
    """Continue at the loop."""
    wanted = {"from": step_id, "mode": "live", **fields}
    sent = browser(cast.ben).send(new(run, step_id), f"{RUNS}/{run.id}/repeats", **wanted)
    assert sent.status_code == 303
