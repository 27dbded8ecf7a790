"""The step a run begins at when another program calls the agent's own address."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Number, Switch
from app.engine.states import TriggerType
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong
from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.nodes.as_typed import LongTextAsTyped

LONGEST_WAIT_S = 25  # many senders and proxies give up after 30
WAIT_S = 10
METHODS: Mapping[str, tuple[str, ...]] = {
    "post": ("POST",),
    "get": ("GET",),
    "get_post": ("GET", "POST"),
    "write": ("POST", "PUT", "PATCH"),
    "all": ("GET", "POST", "PUT", "PATCH", "DELETE"),
}
_FLOW = frozenset({"flow"})
_BY_HAND: Mapping[str, Json] = {
    "method": "POST",
    "path": "",
    "query": {},
    "headers": {},
    "body": None,
    "delivery_id": None,
    "received_at": None,
}


class StartWebhook(StartType):
    """Begins a run when another program calls the address of this webhook.

    The webhook's page has the address, a ready example of a call and the list of deliveries.
    Later steps use what came: `{{ trigger.body.order.id }}` of a JSON body or a form,
    `{{ trigger.body }}` of a text, `{{ trigger.query.page }}`. The address answers at once with
    the number of the run, or waits for the flow and gives back its answer. Two deliveries with
    the same delivery id are one run.
    """

    type: ClassVar[str] = "start_webhook"
    title: ClassVar[str] = "Webhook"
    icon: ClassVar[str] = "webhook"
    trigger: ClassVar[TriggerType] = TriggerType.WEBHOOK
    fields: ClassVar[Mapping[str, Field]] = {
        "methods": Choice(
            label="Methods",
            hint="Every other method is turned away.",
            options=tuple((word, ", ".join(methods)) for word, methods in METHODS.items()),
        ),
        "answer": Choice(
            label="Answer",
            options=(
                ("at_once", "At once, with the number of the run"),
                ("flow", "With the flow's answer"),
            ),
        ),
        "wait_s": Number(
            label="Wait for the flow",
            hint="If it takes longer, the caller gets the number of the run instead.",
            minimum=1,
            maximum=LONGEST_WAIT_S,
            whole=True,
            unit="s",
            default=WAIT_S,
            only_if=("answer", _FLOW),
        ),
        "signed": Switch(
            label="Only signed deliveries",
            hint="Make the secret on the webhook's page and give it to the sender.",
        ),
        "when_busy": Choice(
            label="While a run of this agent is still going",
            options=(("queue", "Start one more"), ("skip", "Leave the delivery out")),
        ),
        "sample": LongTextAsTyped(
            label="Sample body",
            hint='JSON, such as {"order": 17}. Used when a person runs the agent by hand.',
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "body": "the JSON value, the values of a form, or the text",
        "query": "what stood behind the ? of the address, by name",
        "headers": "the headers that tell of the event, names in small letters",
        "method": "how it was called, such as POST",
        "path": "what stood behind the address of the webhook",
        "delivery_id": "the sender's number of this delivery, if it gave one",
        "received_at": "when it came",
    }

    def begin(self, given: Given, payload: Json) -> Output:
        """The delivery as it came; by hand, the sample. Raises StepFailed for a bad sample."""
        came = payload if isinstance(payload, dict) else {}
        known = {name: came[name] for name in _BY_HAND if name in came}
        if not known:
            known = {"body": _sample(given.get("sample"))}
        return Output({**_BY_HAND, **known})

    def tell(self, given: Given, output: Given) -> str:
        """How it was called and how much came."""
        if output.get("received_at") is None:
            return "Began with the sample"
        return said("Received ", strong(f"a {output['method']}"), _told(output.get("body")))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A sample that is not JSON."""
        try:
            _sample(fields.get("sample"))
        except StepFailed as failed:
            return [("sample", failed.sentence)]
        return []

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Only a bad sample can fail it."""
        return (Action("edit_step", "Change the sample", primary=True),)


def answers_with_flow(fields: Mapping[str, Json]) -> bool:
    """Whether callers wait for what the flow answers."""
    return fields.get("answer") == "flow"


def methods_of(fields: Mapping[str, Json]) -> tuple[str, ...]:
    """The methods that the address takes, given the step's settings."""
    return METHODS.get(str(fields.get("methods")), METHODS["post"])


def wait_of(fields: Mapping[str, Json]) -> float:
    """How long a caller waits for the flow, in seconds."""
    wanted = fields.get("wait_s")
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return WAIT_S
    return min(max(wanted, 1), LONGEST_WAIT_S)


def _sample(typed: object) -> Json:
    if not isinstance(typed, str) or not typed.strip():
        return None
    try:
        return json_guard.parse(typed)
    except JsonRefused as refused:
        raise StepFailed(f"The sample body: {refused.sentence}", can_retry=False) from None


def _told(body: object) -> str:
    if isinstance(body, dict):
        return f" with {count(len(body), 'value')}"
    if isinstance(body, list):
        return f" with {count(len(body), 'item')}"
    return f" with “{short(body, 40)}”" if body not in (None, "") else ""
