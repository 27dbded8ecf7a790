"""Edits of a flow, the same for every view of it: each takes a flow and gives a new, valid one.

Raises EditRefused, with a sentence, where an edit makes no sense. Edits that must know which ways
out steps have take the catalogue of step types.
"""

from app.engine.edit_links import go_to, keep_ways, move_step
from app.engine.edit_loops import (
    add_inside,
    duplicate_step,
    move_into,
    move_out,
    open_end,
    take_steps_out,
)
from app.engine.edit_parts import ROW_HEIGHT
from app.engine.edit_steps import (
    add_start,
    add_step,
    remove_step,
    rename_step,
    set_fields,
    set_options,
)
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Step

__all__ = [
    "ROW_HEIGHT",
    "EditRefused",
    "add_inside",
    "add_start",
    "add_step",
    "duplicate_step",
    "go_to",
    "keep_ways",
    "move_into",
    "move_out",
    "move_step",
    "open_end",
    "outline",
    "remove_step",
    "rename_step",
    "set_fields",
    "set_options",
    "take_steps_out",
]


def outline(graph: Graph) -> tuple[Step, ...]:
    """The steps in reading order: each after all that lead to it, branches kept together."""
    return graph.order
