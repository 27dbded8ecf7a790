"""What the canvas is told in JSON: how each step looks, what is wrong, what can be added."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeAlias

from jinja2.utils import htmlsafe_json_dumps

from app.accounts.models import User
from app.agents.models import AgentVersion
from app.editor.palette import searched
from app.engine.check import Problem, ways_out
from app.engine.check_settings import fixed_target
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.step_type import StepType
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE, by_group

Told: TypeAlias = dict[str, Json]


def views(graph: Graph, steps: Iterable[Step]) -> Told:
    """How these steps of the graph look, by id."""
    return {step.id: view(graph, step) for step in steps}


def views_since(before: Graph, after: Graph) -> Told:
    """How the steps look that are new, or may look different from before."""
    return views(after, (one for one in after.steps if _looks_other(one, before, after)))


def view(graph: Graph, step: Step) -> Told:
    """How one step looks. Of a kind that is not known here, the ways out are those in use."""
    kind = known_kind(step)
    if kind is None:
        return {
            "title": "A kind of step that is not known here",
            "icon": "circle-help",
            "about": step.type,
            "ways": [_way(port, port) for port in _ports_in_use(graph, step)],
            "is_only": len(_ports_in_use(graph, step)) < 2,
            "is_start": False,
            "is_loop": bool(graph.inside(step.id)),
            "is_known": False,
        }
    ways = [_way(port, label) for port, label in ways_out(step, kind)]
    return {
        "title": kind.title,
        "icon": kind.icon,
        "about": _about(step, kind),
        "ways": list[Json](ways),
        "is_only": len(ways) < 2,
        "is_start": kind.is_start,
        "is_loop": kind.is_loop or bool(graph.inside(step.id)),
        "is_known": True,
    }


def known_kind(step: Step) -> StepType | None:
    """The kind of the step; None for one that a newer version made."""
    kind = CATALOGUE.get(step.type)
    return kind if kind is not None and kind.version == step.type_version else None


def problems_told(problems: Sequence[Problem]) -> list[Json]:
    """What is wrong, as the page lists it."""
    return [
        {
            "step_id": problem.step_id,
            "field": problem.field,
            "severity": problem.severity,
            "text": problem.text,
        }
        for problem in problems
    ]


def told_of(user: User) -> dict[str, str]:
    """A person's name, and the letters that stand for it."""
    words = user.name.split() or ["?"]
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])
    return {"name": user.name, "initials": letters.upper()}


def draft_told(row: AgentVersion, problems: Sequence[Problem]) -> Told:
    """The whole draft, for a page that holds another revision of it."""
    flow_graph = row.flow_graph
    return {
        "revision": flow_graph.revision,
        "graph": flow_graph.graph.to_json(),
        "views": views(flow_graph.graph, flow_graph.graph.steps),
        "problems": problems_told(problems),
        "by": row.author.name,
        "at": flow_graph.updated_at.isoformat(),
    }


@cache
def kinds_told() -> Told:
    """Every kind of step that can be added; `place` counts them in the order of the palette."""
    every = (kind for _, kinds in by_group() for kind in kinds)
    return {kind.type: _kind(kind, place) for place, kind in enumerate(every)}


@cache
def kinds_spelled() -> str:
    """The same as JSON that a page can hold; spelling it costs more than the rest of the page."""
    return htmlsafe_json_dumps(kinds_told())


def _kind(kind: StepType, place: int) -> Told:
    fields = kind.initial_fields()
    fresh = Step(id="", type=kind.type, key="", name="", type_version=kind.version, fields=fields)
    return {
        "title": kind.title,
        "icon": kind.icon,
        "group": kind.group,
        "summary": kind.summary,
        "words": " ".join(dict.fromkeys(searched(kind).split())),
        "is_start": kind.is_start,
        "is_loop": kind.is_loop,
        "type_version": kind.version,
        "place": place,
        "fields": fields,
        "view": view(Graph.empty(), fresh),
    }


def _way(port: str, label: str) -> Told:
    return {"port": port, "label": label, "is_error": port == ERROR.id}


def _about(step: Step, kind: StepType) -> str:
    """The second line of a card: where a call goes, else what kind of step it is."""
    target = fixed_target(step.fields.get("url")) if "url" in kind.fields else None
    if target is not None:
        return f"{step.fields.get('method') or ''} {target.host}".strip()
    return kind.title if step.name != kind.title else kind.group


def _ports_in_use(graph: Graph, step: Step) -> list[str]:
    return sorted({link.source_port for link in graph.links_from(step.id)})


def _looks_other(step: Step, before: Graph, after: Graph) -> bool:
    was = before.find(step.id)
    if was is None or (was is not step and _own_look(was) != _own_look(step)):
        return True
    return _look_around(before, was) != _look_around(after, step)


def _own_look(step: Step) -> tuple[object, ...]:
    """What a step itself says of how it looks."""
    return step.type, step.type_version, step.fields, step.on_error, step.name


def _look_around(graph: Graph, step: Step) -> tuple[object, ...]:
    """What else decides how it looks; where both are equal, so are the views."""
    return bool(graph.inside(step.id)), known_kind(step) or _ports_in_use(graph, step)
