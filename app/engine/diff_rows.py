"""What is different in settings that are rows: values by name, conditions, questions, columns."""

from collections.abc import Iterator
from typing import Any

from app.engine.conditions import OPERATORS, told_condition, told_side
from app.engine.diff_change import Change, Piece, Size, joined, sentence, went
from app.engine.diff_place import Place, as_read
from app.engine.field import Field
from app.engine.field_cases import is_cases, label_of
from app.engine.field_columns import Columns
from app.engine.form_inputs import InputKind
from app.engine.values import Json
from app.engine.words import short

Row = dict[str, Any]
_QUESTION_PARTS = {"hint": "The hint", "options": "The choices"}


def pair_changes(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    """Rows of a name and a value: told by name."""
    old, new = _by(was, "name"), _by(now, "name")
    told = 0
    for key in dict.fromkeys((*old, *new)):
        called = f"“{key[0]}” in “{field.label}”"
        if key not in old:
            told += 1
            value = Piece(short(new[key].get("value")), "new")
            yield place.tell(
                f"{called} is new: ", value, turn="added", field=name, size=_more(place)
            )
        elif key not in new:
            told += 1
            gone = f"“{key[0]}” is no longer in “{field.label}”"
            yield place.tell(gone, turn="removed", field=name, size=_less(place))
        elif old[key] != new[key]:
            told += 1
            values = (old[key].get("value"), new[key].get("value"))
            yield place.compare(f"{key[0]}” in “{field.label}", *values, field=name)
    if not told:
        yield _other_order(place, name, field)


def condition_changes(
    place: Place, name: str, field: Field, was: Json, now: Json
) -> Iterator[Change]:
    """Conditions: told by their place, the first by the first."""
    old, new = _conditions(was), _conditions(now)
    matches = [one.get("match") if isinstance(one, dict) else None for one in (was, now)]
    if matches[0] != matches[1]:
        yield place.tell(
            joined(f"“{field.label}”", went(_match(matches[0]), _match(matches[1]))), field=name
        )
    gone, fresh = _unshared(old, new)
    for one, other in zip(gone, fresh, strict=False):
        yield from _condition(place, name, one, other)
    for row in fresh[len(gone) :]:
        told = joined("Also asks whether ", [Piece(told_condition(row), "new")])
        yield place.tell(told, turn="added", field=name, size=Size.FEATURE)
    for row in gone[len(fresh) :]:
        told = joined("No longer asks whether ", [Piece(told_condition(row), "old")])
        yield place.tell(told, turn="removed", field=name, size=Size.FEATURE)
    if not gone and not fresh and matches[0] == matches[1]:
        yield _other_order(place, name, field)


def case_changes(place: Place, name: str, field: Field, was: Json, now: Json) -> Iterator[Change]:
    """The cases of a switch: told by the id of each, which stays."""
    old, new = _cases(was), _cases(now)
    if not (is_cases(was) and is_cases(now)):
        yield place.compare(field.label, was, now, field=name)
        return
    for case, (label, row) in new.items():
        if case not in old:
            told = joined(f"A new way “{label}”: ", [Piece(told_condition(row), "new")])
            yield place.tell(told, turn="added", field=name, size=Size.FEATURE)
            continue
        called, before = old[case]
        if called != label:
            yield place.tell(joined("A way", went(called, label)), field=name)
        if any(before[part] != row[part] for part in ("value", "operator", "value2")):
            yield from _condition(place, name, before, row)
    for case, (label, _) in old.items():
        if case not in new:
            gone = f"The way “{label}” is gone"
            yield place.tell(gone, turn="removed", field=name, size=Size.FEATURE)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield _other_order(place, name, field)


def question_changes(
    place: Place, name: str, field: Field, was: Json, now: Json
) -> Iterator[Change]:
    """The questions of a form: told by the key of each."""
    old, new = _by(was, "key"), _by(now, "key")
    told = 0
    for key, row in new.items():
        if key not in old:
            told += 1
            size = Size.BREAKING if place.begins and row.get("required") else Size.FEATURE
            label = Piece(str(row.get("label")), "new")
            yield place.tell("Also asks for ", label, turn="added", field=name, size=size)
    for key, row in old.items():
        found = [] if key not in new else list(_question(place, name, row, new[key]))
        if key not in new:
            size = Size.BREAKING if place.begins else Size.FEATURE
            label = Piece(str(row.get("label")), "old")
            found = [
                place.tell("No longer asks for ", label, turn="removed", field=name, size=size)
            ]
        told += len(found)
        yield from found
    if not told:
        yield _other_order(place, name, field)


def column_changes(
    place: Place, name: str, field: Columns, was: Json, now: Json
) -> Iterator[Change]:
    """Rows that each name a column: told as one line."""
    old, new = (", ".join(_column(field, row) for row in _rows(one)) for one in (was, now))
    yield place.compare(field.label, old, new, field=name)


def _condition(place: Place, name: str, old: Row, new: Row) -> Iterator[Change]:
    same_side = old.get("value") == new.get("value") and old.get("operator") == new.get("operator")
    if same_side:
        yield place.compare(told_side(new), old.get("value2"), new.get("value2"), field=name)
    else:
        yield place.compare("A condition", _whole(old), _whole(new), field=name)


def _whole(row: Row) -> str:
    """A condition with nothing of it cut short."""
    sides = [as_read(row.get(part)) for part in ("value", "value2")]
    operator = OPERATORS.get(str(row.get("operator")))
    return f"{sides[0]} {operator.words if operator else row.get('operator')} {sides[1]}".rstrip()


def _question(place: Place, name: str, old: Row, new: Row) -> Iterator[Change]:
    label = short(new.get("label"))
    shape = Size.BREAKING if place.begins else Size.FIX
    if old.get("label") != new.get("label"):
        told = joined("A question", went(old.get("label"), new.get("label")))
        yield place.tell(told, field=name)
    if old.get("kind") != new.get("kind"):
        told = joined(f"The answer to “{label}”", went(_kind(old), _kind(new)))
        yield place.tell(told, field=name, size=shape)
    if bool(old.get("required")) != bool(new.get("required")):
        is_needed = bool(new.get("required"))
        told = sentence(f"“{label}” ", "must be answered now" if is_needed else "may stay empty")
        yield place.tell(told, field=name, size=shape if is_needed else Size.FIX)
    for part, words in _QUESTION_PARTS.items():
        before, after = old.get(part), new.get(part)
        if (before or "") != (after or ""):
            texts = [", ".join(one) if isinstance(one, list) else one for one in (before, after)]
            yield place.compare(f"{words} of “{label}", *texts, field=name)


def _kind(row: Row) -> str:
    known = {one.value: one.words for one in InputKind}
    return known.get(str(row.get("kind") or "text"), str(row.get("kind")))


def _column(field: Columns, row: Row) -> str:
    words = [str(row.get(name)) for name in field.typed if row.get(name)]
    if field.choice:
        words.append(f"({dict(field.options).get(str(row.get(field.choice[0])), '?')})")
    return " ".join(words)


def _match(match: object) -> str:
    return "one of the conditions is enough" if match == "any" else "all conditions count"


def _other_order(place: Place, name: str, field: Field) -> Change:
    return place.tell(f"“{field.label}” are in another order", field=name)


def _more(place: Place) -> Size:
    return Size.FEATURE if place.answers else Size.FIX


def _less(place: Place) -> Size:
    return Size.BREAKING if place.answers else Size.FIX


def _rows(value: Json) -> list[Row]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _by(value: Json, part: str) -> dict[tuple[str, int], Row]:
    """Rows by a part of theirs, counted where it comes more than once."""
    found: dict[tuple[str, int], Row] = {}
    for row in _rows(value):
        key = str(row.get(part) or "")
        number = sum(1 for known, _ in found if known == key)
        found[key, number] = row
    return found


def _conditions(value: Json) -> list[Row]:
    return _rows(value.get("rows")) if isinstance(value, dict) else []


def _unshared(old: list[Row], new: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that only one of the two lists has."""
    fresh = list(new)
    gone = []
    for row in old:
        if row in fresh:
            fresh.remove(row)
        else:
            gone.append(row)
    return gone, fresh


def _cases(value: Json) -> dict[str, tuple[str, Row]]:
    rows = _rows(value)
    return {str(row.get("id")): (label_of(row, at), row) for at, row in enumerate(rows, start=1)}
