"""The step that says exactly what the caller of a webhook gets back."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.field import is_template
from app.engine.fields import Choice, Field, KeyValues, LongText, Number, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.nodes.web_answers import (
    JSON,
    MAX_HEADERS,
    TEXT,
    TEXT_TYPES,
    WebAnswer,
    header_problem,
    status_problem,
)

_TEXTS = ("kind", frozenset(TEXT_TYPES))
_VALUES = ("kind", frozenset({"values"}))
_VALUE = ("kind", frozenset({"value"}))


class AnswerWebhook(StepType):
    """Says what the caller of a webhook gets back: status, headers and body.

    Use it where the sender expects something exact, such as `201` or a text it sent itself. It
    works with a webhook that answers with the flow's answer; the plain *Answer* is enough where
    a 200 with the values will do. When a flow comes to several answers, the last one counts.
    """

    type: ClassVar[str] = "answer_webhook"
    title: ClassVar[str] = "Answer the webhook"
    group: ClassVar[str] = "Answer"
    icon: ClassVar[str] = "message-square-reply"
    is_answer: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "status": Number(
            label="Status",
            hint="200 is “all is well”, 201 “made”, 400 “you sent something wrong”.",
            required=True,
            whole=True,
            minimum=200,
            maximum=599,
            default=200,
        ),
        "kind": Choice(
            label="Body",
            options=(
                ("values", "Named values, as JSON"),
                ("value", "One value, as JSON"),
                ("text", "Text"),
                ("csv", "Text that is CSV"),
                ("xml", "Text that is XML"),
                ("none", "Nothing"),
            ),
        ),
        "values": KeyValues(label="Values", required=True, unique=True, only_if=_VALUES),
        "value": Value(label="Value", required=True, only_if=_VALUE),
        "text": LongText(label="Text", required=True, only_if=_TEXTS),
        "headers": KeyValues(
            label="Headers",
            hint="Content-Language, ETag, Last-Modified, Retry-After, names that begin with X-.",
            unique=True,
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"answer": "what the caller gets"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The whole answer; raises StepFailed for a status or header that cannot be sent."""
        status = int(given["status"])
        headers = {str(row["name"]).strip(): _one_line(row["value"]) for row in given["headers"]}
        problem = status_problem(status) or _headers_problem(headers)
        if problem:
            raise StepFailed(problem, can_retry=False)
        kind = given["kind"]
        answer = WebAnswer(
            status=status,
            content_type=TEXT_TYPES.get(kind, TEXT if kind == "none" else JSON),
            headers=headers,
            body=_body(kind, given),
        )
        return Output({"answer": answer.as_value()})

    def tell(self, given: Given, output: Given) -> str:
        """The status."""
        return said("Answered the webhook with ", strong(given["status"]))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A typed status or header that cannot be sent."""
        status = fields.get("status")
        found: list[tuple[str | None, str]] = []
        if isinstance(status, int) and 200 <= status <= 599 and status_problem(status):
            found.append(("status", status_problem(status)))
        rows = fields.get("headers")
        for row in rows if isinstance(rows, list) else []:
            name, value = (row.get("name"), row.get("value")) if isinstance(row, dict) else ("", "")
            if not name or is_template(name):
                continue
            problem = header_problem(str(name).strip(), "" if is_template(value) else str(value))
            if problem:
                found.append(("headers", problem))
        return found


def _headers_problem(headers: Mapping[str, str]) -> str:
    if len(headers) > MAX_HEADERS:
        return f"An answer can have {MAX_HEADERS} headers at most."
    return next(filter(None, (header_problem(*pair) for pair in headers.items())), "")


def _one_line(value: Json) -> str:
    return "" if value is None else str(value).strip()


def _body(kind: str, given: Given) -> Json:
    if kind == "values":
        return {str(row["name"]).strip(): row["value"] for row in given["values"]}
    body: Json = "" if kind == "none" else given["value" if kind == "value" else "text"]
    return body
