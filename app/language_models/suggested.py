"""Which models of a new provider are ready to be asked at once."""

import uuid

from sqlalchemy.orm import Session

from app.language_models import acts, directory
from app.language_models.models import ModelChoice, ModelProvider, Purpose
from app.llm.providers import PROVIDERS

_PURPOSES = {"fast": Purpose.FAST, "good": Purpose.GOOD}


def names(provider: ModelProvider) -> list[tuple[str, Purpose | None]]:
    """Those of its suggested models that it lists, the best first; its only one otherwise."""
    offered = set(provider.offered)
    known = PROVIDERS[provider.kind].models
    listed = [(one.name, _PURPOSES[one.purpose]) for one in known if one.name in offered]
    if listed:
        return sorted(listed, key=lambda one: one[1] is not Purpose.GOOD)
    return [(provider.offered[0], None)] if len(provider.offered) == 1 else []


def add(session: Session, provider: ModelProvider, *, by: uuid.UUID) -> list[str]:
    """Add them, for their purposes where those are free, and say their names."""
    added = []
    for name, purpose in names(provider):
        model = acts.add_model(session, provider=provider, by=by, model_name=name)
        added.append(model.title)
        if purpose and purpose not in directory.chosen(session, provider.workspace_id):
            session.add(
                ModelChoice(workspace_id=provider.workspace_id, purpose=purpose, model_id=model.id)
            )
            session.flush()
    return added
