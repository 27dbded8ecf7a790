"""Which start steps are triggers, and of which kind: the one list."""

from collections.abc import Mapping

from app.engine.states import TriggerType
from app.runs.models import Lane
from app.triggers.models import TriggerKind

OF_STEP: Mapping[str, TriggerKind] = {
    "start_schedule": TriggerKind.SCHEDULE,
    "start_webhook": TriggerKind.WEBHOOK,
    "start_form": TriggerKind.FORM,
    "start_email": TriggerKind.EMAIL,
    "start_agent": TriggerKind.AGENT,
    "start_failure": TriggerKind.FAILURE,
    "start_chat": TriggerKind.CHAT,
}

STARTS: Mapping[TriggerKind, TriggerType] = {
    TriggerKind.SCHEDULE: TriggerType.SCHEDULE,
    TriggerKind.WEBHOOK: TriggerType.WEBHOOK,
    TriggerKind.FORM: TriggerType.FORM,
    TriggerKind.EMAIL: TriggerType.EMAIL,
    TriggerKind.AGENT: TriggerType.AGENT,
    TriggerKind.FAILURE: TriggerType.OTHER,
    TriggerKind.CHAT: TriggerType.CHAT,
}

# Where a person sits and waits; every other run is served after these.
LANES: Mapping[TriggerKind, Lane] = {TriggerKind.CHAT: Lane.CHAT}

# Reached at an address that holds the trigger's token.
HAS_ADDRESS = frozenset({TriggerKind.WEBHOOK, TriggerKind.FORM})
