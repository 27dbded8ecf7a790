"""How an agent works beside its steps: what its models are told first, and its own settings.

The columns of the agent are the draft's; a published version has them frozen in its spec.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.agents.models import Agent

# What an agent can be told to answer in; the value is what its models read.
LANGUAGES = (
    "English",
    "Arabic",
    "Chinese",
    "Czech",
    "Danish",
    "Dutch",
    "Finnish",
    "French",
    "German",
    "Greek",
    "Hindi",
    "Hungarian",
    "Italian",
    "Japanese",
    "Korean",
    "Norwegian",
    "Polish",
    "Portuguese",
    "Romanian",
    "Russian",
    "Spanish",
    "Swedish",
    "Turkish",
    "Ukrainian",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What holds for all steps of an agent; an empty text leaves it to the workspace.

    `model` is what a step names that names no model: a purpose or an id. `timezone` is an IANA
    name, `language` one of LANGUAGES.
    """

    system_message: str = ""
    model: str = ""
    timezone: str = ""
    language: str = ""

    @property
    def told_first(self) -> str:
        """What models of the agent's steps are told before anything else."""
        asked = f"Answer in {self.language}, unless you are asked for another language."
        parts = (self.system_message.strip(), asked if self.language else "")
        return "\n\n".join(part for part in parts if part)

    @property
    def config(self) -> dict[str, str]:
        """The settings as `agents.config` holds them: only those that were made."""
        settings = {"model": self.model, "timezone": self.timezone, "language": self.language}
        return {name: value for name, value in settings.items() if value}


def manner_of(agent: Agent) -> Manner:
    """That of the draft."""
    return _manner(agent.system_message, agent.config)


def manner_in(spec: Mapping[str, Any]) -> Manner:
    """That of a published version, or of the draft as it would be published."""
    return _manner(spec.get("system_message"), spec.get("config"))


def _manner(system_message: object, config: object) -> Manner:
    settings = config if isinstance(config, Mapping) else {}
    return Manner(
        system_message=str(system_message or ""),
        model=str(settings.get("model") or ""),
        timezone=str(settings.get("timezone") or ""),
        language=str(settings.get("language") or ""),
    )
