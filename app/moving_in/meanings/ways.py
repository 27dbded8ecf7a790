"""What names mean where the ways of a program come together again."""

from collections.abc import Sequence
from dataclasses import replace

from app.moving_in.meanings.kinds import Group, Meaning, Names, Plain, Ref, Talk, Turn, Unknown
from app.moving_in.meanings.texts import settle


def merged(ways: Sequence[Names], before: Names) -> Names:
    """What names mean where ways come together: what a way changed counts, else what was before."""
    if len(ways) == 1:
        return dict(ways[0])
    names = dict.fromkeys(name for way in ways for name in way)
    return {
        name: _together([way[name] for way in ways if name in way], before.get(name), name, ways)
        for name in names
    }


def _together(
    found: list[Meaning], before: Meaning | None, name: str, ways: Sequence[Names]
) -> Meaning:
    first = found[0]
    if all(one == first for one in found):
        return first
    if all(isinstance(one, Talk) for one in found):
        return _one_talk([one for one in found if isinstance(one, Talk)])
    if all(isinstance(one, Group) for one in found):
        inside = [dict(one.values) for one in found if isinstance(one, Group)]
        earlier = dict(before.values) if isinstance(before, Group) else {}
        return Group(merged(inside, earlier))
    chosen = [part for one in found if one != before for part in _parts(settle(one))]
    if before is not None and before in found:
        chosen += _parts(settle(before))
    return _either(_unique(chosen)) or Unknown(name)


def _parts(of: Meaning) -> list[Meaning]:
    """A value, then what stands in for it where ways have met before."""
    if isinstance(of, Ref) and of.otherwise and not of.filters:
        return [replace(of, otherwise=()), *of.otherwise]
    return [of]


def _either(chosen: list[Meaning]) -> Meaning | None:
    head = chosen[0]
    plain = [one for one in chosen[1:] if isinstance(one, Plain | Ref)]
    if not isinstance(head, Ref) or head.otherwise or len(plain) < len(chosen) - 1:
        return None
    if any(isinstance(one, Ref) and (one.otherwise or one.filters) for one in plain):
        return None
    if any(isinstance(one, Plain) and isinstance(one.value, list | dict) for one in plain):
        return None
    return replace(head, otherwise=tuple(plain))


def _one_talk(talks: list[Talk]) -> Talk:
    turns = _unique([turn.said for talk in talks for turn in talk.turns])
    return Talk(
        tuple(
            Turn(said, all(any(said == one.said and one.sure for one in t.turns) for t in talks))
            for said in turns
        ),
        any(one.pictures for one in talks),
    )


def _unique(meanings: list[Meaning]) -> list[Meaning]:
    """Each once; they can hold lists, so no set will do."""
    found: list[Meaning] = []
    for one in meanings:
        if one not in found:
            found.append(one)
    return found
