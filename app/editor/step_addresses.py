"""Addresses of the steps of one draft, each kind made once: a long flow has thousands of them."""

from typing import Any

from flask import url_for

_STEP = "thestep0"  # stands for a step's id; no query and no path of ours has it otherwise


class StepAddresses:
    """Called in templates: `at("editor.move_step", step.id)` is where that step is moved."""

    def __init__(self) -> None:
        self._patterns: dict[tuple[object, ...], str] = {}

    def __call__(self, endpoint: str, step_id: str, name: str = "step_id", /, **values: str) -> str:
        """The address of `endpoint` in which the value `name` is the step's id."""
        key = (endpoint, name, *values.items())
        pattern = self._patterns.get(key)
        if pattern is None:
            given: dict[str, Any] = {name: _STEP, **values}
            pattern = url_for(endpoint, **given)
            self._patterns[key] = pattern
        return pattern.replace(_STEP, step_id)
