"""What a step can see of the others now: the values that were kept, for people to choose from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.editor.insertable import Source, sources_for
from app.editor.insides import Columns
from app.editor.values import Branch, Seen, branches
from app.engine import reach
from app.engine.check import Known
from app.engine.errors import StepFailed
from app.engine.graph import Graph, Step
from app.engine.redact import Redactor
from app.engine.values import Json
from app.lib.resolver import Path, TemplateError, as_text, check, compiled, names_used
from app.nodes.catalogue import CATALOGUE
from app.runs.people_copy import people_copy
from app.trials.earlier import Given
from app.trials.needs import is_start
from app.trials.preview import enter_loops, roots_of

MAX_PREVIEW_CHARS = 600


@dataclass(frozen=True, slots=True)
class Told:
    """A text with its values in place, or the sentence why that cannot be shown."""

    text: str
    is_problem: bool = False


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one step sees. `given` are the copies for people of what steps gave, by step id."""

    graph: Graph
    step: Step
    known: Known
    given: Mapping[str, Given]
    variables: Mapping[str, Json]
    columns: Columns

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where its values come from."""
        return sources_for(self.graph, self.step, self.known, self.columns)

    @property
    def tree(self) -> list[Branch]:
        """Every value it can use, with a glimpse of each that is known."""
        return branches(self.sources, dict(self._seen()))

    def told(self, text: str) -> Told:
        """What a setting of the step comes to with this text in it."""
        names = reach.NamesInReach(self.graph, CATALOGUE, known=self.known)
        faults = check(text, {**names.of(self.step), **self._inner(names)})
        if faults:
            return Told(faults[0].text, is_problem=True)
        missing = next(self._not_yet(text), None)
        if missing is not None:
            return Told(missing, is_problem=True)
        try:
            value = compiled(text).resolve(self._roots)
        except TemplateError as error:
            return Told(error.sentence, is_problem=True)
        shown = as_text(people_copy(value, Redactor()))
        is_long = len(shown) > MAX_PREVIEW_CHARS
        return Told(f"{shown[:MAX_PREVIEW_CHARS]}…" if is_long else shown)

    @cached_property
    def _roots(self) -> dict[str, Any]:
        outputs = {step_id: one.shown for step_id, one in self.given.items()}
        before = self.graph.before(self.step.id)
        starts = (one for one in self.graph.order if one.id in before and is_start(one))
        start = next((one.id for one in starts if one.id in outputs), "")
        roots = roots_of(
            self.graph, outputs=outputs, trigger=outputs.get(start), variables=self.variables
        )
        try:
            enter_loops(self.graph, self.step, roots)
        except StepFailed:  # the list is not known yet
            roots.pop("item", None)
        return roots

    def _seen(self) -> Iterator[tuple[str, Seen]]:
        for source in self.sources:
            if source.step is not None and source.step.id in self.given:
                given = self.given[source.step.id]
                yield source.key, Seen(given.shown, given.words)
        yield "vars", Seen(people_copy(dict(self.variables), Redactor()))
        if "item" in self._roots:
            yield "item", Seen(self._roots["item"], "the first one")

    def _not_yet(self, text: str) -> Iterator[str]:
        """A sentence for each value whose step has given nothing so far."""
        by_key = {one.key: one for one in self.graph.steps}
        for path in names_used(text):
            step = by_key.get(str(path.parts[1])) if _is_of_step(path) else None
            if step is not None and step.id not in self.given:
                yield f"“{step.name}” has given nothing yet. Try it or run the agent once to see."
            elif path.parts[0] == "trigger" and self._roots["trigger"] is None:
                yield "Nothing has set the agent off yet. Run it once to see."
            elif path.parts[0] in ("item", "index") and path.parts[0] not in self._roots:
                yield "The items of the loop are not known yet. Run the agent once to see."

    def _inner(self, names: reach.NamesInReach) -> Mapping[str, Any]:
        """What settings that a loop fills in for each item may name beside the others."""
        kind = CATALOGUE.get(self.step.type)
        has_inner = kind is not None and any(field.inner for field in kind.fields.values())
        return names.at_end_of(self.step) if has_inner else {}


def _is_of_step(path: Path) -> bool:
    return path.parts[0] == "steps" and len(path.parts) > 1
