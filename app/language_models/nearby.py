"""Looks for programs on this computer that provide models, at their usual ports."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.language_models import provider_check
from app.language_models.provider_check import Place
from app.lib.safe_http import Door
from app.llm.providers import PROVIDERS, Provider

TIMEOUT_S = 1.5


@dataclass(frozen=True, slots=True)
class Nearby:
    """A server that answered, and the models that it has."""

    provider: Provider
    models: tuple[str, ...]


def look(door: Door, providers: Sequence[Provider] | None = None) -> tuple[Nearby, ...]:
    """Those that answer just now, asked side by side."""
    asked = [one for one in providers or PROVIDERS.values() if one.is_local]
    with ThreadPoolExecutor(len(asked) or 1, thread_name_prefix="nearby") as threads:
        found = list(threads.map(lambda one: _ask(door, one), asked))
    return tuple(one for one in found if one is not None)


def _ask(door: Door, provider: Provider) -> Nearby | None:
    place = Place(provider, provider.title, provider.address, key="")
    said = provider_check.ask(door, place, timeout_s=TIMEOUT_S)
    return Nearby(provider, said.models) if said.works else None
