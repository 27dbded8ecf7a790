"""What the check of a flow says, and what it has to be told of the world around the flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `step_id` None is about the whole flow, `field` None about the step.

    An "error" keeps a flow from being published; a "hint" does not.
    """

    step_id: str | None
    field: str | None
    severity: Literal["error", "hint"]
    text: str


@dataclass(frozen=True, slots=True)
class ConnectionFact:
    """A connection as the check sees it: the hosts it may go to (patterns), and its name.

    `tools` are those of an MCP server, each with the digest of what it is now; None for a
    connection that is none. `reading` are those of which the server says that they only read.
    """

    hosts: frozenset[str]
    name: str
    tools: Mapping[str, str] | None = None
    reading: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in the workspace around a flow: connections by id, names of variables.

    `choices` are the other things a step can point to, by what they are ("agents", "tables",
    "mailboxes"): the id and name of each. `is_built_in` is told of agents that come with Lamplight.
    """

    connections: Mapping[str, ConnectionFact] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_built_in: bool = False
