"""What the tools of a program can be, and what each is called."""

from dataclasses import dataclass
from typing import TypeAlias

from app.engine.words import listed


@dataclass(frozen=True, slots=True)
class ServerTools:
    """Tools of an MCP server. `free` are those that never asked, `names` empty means all."""

    label: str
    address: str
    names: tuple[str, ...]
    free: frozenset[str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ByHand:
    """A tool that nothing here is made of: what it was, and what to do instead."""

    words: str
    instead: str


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A function of the program that is a tool."""

    name: str


@dataclass(frozen=True, slots=True)
class OtherAgent:
    """Another agent of the program: as a tool, or to hand over to."""

    variable: str
    name: str
    about: str
    hands_over: bool = False


ToolRead: TypeAlias = ServerTools | ByHand | OwnCode | OtherAgent


def words_of(tool: ToolRead) -> str:
    """What the tool is, in words."""
    if isinstance(tool, ServerTools):
        what = listed([f"“{one}”" for one in tool.names[:3]]) if tool.names else "all tools"
        more = " and others" if len(tool.names) > 3 else ""
        return f"{what}{more} of the MCP server “{tool.label}”"
    if isinstance(tool, ByHand):
        return tool.words
    return f"the tool {tool.name}" if isinstance(tool, OwnCode) else f"the agent {tool.variable}"
