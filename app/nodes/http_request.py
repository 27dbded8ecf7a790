"""The step that asks or tells another service over HTTP."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Connection, Field, KeyValues, LongText, Number, Switch, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.lib.safe_http import HttpFailed, HttpRefused
from app.nodes.http_words import address_problem, call_of, host_of, is_failure, refusal, result

_READS = frozenset({"GET", "HEAD"})
# RFC 9110, 9.2.2: sending these twice leaves the same state as sending them once.
_IDEMPOTENT = _READS | {"PUT", "DELETE"}


class HttpRequest(StepType):
    """Sends a request to another service and passes on its answer.

    GET and HEAD only look; all other methods change something, so a rehearsal does not send them
    and tells what would have been sent. Secrets belong into a connection, never into the address
    or a header: the connection adds them only for the hosts it was made for. The answer gives
    `status`, `headers` and `body`; a body that is JSON can be used by name, as in
    `{{ steps.get_price.body.price }}`.
    """

    type: ClassVar[str] = "http_request"
    title: ClassVar[str] = "HTTP request"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "globe"
    effect: ClassVar[Effect] = Effect.WRITE
    fields: ClassVar[Mapping[str, Field]] = {
        "method": Choice(
            label="Method",
            options=tuple((one, one) for one in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")),
        ),
        "url": Text(label="Address", required=True, placeholder="https://api.example.org/orders"),
        "connection": Connection(
            label="Connection", hint="Adds a password or key. None for public services."
        ),
        "query": KeyValues(label="Query", hint="Added to the address after the question mark."),
        "headers": KeyValues(label="Headers", unique=True),
        "body_kind": Choice(
            label="Body",
            options=(
                ("none", "None"),
                ("json", "JSON"),
                ("form", "Form values"),
                ("text", "Text"),
            ),
        ),
        "body": LongText(
            label="Content",
            hint="For JSON, put references that stand for texts through the filter json.",
            only_if=("body_kind", frozenset({"json", "text"})),
        ),
        "body_form": KeyValues(label="Form values", only_if=("body_kind", frozenset({"form"}))),
        "fails_on": Choice(
            label="Counts as failed",
            options=(
                ("errors", "An answer of 400 or more"),
                ("server_errors", "An answer of 500 or more"),
                ("never", "Only when no answer comes"),
            ),
        ),
        "timeout_s": Number(
            label="Waits at most", default=30, minimum=1, maximum=300, unit="seconds"
        ),
        "send_twice": Switch(
            label="May be sent twice",
            hint="If the run is interrupted while a POST or PATCH is on its way, send it again. "
            "Off: the run asks you.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "status": "the number of the answer, 200 for a good one",
        "headers": "names and values that came with it",
        "body": "the content, by name where it is JSON",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Send, read the answer, and fail on what counts as failed."""
        call = call_of(given, ports.idempotency_key if self._writes(given) else "")
        try:
            answer = ports.http.send(call, given["connection"] or None)
        except HttpRefused as refused:
            raise StepFailed(
                refused.sentence, can_retry=False, output={"refused": True}
            ) from refused
        except HttpFailed as failed:
            unsure = failed.unsure and self._writes(given)
            raise StepFailed(failed.sentence, unsure=unsure) from failed
        value = result(answer)
        ports.log("info", f"{answer.status} from {host_of(call.url)}, {len(answer.body):,} bytes")
        if is_failure(answer.status, given["fails_on"]):
            raise StepFailed(refusal(answer.status, host_of(call.url)), output=value)
        return Output(value)

    def tell(self, given: Given, output: Given) -> str:
        """Where it went and what came back."""
        host = strong(host_of(given["url"]))
        if output.get("rehearsed"):
            return said("Would have sent a ", strong(given["method"]), " to ", host)
        verb = "Sent to " if self._writes(given) else "Asked "
        return said(verb, host, ", answer ", strong(output.get("status")))

    def doing(self, given: Given) -> str:
        """Which host is being waited for."""
        return f"waiting for {host_of(given['url'])}"

    def effect_of(self, given: Given) -> Effect:
        """GET and HEAD read, all else writes."""
        return Effect.WRITE if self._writes(given) else Effect.READ

    def is_repeatable(self, given: Given) -> bool:
        """By the meaning of the method, or because the person said so."""
        return given["method"] in _IDEMPOTENT or bool(given["send_twice"])

    def rehearse(self, given: Given) -> Output:
        """What would have been sent, in place of an answer."""
        sent: dict[str, Json] = {"method": given["method"], "url": given["url"]}
        kind = given["body_kind"]
        if kind != "none":
            sent["body"] = given["body_form"] if kind == "form" else given["body"]
        return Output({"rehearsed": True, "would_send": sent})

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """An address that could not be sent, as far as it is typed out."""
        sentence = address_problem(fields.get("url"))
        return [("url", sentence)] if sentence else []

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """A refused password is mended in the connection, a busy service by waiting."""
        connection = str(given.get("connection") or "")
        if connection and output.get("status") in (401, 403):
            return (
                Action(
                    "edit_connection",
                    "Check the connection",
                    "The service did not accept its password or key.",
                    primary=True,
                    connection_id=connection,
                ),
                Action("run_again", "Run again"),
            )
        status = output.get("status")
        if output.get("refused"):
            return super().actions(given, output)
        if status is None or status == 429 or status >= 500:
            return (
                Action("run_again", "Run again", "It may have been busy.", primary=True),
                Action("edit_step", "Change the step"),
            )
        return super().actions(given, output)

    @staticmethod
    def _writes(given: Given) -> bool:
        return given["method"] not in _READS
