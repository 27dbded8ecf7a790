"""The step that calls one tool of an MCP server."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.field_mcp import McpPick, is_choice
from app.engine.fields import Field, KeyValues, Number, Switch
from app.engine.ports import Ports
from app.engine.server_port import ServerTool
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json, clean
from app.engine.words import said, short, strong
from app.lib.mcp import ToolAnswer
from app.llm.schema_check import faults, fitted

MAX_VALUE_BYTES = 1_000_000
MAX_FAULTS_TOLD = 5
TIME_LIMIT_S = 60


class McpTool(StepType):
    """Calls one tool that a program elsewhere offers: an MCP server.

    The server is a connection of its own: *Connections*, *New connection*, *MCP server*. What it
    offers was told when it was last looked at there; a tool that changed since it was chosen is
    not called until somebody chooses it again. A call counts as a change elsewhere, and a
    rehearsal does not make it, unless you say that the tool only reads.

    The answer gives `text`, and `values` where the server names them, as in
    `{{ steps.mcp_tool.values.total }}`.
    """

    type: ClassVar[str] = "mcp_tool"
    title: ClassVar[str] = "MCP tool"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "plug"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("call of a tool", "calls of tools", "made")
    fields: ClassVar[Mapping[str, Field]] = {
        "tool": McpPick(
            label="Tool",
            required=True,
            hint="MCP servers are made on the page Connections.",
        ),
        "values": KeyValues(
            label="With these values",
            hint="The names that the tool asks for, such as query.",
            unique=True,
        ),
        "reads": Switch(
            label="It only reads",
            hint="Switch this on if you know that a call changes nothing; servers may be wrong.",
        ),
        "timeout_s": Number(
            label="Waits at most",
            default=TIME_LIMIT_S,
            minimum=1,
            maximum=300,
            required=True,
            unit="seconds",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "what it answered, as text",
        "values": "the same by name, where the server gives it so",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Call it; raises StepFailed when it cannot be called, or says that it failed."""
        choice = given["tool"]
        tool = tool_of(choice, ports)
        arguments = fitting(tool, {one["name"].strip(): one["value"] for one in given["values"]})
        answer = ports.servers.call(
            choice["connection"],
            choice["mcp_tool"],
            arguments,
            only_reads=bool(given["reads"]),
            time_limit_s=float(given["timeout_s"]),
        )
        return Output(_output(tool, answer))

    def tell(self, given: Given, output: Given) -> str:
        """Which tool, and what came."""
        called = strong(_name(given))
        if output.get("rehearsed"):
            return said("Would have called ", called)
        return said("Called ", called, ", got ", strong(short(output.get("text"), 60)))

    def does(self, fields: Mapping[str, Json]) -> str:
        """Which tool."""
        name = _name(fields)
        return f"calls the tool “{name}” of an MCP server" if name else "calls an MCP tool"

    def doing(self, given: Given) -> str:
        """What is being waited for."""
        return f"waiting for “{_name(given)}”"

    def effect_of(self, given: Given) -> Effect:
        """A change elsewhere, unless a person says that it only reads."""
        return Effect.READ if given.get("reads") is True else Effect.WRITE

    def is_repeatable(self, given: Given) -> bool:
        """Only what only reads."""
        return self.effect_of(given) is Effect.READ

    def rehearse(self, given: Given) -> Output:
        """What would have been called."""
        values = {str(one["name"]).strip(): one["value"] for one in given["values"]}
        would: dict[str, Json] = {"tool": _name(given), "values": values}
        return Output({"rehearsed": True, "would_call": would, "text": "", "values": None})

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """What a server refuses is often mended in its connection."""
        choice = given.get("tool")
        if not is_choice(choice) or not output.get("connection"):
            return super().actions(given, output)
        return (
            Action(
                "edit_connection",
                "Check the MCP server",
                primary=True,
                connection_id=choice["connection"],
            ),
            Action("run_again", "Run again"),
        )


def tool_of(choice: Mapping[str, Any], ports: Ports) -> ServerTool:
    """The chosen tool as it is known; raises StepFailed when it is gone or another one by now."""
    tool = ports.servers.tool(choice["connection"], choice["mcp_tool"])
    if tool.digest != choice["seen"]:
        raise StepFailed(
            f"The tool “{tool.name}” of “{tool.server}” is not what it was when it was chosen. "
            "Look at it under Connections, and choose it again in the step.",
            can_retry=False,
        )
    return tool


def fitting(tool: ServerTool, arguments: Mapping[str, Json]) -> dict[str, Json]:
    """The arguments as the tool's schema has them; raises StepFailed where they do not fit."""
    known: Any = tool.schema.get("properties") or {}
    needed: Any = tool.schema.get("required") or ()
    fit = fitted(dict(arguments), tool.schema)
    made = {name: one for name, one in fit.items() if one is not None or name in needed}
    is_open = tool.schema.get("additionalProperties") not in (None, False)
    strange = () if is_open else (name for name in arguments if name not in known)
    wrong = [f"“{name}” was not asked for." for name in strange]
    wrong += list(faults(made, tool.schema))
    if wrong:
        told = " ".join(wrong[:MAX_FAULTS_TOLD])
        raise StepFailed(f"“{tool.name}” cannot be called so. {told}", can_retry=False)
    return made


def _output(tool: ServerTool, answer: ToolAnswer) -> Json:
    if answer.failed:
        said_by = f" It says: “{short(answer.text, 200)}”" if answer.text.strip() else ""
        raise StepFailed(
            f"“{tool.name}” of “{tool.server}” could not do it.{said_by}",
            output={"text": clean(answer.text, max_bytes=MAX_VALUE_BYTES)},
        )
    return clean({"text": answer.text, "values": answer.values}, max_bytes=MAX_VALUE_BYTES)


def _name(fields: Mapping[str, Json]) -> str:
    choice = fields.get("tool")
    return str(choice["mcp_tool"]) if is_choice(choice) else ""
