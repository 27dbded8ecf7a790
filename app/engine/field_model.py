"""The setting in which people choose a language model."""

from dataclasses import dataclass
from typing import ClassVar

from app.engine.fields import Pick


@dataclass(frozen=True, kw_only=True)
class ModelPick(Pick):
    """Empty for the workspace's default, a purpose such as "fast", or the id of a model."""

    label: str = "Model"
    hint: str = "The default is chosen in Settings → Models."
    of: str = "models"
    kind: ClassVar[str] = "model"
