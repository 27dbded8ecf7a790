"""Rings again for runs that nobody works on: rings get lost and workers die."""

from app.workers import claims
from app.workers.desk import Desk

EVERY_S = 5.0


def sweep(desk: Desk) -> bool:
    """Ring when a run is pending or its lease ran out; whether there was one."""
    with desk.sessions() as session:
        lanes = claims.free_lanes(session)
    for lane in lanes:
        desk.bell.ring(lane)
    return bool(lanes)
