"""The kinds of tools: each tells a model what it takes, and turns a call into a step's settings."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.engine.form_inputs import FormInput, InputKind
from app.engine.ports import Ports
from app.engine.step_type import StepType
from app.engine.table_port import TableCard, TableColumn
from app.engine.values import Json
from app.nodes.add_rows import AddRows
from app.nodes.agent_addresses import OneService, address_below
from app.nodes.change_row import ChangeRow
from app.nodes.find_rows import FindRows
from app.nodes.http_request import HttpRequest
from app.nodes.mcp_tool import TIME_LIMIT_S, McpTool, tool_of
from app.nodes.remove_row import RemoveRow
from app.nodes.run_agent import RunAgent

Row = Mapping[str, Any]
Arguments = Mapping[str, Json]
MAX_ROWS_FOUND = 50
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_COMPARISONS = ("is", "contains", "starts_with", "more_than", "less_than", "at_least", "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolKind:
    """One kind of tool.

    card: what it does in a sentence, and the JSON schema of its arguments. given: the settings of
    `step` for a call. ports: the doors that the call gets. told: what is told of its result.
    """

    step: StepType
    card: Callable[[Row, Ports], tuple[str, dict[str, Json]]]
    given: Callable[[Row, Arguments], dict[str, Json]]
    ports: Callable[[Row, Ports], Ports] = lambda row, ports: ports
    told: Callable[[Json], Json] = lambda value: value


def _group(properties: dict[str, Json], *required: str) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _text(description: str) -> dict[str, Json]:
    return {"type": "string", "description": description}


def _reads_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    return f"Asks {row['address']} and changes nothing.", _group(_place())


def _service_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    method: dict[str, Json] = {"type": "string", "enum": list(_METHODS)}
    body: dict[str, Json] = {"type": "object", "description": "What is sent, as JSON."}
    properties: dict[str, Json] = {"method": method, **_place(), "body": body}
    return f"Asks or changes {row['address']}.", _group(properties, "method")


def _place() -> dict[str, Json]:
    query: dict[str, Json] = {"type": "object", "description": "Names and values of the query."}
    return {"path": _text("What follows the address, such as orders/17."), "query": query}


def _request(row: Row, arguments: Arguments) -> dict[str, Json]:
    query = arguments.get("query")
    body = arguments.get("body")
    rows: list[Json] = [
        {"name": name, "value": value}
        for name, value in (query.items() if isinstance(query, dict) else ())
    ]
    sent: dict[str, Json] = {}
    if isinstance(body, dict) and body:
        sent = {"body_kind": "json", "body": json.dumps(body, ensure_ascii=False)}
    return {
        **HttpRequest().initial_fields(),
        "method": arguments["method"] if row["tool"] == "http" else "GET",
        "url": address_below(row["address"], str(arguments.get("path") or "")),
        "connection": row["connection"],
        "query": rows,
        **sent,
    }


def _without_headers(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if name != "headers"}


def _find_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    table = ports.tables.card(row["table"])
    keys: list[Json] = ["id", *(one.key for one in table.columns)]
    column: dict[str, Json] = {"type": "string", "enum": keys[1:]}
    condition = _group(
        {
            "column": column,
            "comparison": {"type": "string", "enum": list(_COMPARISONS)},
            "value": {"type": ["string", "number", "boolean"]},
        },
        "column",
        "comparison",
        "value",
    )
    conditions: dict[str, Json] = {"type": "array", "items": condition, "maxItems": 10}
    limit: dict[str, Json] = {"type": "integer", "minimum": 1, "maximum": MAX_ROWS_FOUND}
    does = f"Finds rows of the table “{table.name}” that fit all conditions. {_columns(table)}"
    return does, _group({"conditions": conditions, "limit": limit})


def _finding(row: Row, arguments: Arguments) -> dict[str, Json]:
    wanted: Any = arguments.get("conditions") or []
    rows: list[Json] = [
        {"value": one["column"], "operator": one["comparison"], "value2": one["value"]}
        for one in wanted
    ]
    return {
        **FindRows().initial_fields(),
        "table": row["table"],
        "conditions": {"match": "all", "rows": rows},
        "limit": arguments.get("limit") or MAX_ROWS_FOUND,
    }


def _add_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    table = ports.tables.card(row["table"])
    properties: dict[str, Json] = {one.key: _cell(one) for one in table.columns}
    return f"Adds a row to the table “{table.name}”.", _group(properties)


def _change_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    table = ports.tables.card(row["table"])
    cells: dict[str, Json] = {one.key: _cell(one) for one in table.columns}
    properties: dict[str, Json] = {"id": _text("The id of the row, as it was found."), **cells}
    return f"Changes values of one row of the table “{table.name}”.", _group(properties, "id")


def _adding(row: Row, arguments: Arguments) -> dict[str, Json]:
    values = _named(arguments)
    return {**AddRows().initial_fields(), "table": row["table"], "what": "one", "values": values}


def _changing(row: Row, arguments: Arguments) -> dict[str, Json]:
    cells = {name: value for name, value in arguments.items() if name != "id"}
    return {"table": row["table"], "row": arguments.get("id"), "values": _named(cells)}


def _remove_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    table = ports.tables.card(row["table"])
    properties: dict[str, Json] = {"id": _text("The id of the row, as it was found.")}
    return f"Removes one row of the table “{table.name}”, for good.", _group(properties, "id")


def _removing(row: Row, arguments: Arguments) -> dict[str, Json]:
    return {"table": row["table"], "row": arguments["id"]}


def _server_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    """What a server says of its tool is text from outside: it decides nothing."""
    tool = tool_of(row, ports)
    says = f" It says of itself: “{tool.description}”" if tool.description else ""
    return f"Uses “{tool.name}” of the MCP server “{tool.server}”.{says}", dict(tool.schema)


def _calling_server(row: Row, arguments: Arguments) -> dict[str, Json]:
    return {
        "tool": {name: row[name] for name in ("connection", "mcp_tool", "seen")},
        "values": _named(arguments),
        "reads": row["tool"] == "mcp_read",
        "timeout_s": TIME_LIMIT_S,
    }


def _values_or_text(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return value["text"] if value.get("values") is None else value["values"]


def _agent_card(row: Row, ports: Ports) -> tuple[str, dict[str, Json]]:
    agent = ports.agents.card(row["agent"])
    asked = [one for one in agent.inputs if one.kind is not InputKind.FILE]
    properties: dict[str, Json] = {one.key: _answer(one) for one in asked}
    required = (one.key for one in asked if one.required)
    does = f"Runs the agent “{agent.name}” and gives its answer. {agent.description}".strip()
    return does, _group(properties, *required)


def _calling(row: Row, arguments: Arguments) -> dict[str, Json]:
    return {"agent": row["agent"], "values": _named(arguments), "waits": True}


def _named(values: Arguments) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _columns(table: TableCard) -> str:
    named = ", ".join(
        one.key if one.key == one.name else f"{one.key} ({one.name})" for one in table.columns
    )
    return f"Columns: {named}."


def _cell(column: TableColumn) -> Json:
    schema: dict[str, Json] = {"type": _CELLS.get(column.kind, "string")}
    if column.kind == "choice":
        schema["enum"] = list(column.options)
    formats = {"date": "a date such as 2026-11-22", "moment": "such as 2026-11-22T09:30"}
    more = f", {formats[column.kind]}" if column.kind in formats else ""
    return {**schema, "description": f"{column.name}{more}"}


def _answer(asked: FormInput) -> Json:
    schema: dict[str, Json] = {"type": _INPUTS.get(asked.kind, "string")}
    if asked.kind is InputKind.CHOICE:
        schema["enum"] = list(asked.options)
    return {**schema, "description": f"{asked.label} {asked.hint}".strip()}


_CELLS = {"number": "number", "yes_no": "boolean"}
_INPUTS = {InputKind.NUMBER: "number", InputKind.SWITCH: "boolean"}


def _one_service(row: Row, ports: Ports) -> Ports:
    return replace(ports, http=OneService(ports.http, row["address"]))


_SERVER_TOOL = ToolKind(
    step=McpTool(), card=_server_card, given=_calling_server, told=_values_or_text
)
KINDS: Mapping[str, ToolKind] = {
    "http_read": ToolKind(
        step=HttpRequest(),
        card=_reads_card,
        given=_request,
        ports=_one_service,
        told=_without_headers,
    ),
    "http": ToolKind(
        step=HttpRequest(),
        card=_service_card,
        given=_request,
        ports=_one_service,
        told=_without_headers,
    ),
    "find_rows": ToolKind(step=FindRows(), card=_find_card, given=_finding),
    "add_row": ToolKind(step=AddRows(), card=_add_card, given=_adding),
    "change_row": ToolKind(step=ChangeRow(), card=_change_card, given=_changing),
    "remove_row": ToolKind(step=RemoveRow(), card=_remove_card, given=_removing),
    "agent": ToolKind(step=RunAgent(), card=_agent_card, given=_calling),
    "mcp": _SERVER_TOOL,
    "mcp_read": _SERVER_TOOL,
}
