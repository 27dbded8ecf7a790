"""Programs with tools, and what became of them."""

from typing import Any

from app.engine import check
from app.engine.graph import Graph
from app.engine.problem import Known
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State
from app.nodes.catalogue import CATALOGUE

READY, CHECK, BY_HAND = State.READY, State.CHECK, State.BY_HAND
RUN = """
async def run_workflow(workflow_input):
  r = await Runner.run(one, input=workflow_input["input_as_text"])
  return {"output_text": r.final_output_as(str)}
"""
SHOP = "https://mcp.shop.example/mcp"


def moved(tools: str, *, head: str = "", more: str = "") -> MovedIn:
    """A program whose one agent has these tools."""
    return read_program(f"{head}\none = Agent(name='One', tools=[{tools}]{more})\n{RUN}")


def server(**config: object) -> str:
    """The call that makes tools of an MCP server."""
    told = {"type": "mcp", "server_label": "shop", "server_url": SHOP, **config}
    return f"HostedMCPTool(tool_config={told!r})"


def rows(program: MovedIn) -> list[dict[str, Any]]:
    """The tools of its one agent with tools."""
    (step,) = [one for one in program.graph.steps if one.type == "agent_with_tools"]
    found: Any = step.fields["tools"]
    return list(found)


def said(program: MovedIn, original: str) -> tuple[State, str]:
    """What became of the statement with these words."""
    one = next(one for one in program.findings if original in one.original)
    return one.state, one.sentence


def errors(graph: Graph) -> list[str]:
    """What the check holds against a flow."""
    found = check.problems(graph, CATALOGUE, known=Known())
    return [one.text for one in found if one.severity == "error"]
