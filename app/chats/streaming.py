"""Sends an answer to an open chat while it is written, and what else is new there meanwhile."""

import json
import time
from collections.abc import Callable, Iterator

from flask import Flask
from redis.exceptions import RedisError

from app.chats.watching import Watch
from app.chats.web_process import line
from app.growing_answers.line import FIRST, Piece

LONGEST_S = 120.0
LOOK_AGAIN_S = 1.0  # whether the reader may still read, the run still works, and what is new
START = "retry: 1000\n\n"
HERE = "event: here\ndata:\n\n"  # the page need not ask meanwhile; who has left is noticed
OVER = "event: over\ndata:\n\n"  # no more by this way; the page goes on asking


def events(app: Flask, watch: Watch, after: str, give_back: Callable[[], None]) -> Iterator[str]:
    """The answer as server-sent events, from the piece after this one, with what is new.

    The last one is `done`, with what came of it; without, the page has to ask.
    """
    began = looked = time.monotonic()
    try:
        yield START + HERE
        while time.monotonic() - began < LONGEST_S:
            is_changed = False
            for piece in _pieces(app, watch, after):
                after = piece.id
                if piece.kind == "done":
                    yield _done(watch, after)
                    return
                yield _said(piece)
                is_changed |= piece.kind == "back"
            if is_changed or time.monotonic() - looked >= LOOK_AGAIN_S:
                looked = time.monotonic()
                look = watch.look()
                if look is None:
                    break
                if not look.goes_on:  # seen before the line told it
                    yield _event("done", look.news, after)
                    return
                yield _event("news", look.news) if look.news else HERE
        yield OVER
    except RedisError:
        yield OVER
    finally:
        give_back()


def place_of(text: str) -> str:
    """The place that a reader comes back from; the beginning for one that cannot be."""
    first, _, second = text.partition("-")
    is_place = first.isdecimal() and (second.isdecimal() or not second) and len(text) <= 40
    return text if is_place else FIRST


def _pieces(app: Flask, watch: Watch, after: str) -> list[Piece]:
    with app.app_context():
        return list(line().after(watch.workspace_id, watch.run_id, after, wait_s=1.0))


def _done(watch: Watch, after: str) -> str:
    look = watch.look()
    return OVER if look is None else _event("done", look.news, after)


def _said(piece: Piece) -> str:
    return _event(piece.kind, piece.text if piece.kind == "words" else "", piece.id)


def _event(kind: str, text: str, place: str = "") -> str:
    named = f"id: {place}\n" if place else ""
    return f"{named}event: {kind}\ndata: {json.dumps(text) if text else ''}\n\n"
