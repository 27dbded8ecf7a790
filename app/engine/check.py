"""The list of what is wrong with a flow, in plain words, each problem at its step and setting."""

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
    """What the check needs to know of a connection: its name and the hosts it may go to."""

    name: str
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in the workspace around a flow: connections by id, names of variables."""

    connections: Mapping[str, ConnectionFact] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
