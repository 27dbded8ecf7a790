"""What each role may do: the one table that routes and templates both ask."""

import enum


class Role(enum.StrEnum):
    """A member's role, from looking to owning."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    BUILDER = "builder"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def word(self) -> str:
        """The role as a page says it."""
        return self.value.capitalize()

    def reaches(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        ladder = list(Role)
        return ladder.index(self) >= ladder.index(other)


_ADDS: dict[Role, frozenset[str]] = {
    Role.VIEWER: frozenset(
        {"workspace.read", "agents.read", "runs.read", "tables.read", "variables.read"}
    ),
    Role.OPERATOR: frozenset({"runs.start", "runs.cancel", "approvals.answer", "tables.edit"}),
    Role.BUILDER: frozenset(
        {"agents.edit", "connections.read", "connections.use", "tables.build", "variables.edit"}
    ),
    Role.ADMIN: frozenset(
        {
            "members.manage",
            "secrets.manage",
            "connections.manage",
            "models.manage",
            "workspace.manage",
            "audit.read",
        }
    ),
    Role.OWNER: frozenset({"workspace.own"}),
}

PERMISSIONS: dict[Role, frozenset[str]] = {
    role: frozenset[str]().union(*(_ADDS[lower] for lower in list(Role)[: place + 1]))
    for place, role in enumerate(Role)
}
ALL_PERMISSIONS = PERMISSIONS[Role.OWNER]


def may(role: Role, permission: str) -> bool:
    """Whether the role has the permission. Raises KeyError for a permission nobody knows."""
    if permission not in ALL_PERMISSIONS:
        raise KeyError(permission)
    return permission in PERMISSIONS[role]
