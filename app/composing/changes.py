"""What a proposal changes, one tick for each change, and the flow with only the ticked ones."""

from dataclasses import replace

from app.composing.around import known_of
from app.composing.choosing import with_new_keys, with_parts
from app.composing.needs import Needs
from app.composing.parts import ADD, NAME, REMOVE, SET, WAYS, Part, parts_of, spelled_as, taken_over
from app.composing.wishes import Change, Surroundings
from app.engine import diff
from app.engine.diff_drawn import drawn_changes
from app.engine.diff_links import Ways
from app.engine.diff_place import Place
from app.engine.diff_step import step_changes
from app.engine.graph import Graph
from app.engine.problem import Known
from app.nodes.catalogue import CATALOGUE


def changes(
    before: Graph | None, after: Graph, around: Surroundings | None = None
) -> tuple[Change, ...]:
    """Every change in the words of a comparison of versions: added, changed, removed.

    For a new agent each step is told for itself. `around` gives the names of what steps point to.
    """
    old = before or Graph.empty()
    late = spelled_as(old, after)
    parts = tuple(parts_of(old, late))
    needs = Needs(old, late, parts)
    known = known_of(around or Surroundings(), before, after)
    tell = _Telling(old, late, known, is_new=before is None or not before.steps)
    return tuple(
        Change(part.id, sentence, needs.of(part), why, part.step_id or None)
        for part in parts
        for sentence, why in [tell.part(part)]
    )


def chosen(before: Graph | None, after: Graph, ids: frozenset[str]) -> Graph:
    """The flow with only these changes; one that lacks what it needs is left out, too.

    The flow can always be read: what is left out in the middle is healed over. The same ids give
    the same flow, link by link.
    """
    old = before or Graph.empty()
    late = spelled_as(old, after)
    parts = tuple(parts_of(old, late))
    kept = Needs(old, late, parts).closed(ids)
    if len(kept) == len(parts):
        return after
    if not kept:
        return old
    return with_new_keys(with_parts(old, late, parts, kept), after, kept)


class _Telling:
    def __init__(self, before: Graph, late: Graph, known: Known, *, is_new: bool) -> None:
        self._before, self._late, self._known = before, late, known
        self._is_new = is_new
        whole = diff.difference(before, late, CATALOGUE, known=known)
        self._whole = {(one.turn, one.step_id): one for one in whole.changes}

    def part(self, part: Part) -> tuple[str, str]:
        """The sentence, and the quieter line beside it."""
        if part.sort == ADD:
            return self._added(part.step_id)
        if part.sort == REMOVE:
            told = self._whole["removed", part.step_id]
            return told.text, told.why
        if part.sort in (SET, WAYS):
            return self._changed(part)
        drawn = [one.text for one in drawn_changes(self._before, self._late)]
        return ". ".join(drawn) or "Notes or frames on the canvas stand elsewhere", ""

    def _added(self, step_id: str) -> tuple[str, str]:
        told = self._whole["added", step_id]
        if not self._is_new:
            return told.text, told.why
        step = self._late.step(step_id)
        kind = CATALOGUE.get(step.type)
        does = kind.does(step.fields) if kind else "has a step that is not known here"
        return f"{does[:1].upper()}{does[1:]}", f"Step “{step.name}”"

    def _changed(self, part: Part) -> tuple[str, str]:
        old, new = self._before.step(part.step_id), self._late.step(part.step_id)
        kind = CATALOGUE.get(new.type)
        if part.sort == WAYS:
            place = Place(new, kind, self._known)
            found = list(Ways(self._before, self._late).changes(place, old))
        else:
            one = taken_over(old, new, part.of)
            if part.of == NAME:
                one = replace(one, key=old.key)
            place = Place(one, CATALOGUE.get(one.type), self._known)
            found = list(step_changes(place, old, self._before, self._late))
        texts = list(dict.fromkeys(change.text for change in found))
        whys = list(dict.fromkeys(change.why for change in found if change.why))
        sentence = ". ".join(texts) or f"“{new.name}” is set up in another way"
        return sentence, ". ".join([*whys, f"Step “{new.name}”"] if not self._is_new else whys)
