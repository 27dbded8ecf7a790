"""The HTTP step against real servers on this machine."""

from collections.abc import Callable
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output
from app.lib import clock
from app.lib.safe_http import Door, HttpAnswer, HttpCall
from app.nodes.http_request import HttpRequest
from tests.loopback import Loopback, Received, reply

KIND = HttpRequest()


class Outside:
    """The guarded door, with this machine allowed; remembers which connection was asked for."""

    def __init__(self) -> None:
        self.door = Door(private_hosts=("127.0.0.1",))
        self.connections: list[str | None] = []

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Send through the door."""
        self.connections.append(connection_id)
        return self.door.send(call)


def given(**settings: Any) -> dict[str, Any]:
    """The settings of an HTTP step."""
    return {**KIND.initial_fields(), **settings}


def asked(
    say: Callable[[Received], bytes], path: str = "/", **settings: Any
) -> tuple[Output, Received]:
    """What the step gives, and the request that arrived."""
    with Loopback(say) as server:
        ports = Ports(http=Outside(), clock=clock.now, idempotency_key="run1:a:")
        output = KIND.run(given(url=server.url + path, **settings), ports)
    return output, server.received[0]


def json_reply(_request: Received) -> bytes:
    """A good answer."""
    return reply(body=b'{"price": 12.5}', Content_Type="application/json; charset=utf-8")


def test_it_works() -> None:
    rows = [{"name": "q", "value": "a b&c"}, {"name": "n", "value": 5}]
    output, received = asked(
        json_reply, "/x?y=1#top", query=rows, headers=[{"name": "X-A", "value": 7}]
    )
    assert (received.method, received.path) == ("GET", "/x?y=1&q=a%20b%26c&n=5")
    assert received.headers["x-a"] == "7"
    assert "idempotency-key" not in received.headers
    assert isinstance(output.value, dict)
    assert output.value["status"] == 200
    assert output.value["body"] == {"price": 12.5}


@pytest.mark.parametrize(
    ("settings", "kind", "body"),
    [
        ({"body_kind": "json", "body": '{"a": 1}'}, "application/json", b'{"a": 1}'),
        ({"body_kind": "text", "body": "é"}, "text/plain; charset=utf-8", "é".encode()),
        (
            {"body_kind": "form", "body_form": [{"name": "a", "value": "b c"}]},
            "application/x-www-form-urlencoded",
            b"a=b+c",
        ),
    ],
)
def test_bodies(settings: dict[str, Any], kind: str, body: bytes) -> None:
    _, received = asked(json_reply, method="POST", **settings)
    assert received.headers["content-type"] == kind
    assert received.headers["idempotency-key"] == "run1:a:"
    assert received.body == body


def test_ones_own_headers_win() -> None:
    headers = [
        {"name": "content-type", "value": "application/xml"},
        {"name": "Idempotency-Key", "value": "mine"},
    ]
    _, received = asked(json_reply, method="PUT", body_kind="text", body="<a/>", headers=headers)
    assert received.headers["content-type"] == "application/xml"
    assert received.headers["idempotency-key"] == "mine"


def test_a_body_that_is_not_json_is_not_sent() -> None:
    with pytest.raises(StepFailed, match="“Content” is not JSON") as failed:
        asked(json_reply, method="POST", body_kind="json", body="{a: 1}")
    assert not failed.value.can_retry


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (reply(body=b"plain"), "plain"),
        (reply(body=b"{oops", Content_Type="application/json"), "{oops"),
        (reply(Content_Type="application/problem+json"), None),
        (reply(body=b"\xff", Content_Type="text/plain"), "\ufffd"),
    ],
)
def test_answers_that_are_not_json_stay_text(answer: bytes, body: str | None) -> None:
    output, _ = asked(lambda _request: answer)
    assert isinstance(output.value, dict)
    assert output.value["body"] == body


@pytest.mark.parametrize(
    ("status", "fails_on", "sentence"),
    [
        ("404 Not Found", "errors", "127.0.0.1 has nothing at this address (answer 404)."),
        ("418 Teapot", "errors", "127.0.0.1 refused (answer 418)."),
        ("404 Not Found", "server_errors", None),
        ("599 Odd", "server_errors", "127.0.0.1 had a fault of its own (answer 599)."),
        ("500 Oops", "never", None),
    ],
)
def test_what_counts_as_failed(status: str, fails_on: str, sentence: str | None) -> None:
    if sentence is None:
        output, _ = asked(lambda _request: reply(status), fails_on=fails_on)
        assert isinstance(output.value, dict)
        assert output.value["status"] == int(status[:3])
        return
    with pytest.raises(StepFailed) as failed:
        asked(lambda _request: reply(status), fails_on=fails_on)
    assert failed.value.sentence == sentence
    assert failed.value.can_retry
    assert isinstance(failed.value.output, dict)
    assert failed.value.output["status"] == int(status[:3])


def test_no_answer_can_be_tried_again_and_may_have_been_heard() -> None:
    with pytest.raises(StepFailed) as failed:
        asked(lambda _request: b"", method="POST")
    assert failed.value.can_retry
    assert failed.value.unsure
    with pytest.raises(StepFailed) as failed:
        asked(lambda _request: b"")
    assert not failed.value.unsure


def test_what_a_rule_forbids_is_not_tried_again() -> None:
    ports = Ports(http=Outside(), clock=clock.now)
    with pytest.raises(StepFailed) as failed:
        KIND.run(given(url="http://169.254.169.254/latest"), ports)
    assert not failed.value.can_retry
    actions = KIND.actions(given(), {"refused": True})
    assert actions[0].kind == "edit_step"


def test_the_connection_is_named_to_the_port() -> None:
    outside = Outside()
    with Loopback(json_reply) as server:
        ports = Ports(http=outside, clock=clock.now)
        KIND.run(given(url=server.url, connection="c1"), ports)
    assert outside.connections == ["c1"]


@pytest.mark.parametrize(
    ("method", "effect", "repeatable"),
    [
        ("GET", Effect.READ, True),
        ("HEAD", Effect.READ, True),
        ("PUT", Effect.WRITE, True),
        ("DELETE", Effect.WRITE, True),
        ("POST", Effect.WRITE, False),
        ("PATCH", Effect.WRITE, False),
    ],
)
def test_the_method_decides_about_the_effect(method: str, effect: Effect, repeatable: bool) -> None:
    assert KIND.effect_of(given(method=method)) is effect
    assert KIND.is_repeatable(given(method=method)) is repeatable
    assert KIND.is_repeatable(given(method=method, send_twice=True))


def test_it_tells_what_it_does() -> None:
    settings = given(url="https://shop.example/orders/5?key=x")
    assert KIND.tell(settings, {"status": 200}) == "Asked shop.example, answer 200"
    posted = {**settings, "method": "POST"}
    assert KIND.tell(posted, {"status": 201}) == "Sent to shop.example, answer 201"
    assert KIND.tell(posted, {"rehearsed": True}) == "Would have sent a POST to shop.example"
    assert KIND.doing(settings) == "waiting for shop.example"
    assert KIND.doing(given(url="")) == "waiting for an empty address"


def test_a_rehearsal_tells_what_would_have_been_sent() -> None:
    posted = given(method="POST", url="https://x.example", body_kind="json", body="{}")
    assert KIND.rehearse(posted).value == {
        "rehearsed": True,
        "would_send": {"method": "POST", "url": "https://x.example", "body": "{}"},
    }
    rows = [{"name": "a", "value": "b"}]
    form = KIND.rehearse(given(method="POST", url="u", body_kind="form", body_form=rows)).value
    assert isinstance(form, dict)
    assert form["would_send"] == {"method": "POST", "url": "u", "body": rows}
    bare = KIND.rehearse(given(method="DELETE", url="u")).value
    assert isinstance(bare, dict)
    assert bare["would_send"] == {"method": "DELETE", "url": "u"}


@pytest.mark.parametrize(
    ("url", "is_wrong"),
    [("https://x.example", False), ("https://{{ a }}", False), ("x.example", True), ("", False)],
)
def test_an_address_is_checked_as_far_as_it_is_typed(url: str, is_wrong: bool) -> None:
    assert bool(KIND.problems({"url": url})) is is_wrong


@pytest.mark.parametrize(
    ("output", "connection", "kinds"),
    [
        ({"status": 401}, "c1", ["edit_connection", "run_again"]),
        ({"status": 401}, "", ["edit_step", "run_again"]),
        ({"status": 404}, "c1", ["edit_step", "run_again"]),
        ({"status": 503}, "c1", ["run_again", "edit_step"]),
        ({"status": 429}, "", ["run_again", "edit_step"]),
        ({}, "", ["run_again", "edit_step"]),
    ],
)
def test_a_failure_points_to_what_helps(
    output: dict[str, Any], connection: str, kinds: list[str]
) -> None:
    actions = KIND.actions(given(connection=connection), output)
    assert [action.kind for action in actions] == kinds
