"""What is different in the notes and group frames that people put beside the steps."""

from collections.abc import Iterator

from app.engine.diff_change import Change, Piece, sentence
from app.engine.diff_text import marked_words, shortened
from app.engine.graph import Graph
from app.engine.words import short


def drawn_changes(before: Graph, after: Graph) -> Iterator[Change]:
    """Notes and frames by their words; where they stand and their colours do not count."""
    notes = ({note.id: note.text for note in graph.notes} for graph in (before, after))
    frames = ({frame.id: frame.title for frame in graph.frames} for graph in (before, after))
    yield from _of_kind("note", *notes)
    yield from _of_kind("frame", *frames)


def _of_kind(kind: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for key, words in new.items():
        if key not in old:
            told = sentence(f"A {kind} on the canvas: ", Piece(short(words), "new"))
            yield Change(turn="added", told=told)
        elif old[key] != words:
            wording = shortened(marked_words(old[key], words))
            told = sentence(f"Other words in a {kind} on the canvas")
            yield Change(turn="changed", told=told, wording=wording)
    for key, words in old.items():
        if key not in new:
            told = sentence(f"No {kind} any more: ", Piece(short(words), "old"))
            yield Change(turn="removed", told=told)
