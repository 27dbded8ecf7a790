"""A step's settings, read once: what is fixed is kept, what has references is filled in per run."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from app.engine.errors import StepFailed
from app.engine.field import Field, FieldRefused
from app.engine.values import Json
from app.lib.resolver import TemplateError, compiled

MAX_GIVEN_CHARS = 2_000_000

Roots: TypeAlias = Mapping[str, Any]
_Fill: TypeAlias = Callable[[Roots], Any]
_Open: TypeAlias = tuple[str, Field, bool, _Fill]


class Settings:
    """The settings of one step as its type declares them, ready to be filled in."""

    __slots__ = ("_fixed", "_inner", "_open", "roots")

    def __init__(self, declared: Mapping[str, Field], typed: Mapping[str, Json]) -> None:
        self._fixed: dict[str, Json] = {}
        self._open: list[_Open] = []
        self._inner: list[_Open] = []
        self.roots: set[str] = set()  # what its references begin with: steps, trigger, vars, now
        whole = {name: typed.get(name, field.initial()) for name, field in declared.items()}
        for name, field in declared.items():
            self._place(name, field, whole[name], counts=field.applies(whole))

    def fill(self, roots: Roots) -> dict[str, Json]:
        """The settings with every value filled in; raises StepFailed where that cannot be done.

        The fixed parts are shared between runs: read them, never change them.
        """
        return self._filled(self._open, roots) if self._open else self._fixed

    def fill_inner(self, roots: Roots) -> dict[str, Json]:
        """The settings that are filled in inside a loop, for one item; raises as `fill` does."""
        return self._filled(self._inner, roots, only=True) if self._inner else {}

    def _filled(self, fields: list[_Open], roots: Roots, *, only: bool = False) -> dict[str, Json]:
        given = {} if only else dict(self._fixed)
        room = MAX_GIVEN_CHARS
        for name, field, counts, fill in fields:
            try:
                value = fill(roots)
                room -= _weight(value, room)
                given[name] = field.settle(value) if counts else value
            except TemplateError as error:
                raise StepFailed(f"“{field.label}”: {error.sentence}", can_retry=False) from None
            except FieldRefused as refused:
                raise StepFailed(refused.sentence, can_retry=False) from None
            if room < 0:
                raise StepFailed(
                    f"“{field.label}” became larger than {MAX_GIVEN_CHARS // 1_000_000} MB.",
                    can_retry=False,
                )
        return given

    def _place(self, name: str, field: Field, value: Json, *, counts: bool) -> None:
        fill = self._filler(value) if field.templated and counts else None
        if field.inner:
            self._inner.append((name, field, counts, fill or (lambda _roots: value)))
        elif fill is None:
            try:
                self._fixed[name] = field.settle(value) if counts else value
            except FieldRefused:
                # Left open, so that it fails in words at its step and not for the whole flow.
                self._open.append((name, field, counts, lambda _roots: value))
        else:
            self._open.append((name, field, counts, fill))

    def _filler(self, value: Json) -> _Fill | None:
        """A function that fills the value in, or None when there is nothing to fill."""
        if isinstance(value, str):
            return self._text_filler(value) if "{{" in value else None
        if isinstance(value, list):
            items = [self._filler(item) for item in value]
            if not any(items):
                return None
            pairs = list(zip(value, items, strict=True))
            return lambda roots: [fill(roots) if fill else item for item, fill in pairs]
        if isinstance(value, dict):
            fills = {name: fill for name, item in value.items() if (fill := self._filler(item))}
            if not fills:
                return None
            return lambda roots: {
                **value,
                **{name: fill(roots) for name, fill in fills.items()},
            }
        return None

    def _text_filler(self, text: str) -> _Fill:
        try:
            template = compiled(text)
        except TemplateError as error:
            return _failing(error)
        self.roots |= {str(path.parts[0]) for path in template.paths()}
        return template.resolve


def _failing(error: TemplateError) -> _Fill:
    def fill(_roots: Roots) -> Any:
        raise TemplateError(error.sentence, start=error.start, end=error.end)

    return fill


def _weight(value: Any, room: int) -> int:
    """Roughly how many characters the value has; stops counting beyond `room`."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return 4
    total = 2
    for item in value:
        total += _weight(item, room - total) + 4
        if total > room:
            break
    return total
