"""What the check is told of a workspace that is known by its plain values only."""

from collections.abc import Iterable

from app.composing.wishes import Surroundings, Thing
from app.engine.check import ConnectionFact, Known, Problem, problems
from app.engine.check_alone import templates_in
from app.engine.check_settings import fixed_target
from app.engine.field_tools import tools_in
from app.engine.fields import Connection, Pick
from app.engine.graph import Graph, Step
from app.engine.model_port import PURPOSES
from app.engine.words import listed
from app.lib import resolver
from app.lib.safe_http import HostPattern
from app.nodes.catalogue import CATALOGUE

MAIL_WAY = "An administrator does that in Settings → Mail."


def known_of(around: Surroundings, base: Graph | None, graph: Graph | None = None) -> Known:
    """What exists: the things of the surroundings, and what the flow `base` uses already.

    Where a connection may be sent is not known here; the draft's own check looks at that, so
    every address of `graph` counts as allowed.
    """
    used = list(base.steps) if base is not None else []
    hosts = _hosts(graph.steps if graph is not None else ())
    choices = {
        "tables": _names(around.tables),
        "agents": _names(around.agents),
        "mailboxes": _names(around.mailboxes),
        "models": dict(PURPOSES),
    }
    connections = {one.id: ConnectionFact(hosts, one.name) for one in around.services}
    for step, name, value in _chosen(used):
        field = CATALOGUE[step.type].fields[name]
        if isinstance(field, Connection):
            connections.setdefault(value, ConnectionFact(hosts, value))
        elif isinstance(field, Pick):
            choices.setdefault(field.of, {}).setdefault(value, value)
    variables = frozenset(around.variables) | _variables(used)
    return Known(connections=connections, variables=variables, choices=choices)


def errors_in(graph: Graph, around: Surroundings, base: Graph | None = None) -> list[Problem]:
    """What keeps the flow from being published, as far as it can be known here."""
    known = known_of(around, base, graph)
    return [one for one in problems(graph, CATALOGUE, known=known) if one.severity == "error"]


def missing_in(graph: Graph, around: Surroundings, base: Graph | None = None) -> tuple[str, ...]:
    """A sentence for each thing that somebody has to fill in before the flow can be published."""
    told: dict[str, None] = {}
    for one in errors_in(graph, around, base):
        step = graph.find(one.step_id or "")
        told[f"In “{step.name}”: {one.text}" if step else one.text] = None
    sends = [f"“{step.name}”" for step in graph.steps if step.type == "send_email"]
    if sends and not around.mail_is_set_up:
        verb = "sends" if len(sends) == 1 else "send"
        told[f"{listed(sends)} {verb} mail, and no mail server is set up yet. {MAIL_WAY}"] = None
    return tuple(told)


def _names(things: Iterable[Thing]) -> dict[str, str]:
    return {one.id: one.name for one in things}


def _hosts(steps: Iterable[Step]) -> frozenset[str]:
    """Every host that is typed out in an address."""
    addresses = [step.fields.get("url") for step in steps]
    addresses += [row["address"] for step in steps for row in tools_in(step.fields.get("tools"))]
    targets = (fixed_target(one) for one in addresses)
    return frozenset(str(HostPattern(one.host, False, None)) for one in targets if one is not None)


def _chosen(steps: Iterable[Step]) -> Iterable[tuple[Step, str, str]]:
    for step in steps:
        kind = CATALOGUE.get(step.type)
        for name, value in step.fields.items():
            field = kind.fields.get(name) if kind else None
            if isinstance(field, Connection | Pick) and isinstance(value, str) and value:
                yield step, name, value


def _variables(steps: Iterable[Step]) -> frozenset[str]:
    paths = (
        path.parts
        for step in steps
        for template in templates_in(dict(step.fields))
        for path in resolver.names_used(template)
    )
    return frozenset(str(one[1]) for one in paths if one[0] == "vars" and len(one) > 1)
