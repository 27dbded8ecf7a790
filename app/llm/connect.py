"""From how a model is reached to a model that can be asked."""

from functools import lru_cache

from app.lib.safe_http import Door
from app.llm.port import LanguageModel, ModelAccess
from app.llm.practice import PracticeModel
from app.llm.providers import PRACTICE
from app.llm.remote import RemoteModel

MOST_KEPT = 64


def connect(access: ModelAccess, door: Door) -> LanguageModel:
    """The model, ready to be asked through `door`, which says which addresses are open.

    Costs nothing: what speaks to providers is loaded at the first question, and the same access
    gives the same model again. Raises KeyError for a provider that is not known.
    """
    if access.provider == PRACTICE:
        return PracticeModel()
    return _remote(access, door)


@lru_cache(maxsize=MOST_KEPT)
def _remote(access: ModelAccess, door: Door) -> RemoteModel:
    """Making the client of a provider costs milliseconds."""
    return RemoteModel(access, door)
