"""Which models a simple agent can ask, each with a word about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.engine.model_port import PURPOSES
from app.language_models import directory
from app.language_models.models import LanguageModel, Purpose
from app.language_models.prices import cost_of, micros
from app.llm.port import Usage
from app.llm.providers import PRACTICE_TITLE
from app.workspaces.models import Workspace

MAX_CARDS = 6
GONE = "One that is gone"
USUAL = Usage(input_tokens=1_500, output_tokens=300)  # a question with its instructions, an answer


@dataclass(frozen=True, slots=True)
class ModelShown:
    """One choice: the reference that a step keeps, its name, and a word about it.

    `cost`: millionths of a dollar for a usual answer; None where nobody knows.
    """

    reference: str
    name: str
    about: str
    cost: int | None = None


def shown(
    session: Session, workspace: Workspace, choices: Mapping[str, str], reference: str
) -> list[ModelShown]:
    """The default, the purposes, then the models by name; what is chosen and gone, at the end.

    A purpose for which nobody chose a model stands there only where the agent has it already.
    """
    used = {purpose: str(id_) for purpose, id_ in directory.chosen(session, workspace.id).items()}
    costs = {str(one.id): _usual_cost(one) for one in directory.models(session, workspace.id)}
    default = used.get(Purpose.DEFAULT, "")
    about = choices.get(default) or PRACTICE_TITLE
    found = [ModelShown("", "Default", about, costs.get(default))]
    for key, name in choices.items():
        if key not in PURPOSES:
            found.append(ModelShown(key, name, "This one always", costs.get(key)))
        elif (own := used.get(Purpose(key), "")) or key == reference:
            known = own if own in choices else default
            found.append(ModelShown(key, name, choices.get(known) or about, costs.get(known)))
    if reference not in {one.reference for one in found}:
        found.append(ModelShown(reference, GONE, "Choose another"))
    return found


def _usual_cost(model: LanguageModel) -> int | None:
    cost = cost_of(model, USUAL)
    return None if cost is None else micros(cost)
