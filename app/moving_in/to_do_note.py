"""What is left to do, as a note on the canvas: the report is gone once the agent is made."""

from collections.abc import Iterable
from dataclasses import replace

from app.engine.drawings import MAX_TEXT_CHARS, Note
from app.engine.graph import Graph
from app.engine.words import short
from app.lib.ids import new_word
from app.moving_in.report import Finding, State

WIDTH, MIN_HEIGHT, MAX_HEIGHT = 340, 160, 640
BESIDE = 460  # to the left of the flow, which begins in the middle
LINE_HEIGHT, LINE_CHARS = 21, 46


def with_note(graph: Graph, findings: Iterable[Finding]) -> Graph:
    """The flow with a note beside it that names what to check and what to do by hand."""
    left = [one for one in findings if one.state is not State.READY]
    if not left:
        return graph
    lines = ["Moved in from Agent Builder. Left to do:"]
    lines += [f"• {one.where}: {short(one.sentence, 240)}" for one in left]
    text = "\n".join(lines)
    if len(text) > MAX_TEXT_CHARS:
        text = f"{text[: MAX_TEXT_CHARS - 1]}…"
    rows = sum(1 + len(line) // LINE_CHARS for line in text.splitlines())
    height = min(max(rows * LINE_HEIGHT + 60, MIN_HEIGHT), MAX_HEIGHT)
    x = min((step.x for step in graph.steps), default=0) - BESIDE
    note = Note(new_word(), x, 0, WIDTH, height, text, colour="blue")
    return replace(graph, notes=(*graph.notes, note))
