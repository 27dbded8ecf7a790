"""Which models a simple agent can ask, each with a word about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.engine.model_port import PURPOSES
from app.language_models import directory
from app.language_models.models import Purpose
from app.llm.providers import PRACTICE_TITLE
from app.workspaces.models import Workspace

MAX_CARDS = 6
GONE = "One that is gone"


@dataclass(frozen=True, slots=True)
class ModelShown:
    """One choice: the reference that a step keeps, its name, and a word about it."""

    reference: str
    name: str
    about: str


def shown(
    session: Session, workspace: Workspace, choices: Mapping[str, str], reference: str
) -> list[ModelShown]:
    """The default, the purposes, then the models by name; what is chosen and gone, at the end."""
    used = directory.chosen(session, workspace.id)
    default = _title(choices, used.get(Purpose.DEFAULT)) or PRACTICE_TITLE
    found = [ModelShown("", "Default", default)]
    for key, name in choices.items():
        about = "This one always"
        if key in PURPOSES:
            about = _title(choices, used.get(Purpose(key))) or default
        found.append(ModelShown(key, name, about))
    if reference not in {one.reference for one in found}:
        found.append(ModelShown(reference, GONE, "Choose another"))
    return found


def _title(choices: Mapping[str, str], model_id: object) -> str:
    return choices.get(str(model_id), "") if model_id is not None else ""
