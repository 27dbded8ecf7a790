"""The flow that a stub draws when somebody wants enquiries sorted and answered."""

from typing import Any


def sketched(key: str, kind: str, name: str, *after: str, **settings: Any) -> dict[str, Any]:
    """A step as a model draws it."""
    ways = [{"step": one, "way": way} for one, _, way in (two.partition(".") for two in after)]
    told = [{"name": one, "value": value} for one, value in settings.items()]
    own = {"key": key, "type": kind, "name": name, "after": ways, "settings": told}
    return {**own, "inside": "", "does": ""}


SKETCH = {
    "name": "Enquiries by the stub",
    "description": "Sorts and answers.",
    "says": "The stub drew this.",
    "steps": [
        sketched(
            "start",
            "start_form",
            "Enquiry",
            inputs='[{"label": "Enquiry", "key": "enquiry", "kind": "long_text", '
            '"required": true, "options": [], "hint": ""}]',
        ),
        sketched(
            "sort",
            "sort_into_categories",
            "Sort it",
            "start",
            text="{{ trigger.enquiry }}",
            categories='[{"label": "Question", "description": "asks"}, {"label": "Complaint", '
            '"description": "is angry"}]',
        ),
        sketched(
            "draft",
            "ask_model",
            "Draft an answer",
            *("sort.Question", "sort.Complaint", "sort.None of these"),
            question="Answer this: {{ trigger.enquiry }}",
        ),
        sketched("ask", "ask_person", "Ask before sending", "draft", title="Send this?"),
        sketched("done", "answer", "Sent", "ask.Approved", text="{{ steps.draft.text }}"),
    ],
}
