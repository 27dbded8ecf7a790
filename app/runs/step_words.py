"""What went into a step, in the words of its settings: labels for names, nothing empty."""

from collections.abc import Mapping

from app.engine.field import Field
from app.engine.fields import Choice, Connection, KeyValues, Switch
from app.engine.graph import Step
from app.engine.step_type import StartType, StepType
from app.engine.values import Json
from app.nodes.start_form import inputs_of

GONE = "A connection that was deleted"


def went_in(
    step: Step,
    given: Json,
    *,
    trigger: Mapping[str, Json],
    step_type: StepType | None,
    connections: Mapping[str, str],
) -> Json:
    """The settings that a step worked with, by label; for a start, the answers it began with.

    `given` and `trigger` are copies for people; `connections` are names by id. Anything that is
    not known here is shown as it is.
    """
    if isinstance(step_type, StartType):
        labels = {one.key: one.label for one in inputs_of(step.fields)}
        return {labels.get(key, key): value for key, value in trigger.items()}
    if step_type is None or not isinstance(given, dict):
        return given
    shown: dict[str, Json] = {}
    for name, value in given.items():
        field = step_type.fields.get(name)
        if field is None:
            shown[name] = value
        elif field.applies(given) and not field.is_empty(value) and value is not False:
            shown[field.label] = _words(field, value, connections)
    return shown


def _words(field: Field, value: Json, connections: Mapping[str, str]) -> Json:
    if isinstance(field, Connection):
        return connections.get(str(value), GONE)
    if isinstance(field, Choice):
        return field.words(value)
    if isinstance(field, KeyValues) and isinstance(value, list):
        pairs = [row for row in value if isinstance(row, dict) and "name" in row]
        if len(pairs) == len({str(row["name"]) for row in pairs}) == len(value):
            return {str(row["name"]): row.get("value") for row in pairs}
    if isinstance(field, Switch):
        return bool(value)
    return value
