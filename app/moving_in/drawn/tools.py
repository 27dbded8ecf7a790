"""The tools of a step: rows for what there is here, and for agents made beside it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.field_tools import MAX_TOOLS, tool_key
from app.engine.values import Json
from app.engine.words import count, listed, short
from app.moving_in.declared.agents import AgentMade
from app.moving_in.declared.code_inputs import CannotRun
from app.moving_in.declared.kinds_of_tools import (
    ByHand,
    OtherAgent,
    OwnCode,
    ServerTools,
    ToolRead,
    words_of,
)
from app.moving_in.declared.servers import all_of
from app.moving_in.declared.tools import tool_read
from app.moving_in.drawn.beside import MAX_HELPERS, Draw, agent_helper, brief, code_helper
from app.moving_in.drawn.scene import Scene, Told

_ADD_SERVER = "Add the server under Connections, with its key if it wants one."
_ROW: Mapping[str, Json] = dict.fromkeys(
    ("tool", "name", "about", "address", "connection", "agent", "table", "mcp_tool", "seen"), ""
)


@dataclass(slots=True)
class Tools:
    """The rows of one step so far, and what somebody has to do about its tools."""

    rows: list[dict[str, Json]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def add(self, doubt: str = "", **row: Json) -> bool:
        """One more row, by a name that no other has; False when there is no room."""
        if len(self.rows) >= MAX_TOOLS:
            return False
        made: dict[str, Json] = {**_ROW, "policy": "ask_writes", "rules": [], **row}
        taken = {tool_key(one) for one in self.rows}
        plain, number = str(made["name"]), 2
        while tool_key(made) in taken:
            made["name"] = f"{plain} {number}"
            number += 1
        self.rows.append(made)
        if doubt:
            self.doubts.append(doubt)
        return True


def tools_for(scene: Scene, agent: AgentMade, draw: Draw) -> Tools:
    """The tools of an agent's step; what they come to is told where each was declared.

    `draw` makes the step of another agent, told what to do.
    """
    made = Tools()
    for node in agent.tools:
        _add(scene, agent, made, node, draw)
    words = [str(row["name"]) for row in made.rows]
    if words:
        named = listed([f"“{one}”" for one in words[:4]])
        more = f" and {len(words) - 4} more" if len(words) > 4 else ""
        made.doubts.insert(0, f"Look at its tools: {named}{more}.")
    return made


def _add(scene: Scene, agent: AgentMade, made: Tools, node: ast.expr, draw: Draw) -> None:
    told = scene.tools.get(node.id) if isinstance(node, ast.Name) else None
    tool = told.tool if told else _tool(scene, node)
    where = told.node if told else agent.node
    if told:
        told.is_used = True
    if tool is None:
        words = ast.unparse(node)
        scene.by_hand(where, f"Its tools “{short(words, 60)}” could not be read: add them by hand.")
        return
    if isinstance(tool, ByHand):
        scene.by_hand(where, f"{_first(tool.words)} does not move in. {tool.instead}")
        made.doubts.append(f"It used {tool.words}: see there what to use instead.")
    elif isinstance(tool, ServerTools):
        _add_server(scene, made, tool, where, agent)
    elif isinstance(tool, OwnCode):
        _add_code(scene, made, tool.name)
    else:
        _add_agent(scene, made, tool, where, draw)


def _tool(scene: Scene, node: ast.expr) -> ToolRead | None:
    variable = scene.aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""
    if variable in scene.agents:
        return OtherAgent(variable, "", "", hands_over=True)
    return tool_read(node, scene.names)


def _add_server(
    scene: Scene, made: Tools, tool: ServerTools, where: ast.stmt, agent: AgentMade
) -> None:
    names = tool.names or (all_of(tool.label),)
    for name in names:
        policy = "allow" if name in tool.free else "ask"
        if not made.add(tool="mcp", name=name, address=tool.address, policy=policy):
            scene.by_hand(where, _too_many(agent.name))
            return
    at = f" at {tool.address}" if tool.address else ""
    free = listed([f"“{one}”" for one in sorted(tool.free)[:4]])
    asks = f"{free} never asked there; here a person is asked, unless you tick what allows it."
    scene.made(
        where,
        f"Became {words_of(tool)}{at}, for the step “{agent.name}”.",
        [_ADD_SERVER, asks if tool.free else "", *tool.doubts],
    )


def _add_code(scene: Scene, made: Tools, name: str) -> None:
    node = scene.functions[name]
    helper = scene.helpers.get(f"code:{name}")
    if helper is None:
        try:
            helper = code_helper(scene, name)
        except CannotRun as cannot:
            scene.by_hand(
                node, f"A tool of your own. {cannot.sentence} Build it as an agent of its own."
            )
            made.doubts.append(f"The tool {name} is to be built by hand.")
            return
    if made.add(tool="agent", name=name, about=helper.about, agent=helper.ref, policy="allow"):
        scene.check(
            node,
            f"Became the agent “{helper.name}” with this code in a step, as a tool. Try it; it "
            "is published together with yours.",
        )
    else:
        scene.by_hand(node, _too_many("it"))


def _add_agent(scene: Scene, made: Tools, tool: OtherAgent, where: ast.stmt, draw: Draw) -> None:
    agent = scene.agents.get(tool.variable)
    if agent is None:
        scene.by_hand(where, f"The agent {tool.variable} is not in this program: add it by hand.")
        return
    key = f"agent:{tool.variable}"
    if tool.variable in scene.making:
        scene.check(where, f"It could hand back to “{agent.name}”; here its answer goes back.")
        return
    helper = scene.helpers.get(key) or agent_helper(scene, tool.variable, agent, draw)
    if helper is None:
        sentence = f"More than {MAX_HELPERS} agents would be made: add “{agent.name}” by hand."
        scene.by_hand(where, sentence)
        return
    name = tool.name or tool.variable
    if not made.add(
        tool="agent",
        name=name,
        about=brief(tool.about or agent.about),
        agent=helper.ref,
        policy="allow",
    ):
        scene.by_hand(where, _too_many("it"))
        return
    if tool.hands_over:
        made.doubts.append(
            f"It handed over to “{agent.name}”: here that one is a tool, and its answer comes back."
        )


def tell_tools(scene: Scene, *tools: Told) -> None:
    """Tools that no agent has are said so."""
    for told in tools:
        if not told.is_used and isinstance(told.tool, OwnCode):
            scene.by_hand(
                told.node, "A tool of your own that no agent has: nothing was made of it."
            )
        elif not told.is_used:
            words = _first(words_of(told.tool))
            instead = f" {told.tool.instead}" if isinstance(told.tool, ByHand) else ""
            scene.by_hand(
                told.node, f"{words}: no agent has it, so nothing was made of it.{instead}"
            )


def _too_many(of: str) -> str:
    return f"A step has {count(MAX_TOOLS, 'tool')} at most: give “{of}” the others in another way."


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]
