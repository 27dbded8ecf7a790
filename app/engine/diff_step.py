"""What is different about a step that was there before: its name, place, settings and tries."""

from collections.abc import Iterator

from app.engine.diff_change import Change, Piece, Size, joined, went
from app.engine.diff_fields import setting_changes
from app.engine.diff_place import Place, as_read
from app.engine.graph import Graph, Retry, Step
from app.engine.states import OnError
from app.engine.words import count

_IF_IT_FAILS = {
    OnError.STOP: "the run stops",
    OnError.CONTINUE: "it goes on with a stand-in result",
    OnError.ERROR_PORT: "it goes another way",
}


def step_changes(place: Place, before: Step, old: Graph, new: Graph) -> Iterator[Change]:
    """Every difference of the step but where it stands on the canvas."""
    yield from _names(place, before)
    yield from _moved(place, before, old, new)
    yield from _on_or_off(place, before)
    yield from setting_changes(place, before)
    yield from _failing(place, before)
    yield from _tries(place, before)
    if before.note != place.step.note:
        yield _note(place, before)


def _names(place: Place, before: Step) -> Iterator[Change]:
    step = place.step
    if before.type != step.type:
        yield place.tell(f"“{step.name}” is another kind of step now", size=Size.FEATURE)
    elif before.type_version != step.type_version:
        words = went(before.type_version, step.type_version)
        yield place.tell(joined(f"The make of “{step.name}”", words))
    if before.name != step.name:
        told = joined(
            "Now called ", [Piece(step.name, "new")], ", it was ", [Piece(before.name, "old")]
        )
        yield place.tell(told)
    elif before.key != step.key:
        yield place.tell(
            joined(f"What names the result of “{step.name}”", went(before.key, step.key))
        )


def _moved(place: Place, before: Step, old: Graph, new: Graph) -> Iterator[Change]:
    if before.parent == place.step.parent:
        return
    came, went_to = old.find(before.parent or ""), new.find(place.step.parent or "")
    where = f" into the loop “{went_to.name}”" if went_to else " out of the loop"
    left = f" “{came.name}”" if came and not went_to else ""
    told = f"“{place.step.name}” moved{where}{left}"
    yield place.tell(told, size=Size.FEATURE)


def _on_or_off(place: Place, before: Step) -> Iterator[Change]:
    if before.disabled == place.step.disabled:
        return
    state = "switched off" if place.step.disabled else "on again"
    size = Size.BREAKING if place.begins and place.step.disabled else Size.FEATURE
    yield place.tell(f"“{place.step.name}” is {state}", size=size)


def _failing(place: Place, before: Step) -> Iterator[Change]:
    step = place.step
    if before.on_error != step.on_error:
        words = went(_IF_IT_FAILS[before.on_error], _IF_IT_FAILS[step.on_error])
        told = joined(f"If “{step.name}” fails: what happens", words)
        yield place.tell(told, field="on_error", size=Size.FEATURE)
    old, new = as_read(before.default_output), as_read(step.default_output)
    if old != new:
        yield place.compare("Stand-in result", old, new, field="default_output")


def _tries(place: Place, before: Step) -> Iterator[Change]:
    step = place.step
    if before.retry.times != step.retry.times:
        words = went(_times(before.retry), _times(step.retry))
        yield place.tell(joined(f"“{step.name}”: trying again", words), field="retry")
    if before.retry.wait_s != step.retry.wait_s:
        words = went(_seconds(before.retry.wait_s), _seconds(step.retry.wait_s))
        told = joined(f"“{step.name}”: the pause before the next try", words)
        yield place.tell(told, field="retry")
    if before.timeout_s != step.timeout_s:
        words = went(_limit(before.timeout_s), _limit(step.timeout_s))
        yield place.tell(joined(f"The time limit of “{step.name}”", words), field="timeout_s")


def _note(place: Place, before: Step) -> Change:
    name = place.step.name
    if not before.note:
        return place.tell(f"A note at “{name}”", why=place.step.note, field="note")
    if not place.step.note:
        return place.tell(f"No note at “{name}” any more", why=before.note, field="note")
    wording = place.compare("Note", before.note + "\n", place.step.note + "\n").wording
    return place.tell(f"Other words in the note of “{name}”", wording=wording, field="note")


def _times(retry: Retry) -> str:
    return count(retry.times, "time") if retry.times else "never"


def _seconds(seconds: float) -> str:
    return f"{seconds:g} s"


def _limit(seconds: float | None) -> str:
    return "none" if seconds is None else _seconds(seconds)
