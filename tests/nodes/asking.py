"""Asks a server on this machine through the HTTP step."""

from collections.abc import Callable
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.engine.values import Json
from app.nodes.http_request import HttpRequest
from tests.loopback import Loopback, Received

KIND = HttpRequest()
Say = Callable[[Received], bytes]


def asked(say: Say, ports: Ports, path: str = "/", **settings: Any) -> tuple[Any, list[Received]]:
    """What the step gives, and the requests that arrived."""
    with Loopback(say) as server:
        given = {**KIND.initial_fields(), "url": server.url + path, **settings}
        output = KIND.run(given, ports)
    return output.value, server.received  # type: ignore[union-attr]


def failed(say: Say, ports: Ports, **settings: Any) -> tuple[StepFailed, list[Received]]:
    """How the step fails, and the requests that arrived."""
    with Loopback(say) as server:
        given = {**KIND.initial_fields(), "url": f"{server.url}/list", **settings}
        with pytest.raises(StepFailed) as failure:
            KIND.run(given, ports)
    return failure.value, server.received


def rows(*pairs: tuple[str, Json]) -> list[Json]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in pairs]
