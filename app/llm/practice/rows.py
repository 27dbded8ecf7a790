"""What the practice model says of rows that a tool found: those that were meant, line by line."""

import json
from typing import Any

from app.llm.practice.words import stems

MAX_ROWS = 5


def rows_told(given: str, asked: str) -> str | None:
    """The rows in what a tool gave that share most words with the question; None for no rows."""
    try:
        found = json.loads(given)
    except ValueError:
        return None
    rows = found.get("rows") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        return None
    if not rows:
        return "I looked, and there is nothing like it."
    meant = stems(asked)
    scored = [(len(meant & stems(_texts(row))), row) for row in rows]
    most = max(score for score, _ in scored)
    told = [_line(row) for score, row in scored if score == most][:MAX_ROWS]
    return "I looked it up:\n\n" + "\n".join(f"- {one}" for one in told)


def _texts(row: dict[str, Any]) -> str:
    return " ".join(str(one) for name, one in row.items() if isinstance(one, str) and name != "id")


def _line(row: dict[str, Any]) -> str:
    """`Harbour lantern: in stock 12, price 89`."""
    shown = [(name, one) for name, one in row.items() if name != "id" and one not in (None, "")]
    head = next((str(one) for _, one in shown if isinstance(one, str)), "A row")
    rest = [f"{name.replace('_', ' ')} {one}" for name, one in shown if str(one) != head]
    return f"{head}: {', '.join(rest)}" if rest else head
