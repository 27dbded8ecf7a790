"""A harbour in which things go wrong."""

from tests.triggers.conftest import (
    _filled_ports,
    agent,
    browser,
    house,
    keyring,
    make_agent,
    nursery,
    publish,
    start_run,
    switched_on,
)

__all__ = [
    "_filled_ports",
    "agent",
    "browser",
    "house",
    "keyring",
    "make_agent",
    "nursery",
    "publish",
    "start_run",
    "switched_on",
]
