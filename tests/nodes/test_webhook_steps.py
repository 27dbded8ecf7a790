"""The steps of webhooks: what a delivery becomes, and what a flow may answer."""

import pytest

from app.engine.errors import StepFailed
from app.engine.ports import SHUT, Ports
from app.engine.states import TriggerType
from app.engine.values import Json
from app.lib import clock
from app.nodes.answer_webhook import AnswerWebhook
from app.nodes.start_webhook import StartWebhook, answers_with_flow, methods_of, wait_of
from app.nodes.web_answers import WebAnswer, web_answer

PORTS = Ports(http=SHUT, clock=clock.now)
START = StartWebhook()
ANSWER = AnswerWebhook()
DELIVERY: Json = {
    "method": "PUT",
    "path": "orders",
    "query": {"page": "2"},
    "headers": {"x-github-event": "push"},
    "body": {"order": 17},
    "delivery_id": "d-1",
    "received_at": "2026-11-22T13:00:00+00:00",
}


def given(**settings: Json) -> dict[str, Json]:
    return {**ANSWER.initial_fields(), **settings}


def test_a_delivery_is_passed_on_as_it_came() -> None:
    begun = START.begin(START.initial_fields(), DELIVERY)
    assert begun.value == DELIVERY
    assert START.tell({}, DELIVERY) == "Received a PUT with 1 value"
    assert set(START.outputs or ()) == set(DELIVERY)  # type: ignore[arg-type]
    assert START.trigger is TriggerType.WEBHOOK


def test_by_hand_it_begins_with_the_sample() -> None:
    begun = START.begin({"sample": '{"order": 17}'}, {})
    assert begun.value["body"] == {"order": 17}  # type: ignore[index,call-overload]
    assert START.tell({}, begun.value) == "Began with the sample"  # type: ignore[arg-type]
    assert START.begin({"sample": " "}, None).value["body"] is None  # type: ignore[index,call-overload]


@pytest.mark.parametrize("sample", ['{"a": 1', "[" * 40 + "]" * 40, '{"a":1,"a":2}', "NaN"])
def test_a_bad_sample_is_told(sample: str) -> None:
    (problem,) = START.problems({"sample": sample})
    assert problem[0] == "sample"
    assert problem[1].startswith("The sample body: ")
    with pytest.raises(StepFailed):
        START.begin({"sample": sample}, {})


def test_settings_that_were_never_saved_have_their_defaults() -> None:
    assert methods_of({}) == methods_of({"methods": "magic"}) == ("POST",)
    assert methods_of({"methods": "get_post"}) == ("GET", "POST")
    assert [wait_of({"wait_s": seconds}) for seconds in (None, 3, 900, True)] == [10, 3, 25, 10]
    assert answers_with_flow({"answer": "flow"})
    assert not answers_with_flow({})


@pytest.mark.parametrize(
    ("settings", "body", "content_type"),
    [
        ({"kind": "values", "values": [{"name": " ok ", "value": True}]}, {"ok": True}, "json"),
        ({"kind": "value", "value": [1, 2]}, [1, 2], "json"),
        ({"kind": "text", "text": "<b>hi</b>"}, "<b>hi</b>", "text/plain"),
        ({"kind": "csv", "text": "a,b"}, "a,b", "text/csv"),
        ({"kind": "xml", "text": "<Response/>"}, "<Response/>", "xml"),
        ({"kind": "none"}, "", "text/plain"),
    ],
)
def test_the_answer_is_what_the_flow_says(
    settings: dict[str, Json], body: Json, content_type: str
) -> None:
    rows: Json = [{"name": "X-Shop", "value": 12}]
    value = ANSWER.run(given(status=201, headers=rows, **settings), PORTS).value
    answer = web_answer(value["answer"])  # type: ignore[index,call-overload]
    assert (answer.status, answer.body, answer.headers) == (201, body, {"X-Shop": "12"})
    assert content_type in answer.content_type
    assert ANSWER.tell(given(status=201), value) == "Answered the webhook with 201"  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [302, 399])
def test_no_redirects(status: int) -> None:
    assert ANSWER.problems(given(status=status))[0][0] == "status"
    with pytest.raises(StepFailed, match="cannot be sent"):
        ANSWER.run(given(status=status, kind="none"), PORTS)


@pytest.mark.parametrize(
    "name",
    ["Set-Cookie", "Location", "X-Frame-Options", "Content-Type", "X-Accel-Redirect", "X A", "ÄX"],
)
def test_headers_of_ours_cannot_be_set(name: str) -> None:
    rows: Json = [{"name": name, "value": "1"}]
    assert ANSWER.problems(given(headers=rows))[0][0] == "headers"
    with pytest.raises(StepFailed, match="cannot be sent"):
        ANSWER.run(given(kind="none", headers=rows), PORTS)


def test_a_header_is_one_line() -> None:
    rows: Json = [{"name": "X-Note", "value": "a\r\nSet-Cookie: b=c"}]
    with pytest.raises(StepFailed, match="one short line"):
        ANSWER.run(given(kind="none", headers=rows), PORTS)


def test_a_reference_is_not_judged_before_it_is_filled_in() -> None:
    rows: Json = [{"name": "X-Note", "value": "{{ steps.a.b }}"}]
    assert ANSWER.problems(given(status="{{ steps.a.status }}", headers=rows)) == []


def test_other_answers_become_text_or_json() -> None:
    assert web_answer("Hello") == WebAnswer(content_type="text/plain; charset=utf-8", body="Hello")
    assert web_answer({"total": 3}) == WebAnswer(body={"total": 3})
    assert web_answer(None) == WebAnswer()


def test_an_answer_of_the_same_shape_can_do_no_more() -> None:
    forged: Json = {
        "http_status": 200,
        "content_type": "text/html",
        "headers": {},
        "body": "<script>",
    }
    assert web_answer(forged) == WebAnswer(body=forged)
    forged = {**forged, "content_type": "application/json", "headers": {"Set-Cookie": "a=b"}}  # type: ignore[dict-item]
    assert web_answer(forged).headers == {}
