"""Where ways of a program come together: what each name means behind that, whichever was taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from app.engine.graph import Graph
from app.engine.keys import fresh_key
from app.engine.values import Json
from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.values import value_of
from app.moving_in.meanings.kinds import (
    Group,
    Meaning,
    Names,
    Plain,
    Ref,
    Reply,
    Talk,
    Turn,
    Unknown,
)
from app.moving_in.meanings.texts import settle

Slot = tuple[str, ...]  # a name, or a name and a name in its group


@dataclass(slots=True)
class Course:
    """One way to its end: what is open there, and what names mean there."""

    open: tuple[Way, ...]
    names: Names
    keeps: dict[Slot, Meaning] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()  # the keys of all steps that lead to its end

    def at(self, slot: Slot) -> Meaning | None:
        """What stands there."""
        of = self.names.get(slot[0])
        return of.values.get(slot[1]) if isinstance(of, Group) and len(slot) > 1 else of


@dataclass(frozen=True, slots=True)
class _Told:
    """A meaning and the courses that bring it: `own` are parts of it that no other course has,
    `shared` what stands in for them."""

    meaning: Meaning
    courses: tuple[Course, ...]
    own: tuple[Meaning, ...]
    shared: tuple[Meaning, ...]


def meet(scene: Scene, courses: Iterable[Course], before: Names, *, behind: int) -> None:
    """Go on where courses come together. What is read behind that line and is told in several
    ways is kept by a step on each, so that a reference finds the one that was taken."""
    live = [one for one in courses if one.open]
    scene.names = before
    if live:
        slots = [slot for slot in _slots(live) if _differs(live, slot)]
        _mark(scene.drawing.graph, live)
        for slot in slots:
            if scene.is_read(slot[0], behind):
                _keep(_told(live, slot), slot)
        for one in live:
            _draw_kept(scene, one)
        _mark(scene.drawing.graph, live)
        scene.names = _joined(live, slots)
    scene.drawing.open = tuple(way for one in live for way in one.open)


def _slots(courses: Sequence[Course]) -> list[Slot]:
    slots: list[Slot] = []
    for name in dict.fromkeys(name for one in courses for name in one.names):
        found = [one.names.get(name) for one in courses]
        groups = [one for one in found if isinstance(one, Group)]
        if len(groups) == len(found):
            slots += [(name, key) for key in dict.fromkeys(k for one in groups for k in one.values)]
        else:
            slots.append((name,))
    return slots


def _differs(courses: Sequence[Course], slot: Slot) -> bool:
    first = courses[0].at(slot)
    return any(one.at(slot) != first for one in courses)


def _told(courses: Sequence[Course], slot: Slot) -> list[_Told]:
    """The meanings of a slot, each with the courses that bring it."""
    found: list[tuple[Meaning, list[Course]]] = []
    for one in courses:
        of = one.at(slot)
        if of is None:
            continue
        known = next((brings for meaning, brings in found if meaning == of), None)
        if known is None:
            found.append((of, [one]))
        else:
            known.append(one)
    return [_parted(of, brings, courses) for of, brings in found]


def _parted(of: Meaning, brings: Sequence[Course], courses: Sequence[Course]) -> _Told:
    others = [one for one in courses if not any(one is each for each in brings)]
    passed = {key for one in others for key in one.passed}
    parts = _parts(of)
    own = list(takewhile(lambda one: _is_own(one, passed), parts))
    return _Told(of, tuple(brings), tuple(own), tuple(parts[len(own) :]))


def _is_own(of: Meaning, passed: set[str]) -> bool:
    """Whether it is of a step that other courses do not run."""
    of = settle(of)
    is_plain = isinstance(of, Ref) and _is_of_step(of) and not of.filters
    return isinstance(of, Ref) and is_plain and of.path.split(".")[1] not in passed


def _is_of_step(of: Ref) -> bool:
    return of.path.startswith("steps.")


def _mark(graph: Graph, courses: Sequence[Course]) -> None:
    """Note on each course which steps lead to its end."""
    into: dict[str, list[str]] = {}
    for link in graph.links:
        into.setdefault(link.target, []).append(link.source)
    for one in courses:
        waiting, seen = [step for step, _ in one.open], set[str]()
        while waiting:
            step = waiting.pop()
            if step not in seen:
                seen.add(step)
                waiting += into.get(step, [])
        one.passed = frozenset(step.key for step in graph.steps if step.id in seen)


def _keep(told: Sequence[_Told], slot: Slot) -> None:
    """One value may stand in for all that courses have of their own; others are kept by steps."""
    if any(not _can_stand(one.meaning) for one in told):
        return
    last = _stand_in(told)
    for one in told:
        if one.shared and one.shared != last:
            for course in one.courses:
                course.keeps[slot] = one.meaning


def _stand_in(told: Sequence[_Told]) -> tuple[Meaning, ...]:
    """What stands last: a plain value of a way on which no step of its own made one."""
    light = [one.shared for one in told if one.shared and all(map(_is_light, one.shared))]
    return light[-1] if light else ()


def _can_stand(of: Meaning) -> bool:
    return not isinstance(of, Talk | Group | Unknown) and value_of(of)[1]


def _is_light(of: Meaning) -> bool:
    """Whether it can stand in for another value."""
    of = settle(of)
    if isinstance(of, Plain):
        return not isinstance(of.value, list | dict)
    return isinstance(of, Ref) and not of.filters


def _draw_kept(scene: Scene, course: Course) -> None:
    if not course.keeps:
        return
    taken: set[str] = set()
    rows: list[Json] = []
    names: dict[Slot, str] = {}
    for slot, of in course.keeps.items():
        names[slot] = fresh_key(slot[-1], taken)
        taken.add(names[slot])
        rows.append({"name": names[slot], "value": value_of(of)[0]})
    scene.drawing.open = course.open
    words = ", ".join(name.replace("_", " ") for name in names.values())
    step = scene.drawing.add("set_values", f"Set {words}", {"values": rows})
    course.open = scene.drawing.open
    for slot, name in names.items():
        _put(course.names, slot, Ref(f"steps.{step.key}.{name}"))


def _put(names: Names, slot: Slot, of: Meaning) -> None:
    group = names.get(slot[0])
    if len(slot) > 1 and isinstance(group, Group):
        names[slot[0]] = Group({**group.values, slot[1]: of})
    else:
        names[slot[0]] = of


def _joined(courses: Sequence[Course], slots: Sequence[Slot]) -> Names:
    names: Names = dict(courses[0].names)
    for name in dict.fromkeys(name for one in courses for name in one.names):
        names.setdefault(name, next(one.names[name] for one in courses if name in one.names))
    for slot in slots:
        _put(names, slot, _one_of(_told(courses, slot), slot))
    return names


def _one_of(told: Sequence[_Told], slot: Slot) -> Meaning:
    """What stands there behind all of them; the way that was taken has it."""
    found = [one.meaning for one in told]
    if len(found) == 1:
        return found[0]
    talks = [one for one in found if isinstance(one, Talk)]
    if len(talks) == len(found):
        return _one_talk(talks)
    last = _stand_in(told)
    if any(one.shared and one.shared != last for one in told):
        return Unknown(slot[-1])
    chain = [*dict.fromkeys(part for one in told for part in one.own), *last]
    replies = [one for one in chain if isinstance(one, Reply)]
    if len(replies) == len(chain) and len({one.part for one in replies}) == 1:
        return replace(replies[0], others=tuple(replies[1:]))
    first, *others = [settle(one) for one in chain]
    bare = tuple(one for one in others if isinstance(one, Plain | Ref))
    is_whole = isinstance(first, Ref) and len(bare) == len(others)
    return (
        replace(first, otherwise=bare) if isinstance(first, Ref) and is_whole else Unknown(slot[-1])
    )


def _parts(of: Meaning) -> list[Meaning]:
    """A value, then what stands in for it where ways have met before."""
    if isinstance(of, Reply):
        return [replace(of, others=()), *of.others]
    of = settle(of)
    if isinstance(of, Ref) and of.otherwise and not of.filters:
        return [replace(of, otherwise=()), *of.otherwise]
    return [of]


def _one_talk(talks: Sequence[Talk]) -> Talk:
    every: list[Meaning] = []
    for said in (turn.said for talk in talks for turn in talk.turns):
        if said not in every:
            every.append(said)
    turns = (
        Turn(said, all(any(said == one.said and one.sure for one in t.turns) for t in talks))
        for said in every
    )
    return Talk(tuple(turns), any(one.pictures for one in talks))
