"""Every table that belongs to a workspace says so, in a way the database enforces."""

from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from app.tables import metadata

# People and the log of acts stand above workspaces.
NOT_OF_A_WORKSPACE = {
    "users",
    "logins",
    "login_attempts",
    "tokens",
    "identities",
    "workspaces",
    "audit_events",
    "notice_choices",
}
TENANT_TABLES = [table for table in metadata.sorted_tables if table.name not in NOT_OF_A_WORKSPACE]


def test_every_tenant_row_names_its_workspace() -> None:
    loose = [
        table.name
        for table in TENANT_TABLES
        if "workspace_id" not in table.c or table.c.workspace_id.nullable
    ]
    assert loose == []


def test_references_between_tenant_rows_carry_the_workspace() -> None:
    loose = [
        f"{table.name}: {constraint.name}"
        for table in TENANT_TABLES
        for constraint in _references(table)
        if _target(constraint) in {t.name for t in TENANT_TABLES}
        and "workspace_id" not in constraint.column_keys
        and not _is_inside_one_graph(constraint)
    ]
    assert loose == []


def test_targets_are_unique_with_their_workspace() -> None:
    targets = {
        _target(constraint)
        for table in TENANT_TABLES
        for constraint in _references(table)
        if "workspace_id" in constraint.column_keys
    } - NOT_OF_A_WORKSPACE
    for name in targets:
        pairs = [
            tuple(column.name for column in constraint.columns)
            for constraint in metadata.tables[name].constraints
            if isinstance(constraint, UniqueConstraint)
        ]
        assert ("workspace_id", "id") in pairs, name


def test_nothing_sets_a_workspace_to_null() -> None:
    assert [
        table.name
        for table in TENANT_TABLES
        for constraint in _references(table)
        if constraint.ondelete == "SET NULL"
    ] == []


def test_no_secret_is_stored_as_text() -> None:
    suspicious = ("password", "secret", "token", "key", "value")
    # The address of a webhook is shown to its people again and again, so it cannot be a hash.
    shown_again = {"triggers.token"}
    allowed = {"password_hash", "token_hash", "idempotency_key", "tokens", "email_hash"}
    assert [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.c
        if column.name.split("_")[-1] in suspicious
        and column.name not in allowed
        and f"{table.name}.{column.name}" not in shown_again
        and str(column.type) not in {"BLOB", "BYTEA"}
        and "BLOB" not in str(column.type)
    ] == []


def _references(table: Table) -> list[ForeignKeyConstraint]:
    return [c for c in table.constraints if isinstance(c, ForeignKeyConstraint)]


def _target(constraint: ForeignKeyConstraint) -> str:
    return constraint.elements[0].target_fullname.split(".")[0]


def _is_inside_one_graph(constraint: ForeignKeyConstraint) -> bool:
    # A graph belongs to one workspace, so a row that names its graph cannot leave it.
    return "flow_graph_id" in constraint.column_keys and _target(constraint) == "nodes"
