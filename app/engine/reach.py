"""What references may name at each place of a flow: earlier steps, outer loops, what set it off."""

from collections.abc import Iterator, Mapping, Set

from app.engine.graph import Graph, Step
from app.engine.problem import Known
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.lib.resolver import KnownNames

RUN_NAMES: KnownNames = {"id": None, "started_at": None, "mode": None}


class NamesInReach:
    """What references may name, worked out once for a whole flow."""

    def __init__(self, graph: Graph, catalogue: Mapping[str, StepType], *, known: Known) -> None:
        self.graph = graph
        self.by_key: dict[str, Step] = {step.key: step for step in graph.steps}
        self._inside: dict[str, KnownNames | None] = {}
        self._starts: dict[str, KnownNames | None] = {}
        self._known_keys: dict[str, str] = {}
        self._vars: KnownNames = dict.fromkeys(sorted(known.variables))
        for step in graph.order:
            step_type = catalogue.get(step.type)
            if step_type is None:
                continue
            self._inside[step.id] = _inside(step, step_type)
            self._known_keys[step.key] = step.id
            if step_type.is_start:
                self._starts[step.id] = self._inside[step.id]
        self._trigger = _together(list(self._starts.values()))

    def of(self, step: Step) -> KnownNames:
        """What this step may name: earlier steps, the start's values, variables, the run."""
        before = self.graph.before(step.id)
        return self._reach(before, is_in_loop=step.parent is not None)

    def at_end_of(self, loop: Step) -> KnownNames:
        """What may be named once all steps inside a loop are done, for one item."""
        inside = {one.id for one in self.graph.inside(loop.id)}
        return self._reach(self.graph.before(loop.id) | inside, is_in_loop=True)

    @property
    def begins_in_one_way(self) -> bool:
        """Whether every value of a start is there whenever a step can name it."""
        return len(self._starts) < 2

    def starts_without(self, step: Step, name: str) -> list[str]:
        """The starts that lead here and do not give this name, by their own names."""
        before = self.graph.before(step.id)
        return [
            self.graph.step(start).name
            for start, offered in self._starts.items()
            if start in before and offered is not None and name not in offered
        ]

    def _reach(self, before: Set[str], *, is_in_loop: bool) -> KnownNames:
        item: dict[str, KnownNames | None] = {"item": None, "index": None} if is_in_loop else {}
        return {
            "steps": _Earlier(self._known_keys, before, self._inside),
            "trigger": self._trigger,
            **item,
            "vars": self._vars,
            "run": RUN_NAMES,
            "now": None,
        }


class _Earlier(Mapping[str, KnownNames | None]):
    """The results of the steps before one, by key; a view, as a copy per step adds up."""

    def __init__(
        self,
        by_key: Mapping[str, str],
        before: Set[str],
        inside: Mapping[str, KnownNames | None],
    ) -> None:
        self._by_key = by_key
        self._before = before
        self._inside = inside

    def __getitem__(self, key: str) -> KnownNames | None:
        step_id = self._by_key[key]
        if step_id not in self._before:
            raise KeyError(key)
        return self._inside[step_id]

    def __iter__(self) -> Iterator[str]:
        return (key for key, step_id in self._by_key.items() if step_id in self._before)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _inside(step: Step, step_type: StepType) -> KnownNames | None:
    """The names that a step's result has; None where anything may be."""
    key = (NamesInReach, step_type)
    if key not in step.memo:
        offered = step_type.offers(step.fields)
        names = None if offered is None else dict.fromkeys(offered)
        if names is not None and step.on_error is OnError.ERROR_PORT:
            names["error"] = None
        step.memo[key] = None if step.on_error is OnError.CONTINUE else names
    kept: KnownNames | None = step.memo[key]
    return kept


def _together(offered: list[KnownNames | None]) -> KnownNames | None:
    """The names that any of the starts gives; None when one of them may give anything."""
    names: dict[str, KnownNames | None] = {}
    for one in offered:
        if one is None:
            return None
        names |= one
    return names
