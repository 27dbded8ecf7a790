"""Flows that start by themselves."""

from app.engine.graph import Graph
from app.engine.values import Json
from tests.runs.flows import answer, in_a_row, step


def scheduled(schedule: dict[str, Json] | None = None, *, when_busy: str = "queue") -> Graph:
    """Answers with the time it was due."""
    every_weekday: dict[str, Json] = {"every": "weekdays", "times": ["08:30"]}
    fields: dict[str, Json] = {"schedule": schedule or every_weekday, "when_busy": when_busy}
    return in_a_row(step("start", "start_schedule", fields), answer("{{ trigger.due }}"))
