"""The room's routes, by what they are about."""

from app.chats import (
    list_routes,
    message_routes,
    share_routes,
    stream_routes,
    thread_routes,
    trial_routes,
)
from app.chats.blueprint import bp

__all__ = [
    "bp",
    "list_routes",
    "message_routes",
    "share_routes",
    "stream_routes",
    "thread_routes",
    "trial_routes",
]
