"""One sentence about a run, for lists and for Home."""

from collections.abc import Iterable

from app.engine.graph import Graph
from app.engine.record import StepRecord
from app.engine.run_facts import RunFacts
from app.engine.states import RunStatus
from app.engine.story import story
from app.nodes.catalogue import CATALOGUE


def summary(
    graph: Graph, shown: Iterable[StepRecord], status: RunStatus, reason: str | None = None
) -> str:
    """What the run is doing now, or what it did; `shown` are records that people may see."""
    told = story(graph, shown, RunFacts(status, reason), catalogue=CATALOGUE)
    return told.now or told.text
