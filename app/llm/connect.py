"""From how a model is reached to a model that can be asked."""

from app.lib.safe_http import Door
from app.llm.port import LanguageModel, ModelAccess
from app.llm.practice import PracticeModel
from app.llm.providers import PRACTICE
from app.llm.remote import RemoteModel


def connect(access: ModelAccess, door: Door) -> LanguageModel:
    """The model, ready to be asked through `door`, which says which addresses are open.

    Costs nothing: what speaks to providers is loaded at the first question. Raises KeyError for a
    provider that is not known.
    """
    return PracticeModel() if access.provider == PRACTICE else RemoteModel(access, door)
