"""Signatures of deliveries: the right ones are known, everything else is not."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from app.triggers.signatures import is_signed, new_secret, sign

BODY = b'{"order": 17}'
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = "whsec_bm90LWEtcmVhbC1zZWNyZXQtMTIz"
OTHER = new_secret()


def own(body: bytes = BODY, key: str = KEY, at: int = AT) -> dict[str, str]:
    return {"x-lamplight-signature": sign(body, key, at=at)}


def github(body: bytes = BODY, key: str = KEY) -> dict[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def standard(body: bytes = BODY, key: str = KEY, at: int = AT) -> dict[str, str]:
    raw = base64.b64decode(key.removeprefix("whsec_"))
    signed = hmac.digest(raw, b"msg_1." + str(at).encode() + b"." + body, hashlib.sha256)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1a,nonsense v1,{base64.b64encode(signed).decode()}",
    }


def stripe(at: int = AT) -> dict[str, str]:
    return {"stripe-signature": own(at=at)["x-lamplight-signature"] + ",v0=abc"}


@pytest.mark.parametrize("headers", [own(), github(), standard(), stripe()])
def test_a_right_signature_is_known(headers: dict[str, str]) -> None:
    assert is_signed(headers, BODY, [KEY], now=NOW)
    assert is_signed(headers, BODY, [OTHER, KEY], now=NOW), "two secrets in rotation"
    assert not is_signed(headers, BODY + b" ", [KEY], now=NOW)
    assert not is_signed(headers, BODY, [OTHER], now=NOW)
    assert not is_signed(headers, BODY, [], now=NOW)


@pytest.mark.parametrize("make", [own, standard])
@pytest.mark.parametrize(
    ("apart_s", "is_good"), [(299, True), (301, False), (-299, True), (-301, False)]
)
def test_an_old_delivery_cannot_be_sent_again(make, apart_s: int, is_good: bool) -> None:  # type: ignore[no-untyped-def]
    later = NOW + timedelta(seconds=apart_s)
    assert is_signed(make(), BODY, [KEY], now=later) is is_good


def test_the_known_example_of_standard_webhooks() -> None:
    # From the specification at standardwebhooks.com.
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    now = datetime.fromtimestamp(1614265330, UTC)
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert is_signed(headers, b'{"test": 2432232314}', [key], now=now)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-lamplight-signature": ""},
        {"x-lamplight-signature": "v1=abc"},
        {"x-lamplight-signature": f"t={AT}"},
        {"x-lamplight-signature": f"t={AT},v1="},
        {"x-lamplight-signature": own()["x-lamplight-signature"] + f",t={AT}"},
        {"x-lamplight-signature": "t=١٢٣,v1=ä\udc80"},
        {"x-lamplight-signature": "t=-5,v1=" + "a" * 1_000_000},
        {"x-hub-signature-256": "sha1=abc"},
        {"x-hub-signature-256": "sha256="},
        {"webhook-id": "a", "webhook-timestamp": str(AT), "webhook-signature": "v1,"},
        {"webhook-timestamp": str(AT), "webhook-signature": standard()["webhook-signature"]},
    ],
)
def test_nonsense_is_no_signature(headers: dict[str, str]) -> None:
    assert not is_signed(headers, BODY, [KEY, "short"], now=NOW)


def test_a_secret_of_another_service_signs_too() -> None:
    assert is_signed(own(key="their own words"), BODY, ["their own words"], now=NOW)


def test_new_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 24
