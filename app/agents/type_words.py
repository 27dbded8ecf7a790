"""The types of agents in words: what each is for, and which of them people choose."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.agents.models import AgentType


@dataclass(frozen=True, slots=True)
class TypeWords:
    """What a type is called, and what an agent of it does."""

    title: str
    does: str
    icon: str


TYPE_WORDS: Mapping[AgentType, TypeWords] = {
    AgentType.TASK_EXECUTOR: TypeWords(
        "Does a task", "Each run goes through its steps once.", "list-checks"
    ),
    AgentType.DATA_PROCESSOR: TypeWords(
        "Works through rows",
        "Its steps run once for each row of a table or a file, and the answers stand beside them.",
        "table-2",
    ),
    AgentType.PROBLEM_UNDERSTANDING: TypeWords(
        "Understands a wish",
        "Asks what it has to know before an agent can be built.",
        "message-circle",
    ),
    AgentType.WORKFLOW_CREATOR: TypeWords(
        "Draws up a flow", "Makes steps of what somebody described.", "workflow"
    ),
    AgentType.CODE_GENERATOR: TypeWords(
        "Writes code", "Fills in the formulas and code of a flow.", "code"
    ),
    AgentType.SYSTEM: TypeWords(
        "Comes with Lamplight", "Part of the product, and new with each version of it.", "package"
    ),
}
# The others are the jobs of agents that come with Lamplight.
CHOOSABLE = (AgentType.TASK_EXECUTOR, AgentType.DATA_PROCESSOR)
