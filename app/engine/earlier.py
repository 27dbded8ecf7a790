"""The steps before one, as bits: of a long flow there are as many such sets as steps."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TypeVar

S = TypeVar("S")


class Earlier(Set[str]):
    """Ids of steps; `bits` has the bit of each one's place, `places` is the place of every id."""

    __slots__ = ("_bits", "_places")

    def __init__(self, places: Mapping[str, int], bits: int) -> None:
        self._places = places
        self._bits = bits

    def __contains__(self, step_id: object) -> bool:
        place = self._places.get(step_id)  # type: ignore[call-overload]  # of no id it is None
        return place is not None and bool(self._bits >> place & 1)

    def __iter__(self) -> Iterator[str]:
        return (step_id for step_id, place in self._places.items() if self._bits >> place & 1)

    def __len__(self) -> int:
        return self._bits.bit_count()

    @classmethod
    def _from_iterable(cls, it: Iterable[S]) -> Set[S]:
        return frozenset(it)
