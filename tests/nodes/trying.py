"""Runs one step by itself, with its settings completed, and shows that it keeps its manners."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.engine.ports import SHUT, Ports
from app.engine.step_type import Output, StepType
from app.engine.values import clean

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
PORTS = Ports(http=SHUT, clock=lambda: NOW)
BERLIN = replace(PORTS, timezone=ZoneInfo("Europe/Berlin"))


def tried(kind: StepType, ports: Ports = PORTS, /, **given: Any) -> Any:
    """What the step gives; its settings are as it found them, and it tells of it in a sentence."""
    whole = {**kind.initial_fields(), **given}
    before = deepcopy(whole)
    output = kind.run(whole, ports)
    assert isinstance(output, Output)
    assert whole == before, "a step must not change what it was given"
    value: Any = clean(output.value, max_bytes=10_000_000)
    told = kind.tell(whole, value)
    assert told
    assert told[0].isupper()
    assert not told.endswith(".")
    return value


def listening(ports: Ports = PORTS) -> tuple[Ports, list[str]]:
    """Ports that keep what a step writes into the log."""
    heard: list[str] = []
    return replace(ports, log=lambda level, text: heard.append(f"{level}: {text}")), heard
