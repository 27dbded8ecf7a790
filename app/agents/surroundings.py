"""What exists around an agent's steps: needed to say what is wrong with them."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sqlalchemy.orm import Session

from app.agents import directory, ports
from app.agents.models import Agent, Origin
from app.data_tables import directory as tables
from app.engine import check
from app.engine.check import Known, Problem
from app.engine.graph import Graph
from app.language_models import directory as language_models
from app.nodes.catalogue import CATALOGUE
from app.variables import directory as variables
from app.vault import facts


def known_to(session: Session, agent: Agent) -> Known:
    """What the agent's workspace has that its steps can use."""
    workspace_id = agent.workspace_id
    return Known(
        connections=facts.connection_facts(session, workspace_id),
        variables=variables.names_of(session, workspace_id),
        choices=_Choices(session, agent),
        is_built_in=agent.origin is Origin.LAMPLIGHT,
    )


def problems_of(session: Session, agent: Agent, graph: Graph) -> tuple[Problem, ...]:
    """What is wrong with the graph in the agent's workspace, in reading order."""
    return problems_with(known_to(session, agent), graph)


def problems_with(known: Known, graph: Graph) -> tuple[Problem, ...]:
    """The same, by what was read of the workspace before."""
    return check.problems(graph, CATALOGUE, known=known)


class _Choices(Mapping[str, Mapping[str, str]]):
    """What a Pick offers, by its `of`; each is asked for when a step first needs it.

    A room below this one gets a line here, a room above fills `ports.choices`.
    """

    def __init__(self, session: Session, agent: Agent) -> None:
        self._sources: dict[str, Callable[[Session, uuid.UUID], Mapping[str, str]]] = {
            "agents": partial(directory.names_to_call, caller_id=agent.id),
            "capabilities": directory.capabilities,
            "mailboxes": facts.mailbox_names,
            "models": language_models.names_to_choose,
            "tables": tables.names_of,
            **ports.choices,
        }
        self._session, self._workspace_id = session, agent.workspace_id
        self._kept: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, of: str) -> Mapping[str, str]:
        if of not in self._kept:
            self._kept[of] = self._sources[of](self._session, self._workspace_id)
        return self._kept[of]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)
