"""The step that asks or tells another service over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

from app.engine.check_settings import fixed_target
from app.engine.errors import StepFailed
from app.engine.fields import Field
from app.engine.file_port import is_file
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.lib.safe_http import HttpCall
from app.nodes.file_words import called
from app.nodes.http_answers import failed_result, result
from app.nodes.http_exchange import Fetched, fetched, hold
from app.nodes.http_pages import Pages, joined, pages_problems
from app.nodes.http_settings import ANSWERED, ASKED, PAGED
from app.nodes.http_words import address_problem, call_of, host_of, is_failure, refusal

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# RFC 9110, 9.2.2: sending these twice leaves the same state as sending them once.
_IDEMPOTENT = _READS | {"PUT", "DELETE"}
_BODIES = {"form": "body_form", "multipart": "body_parts", "file": "body_file"}
_OF_PAGES = {"pages", "has_more"}


class HttpRequest(StepType):
    """Sends a request to another service and passes on its answer.

    GET, HEAD and OPTIONS only look; all other methods change something, so a rehearsal does not
    send them and tells what would have been sent. Secrets belong into a connection, never into the
    address or a header: the connection adds them only for the hosts it was made for. The answer
    gives `status`, `headers` and `body`; a body that is JSON can be used by name, as in
    `{{ steps.get_price.body.price }}`. What is neither JSON nor text, such as a picture or a PDF,
    becomes a file. An answer that comes in pages can be read to its end: `body` is the list of all
    items then.
    """

    type: ClassVar[str] = "http_request"
    title: ClassVar[str] = "HTTP request"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "globe"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("request", "requests", "sent")
    fields: ClassVar[Mapping[str, Field]] = {**ASKED, **PAGED, **ANSWERED}
    outputs: ClassVar[Mapping[str, str] | None] = {
        "status": "the number of the answer, 200 for a good one",
        "headers": "names and values that came with it",
        "body": "the content, by name where it is JSON; the file; or the items of all pages",
        "pages": "how many pages were read, if it comes in pages",
        "has_more": "whether there are more pages than were read",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Send, read the answer, and fail on what counts as failed."""
        for _, sentence in pages_problems(given):
            raise StepFailed(sentence, can_retry=False)
        call = call_of(given, ports, ports.idempotency_key if self._writes(given) else "")
        if given["paging"] != "none":
            return self._all_pages(call, given, ports)
        with self._fetched(call, given, ports) as got:
            return Output(result(got, given["answer_as"], ports))

    def _all_pages(self, call: HttpCall, given: Given, ports: Ports) -> Output:
        pages = Pages(given)
        call = pages.first(call)
        while True:
            with self._fetched(call, given, ports) as got:
                about = result(got, "json", ports)
                following = pages.take(got.answer, about["body"], got.size)
            if following is None:
                return Output(joined(pages, about))
            call = replace(call, url=following)
            hold(0, ports)

    @contextmanager
    def _fetched(self, call: HttpCall, given: Given, ports: Ports) -> Iterator[Fetched]:
        """A good answer; raises StepFailed for one that counts as failed."""
        times = int(given["retry_busy"]) if self.is_repeatable(given) else 0
        writes = self._writes(given)
        with fetched(call, given["connection"], ports, times=times, writes=writes) as got:
            status, host = got.answer.status, host_of(call.url)
            ports.log("info", f"{status} from {host}, {got.size:,} bytes")
            if is_failure(status, given["fails_on"]):
                raise StepFailed(refusal(status, host), output=failed_result(got))
            yield got

    def tell(self, given: Given, output: Given) -> str:
        """Where it went and what came back."""
        host = strong(host_of(given["url"]))
        if output.get("rehearsed"):
            return said("Would have sent a ", strong(given["method"]), " to ", host)
        body = output.get("body")
        if output.get("pages"):
            items = count(len(body or []), "item")
            return said("Read ", items, " from ", host, f", {count(output['pages'], 'page')}")
        verb = "Sent to " if self._writes(given) else "Asked "
        came = (
            (", got ", called(body)) if is_file(body) else (", answer ", strong(output["status"]))
        )
        return said(verb, host, *came)

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it asks or sends, and where as far as that is typed out."""
        method = str(fields.get("method") or "GET")
        target = fixed_target(fields.get("url"))
        is_open = not str(fields.get("url") or "").strip()
        unknown = "an address still to be given" if is_open else "an address that it works out"
        where = target.host if target else unknown
        return f"asks {where}" if method in _READS else f"sends a {method} to {where}"

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str] | None:
        """Pages only where the answer comes in them."""
        paged = fields.get("paging", "none") != "none"
        offered = self.outputs or {}
        return {name: offered[name] for name in offered if paged or name not in _OF_PAGES}

    def doing(self, given: Given) -> str:
        """Which host is being waited for."""
        return f"waiting for {host_of(given['url'])}"

    def effect_of(self, given: Given) -> Effect:
        """GET, HEAD and OPTIONS read, all else writes."""
        return Effect.WRITE if self._writes(given) else Effect.READ

    def is_repeatable(self, given: Given) -> bool:
        """By the meaning of the method, or because the person said so."""
        return given["method"] in _IDEMPOTENT or bool(given["send_twice"])

    def rehearse(self, given: Given) -> Output:
        """What would have been sent, in place of an answer."""
        sent: dict[str, Json] = {"method": given["method"], "url": given["url"]}
        kind = given["body_kind"]
        if kind != "none":
            sent["body"] = given[_BODIES.get(kind, "body")]
        return Output({"rehearsed": True, "would_send": sent})

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """An address that could not be sent, as far as it is typed out."""
        sentence = address_problem(fields.get("url"))
        found = list(pages_problems(fields))
        return [("url", sentence), *found] if sentence else found

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
