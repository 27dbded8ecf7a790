"""Changes of a flow that is there, by simple rules; what is not spoken of stays as it is."""

from dataclasses import replace

from app.composing.patterns import edit_parts
from app.composing.patterns.adding import ask_before_sending, wait_before_sending, with_more
from app.composing.patterns.heard import Heard
from app.composing.wishes import Surroundings
from app.engine.graph import Graph


def edited(base: Graph, heard: Heard, around: Surroundings) -> tuple[Graph, list[str]]:
    """The changed flow, and what was done in sentences."""
    told: list[str] = []
    graph = base
    for change in (edit_parts.removed, edit_parts.numbered, edit_parts.timed, edit_parts.addressed):
        graph, words = change(graph, heard)
        told += words
    if told:
        return graph, told
    if heard.has("ask"):
        graph, words = ask_before_sending(graph, heard, around)
        told += words
        heard = _without(heard, "ask", "reply", "mail") if words else heard
    if heard.has("wait"):
        graph, words = wait_before_sending(graph, heard)
        told += words
        heard = _without(heard, "wait", "reply", "mail") if words else heard
    graph, words = with_more(graph, heard, around)
    told += words
    return graph, told


def _without(heard: Heard, *kinds: str) -> Heard:
    return replace(heard, acts=tuple(act for act in heard.acts if act.kind not in kinds))
