"""Where ways out lead that were there before: elsewhere, further, or nowhere any more."""

from collections.abc import Iterator, Mapping

from app.engine.check_place import ways_out
from app.engine.diff_change import Change, Size
from app.engine.diff_place import Place
from app.engine.graph import Graph, Step
from app.engine.words import listed


class Ways:
    """The ways of two flows: `old` and `new`, which have some steps in common."""

    def __init__(self, old: Graph, new: Graph) -> None:
        self._old, self._new = old, new
        self._both = {step.id for step in new.steps if old.find(step.id) is not None}

    def changes(self, place: Place, before: Step) -> Iterator[Change]:
        """The ways out of a step that do not lead where they led.

        A way that only passes through a new step, or misses one that is gone, is told with that
        step.
        """
        step = place.step
        links = (*self._old.links_from(step.id), *self._new.links_from(step.id))
        labels = _labels(place, before)
        for port in dict.fromkeys(link.source_port for link in links):
            old = self._reached(self._old, step.id, port)
            new = self._reached(self._new, step.id, port)
            direct = {link.target for link in self._new.links_from(step.id, port)}
            gained = [one for one in new if one not in old and one in direct]
            lost = [one for one in old if one not in new]
            if gained or lost:
                way = f", way “{labels[port]}”," if labels.get(port) else ""
                told = f"“{step.name}”{way} {self._words(gained, lost, rest=bool(direct))}"
                yield place.tell(told, size=Size.FEATURE)

    def around(self, step: Step, graph: Graph) -> str:
        """What a new or a removed step stands between: `, between “A” and “B”`."""
        before = _names(graph, [link.source for link in graph.links_to(step.id)])
        after = _names(graph, [link.target for link in graph.links_from(step.id)])
        loop = graph.find(step.parent or "")
        inside = f", inside “{loop.name}”" if loop else ""
        if len(before) == 1 and len(after) == 1:
            return f"{inside}, between {before[0]} and {after[0]}"
        behind = f", after {listed(before)}" if before else ""
        onward = f", leads to {listed(after)}" if after else ""
        return f"{inside}{behind}{onward}"

    def _reached(self, graph: Graph, step_id: str, port: str) -> dict[str, None]:
        """The steps that both flows have to which a way leads, past those that only one has."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [link.target for link in graph.links_from(step_id, port)]
        while waiting:
            target = waiting.pop(0)
            if target in self._both:
                found[target] = None
            elif target not in seen:
                seen.add(target)
                waiting += [link.target for link in graph.links_from(target)]
        return found

    def _words(self, gained: list[str], lost: list[str], *, rest: bool) -> str:
        onward = listed(_names(self._new, gained))
        left = listed(_names(self._new, lost))
        if gained and lost:
            return f"now leads to {onward} instead of {left}"
        if gained:
            return f"now also leads to {onward}" if rest else f"now leads to {onward}"
        return f"no longer leads to {left}" if rest else f"ends here now, it led to {left}"


def _labels(place: Place, before: Step) -> Mapping[str, str]:
    """The words of the ways out, where there are several."""
    if place.kind is None:
        return {}
    ways = dict(ways_out(before, place.kind)) | dict(ways_out(place.step, place.kind))
    return ways if len(ways) > 1 else {}


def _names(graph: Graph, ids: list[str]) -> list[str]:
    return [f"“{graph.step(one).name}”" for one in dict.fromkeys(ids)]
