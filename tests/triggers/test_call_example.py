"""The call that the page shows is one that works, signature included."""

import shutil
import subprocess
from typing import Any

import pytest

from app.engine.values import Json
from app.lib import clock
from app.triggers.call_example import call_example
from app.triggers.signatures import is_signed

ADDRESS = "https://agents.example/hooks/abc"


def called(script: str) -> list[str]:
    """What curl would have been given."""
    told = 'curl() { printf "%s\\0" "$@"; }\n'
    done = subprocess.run(["sh", "-c", told + script], capture_output=True, check=True, text=True)
    return done.stdout.split("\0")[:-1]


def header(arguments: list[str], name: str) -> str:
    found = [one for one in arguments if one.startswith(f"{name}: ")]
    return found[0].removeprefix(f"{name}: ") if found else ""


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, '{"order": 17}'),
        ({"sample": '{"it\'s": "$HOME `id` \\"x\\""}'}, '{"it\'s": "$HOME `id` \\"x\\""}'),
        ({"sample": "{"}, '{"order": 17}'),
        ({"sample": "x" * 1_000}, '{"order": 17}'),
        ({"methods": "write"}, '{"order": 17}'),
    ],
)
def test_it_works(fields: dict[str, Any], body: str) -> None:
    arguments = called(call_example(ADDRESS, fields))
    assert arguments[:3] == ["-X", "POST", ADDRESS]
    assert arguments[-2:] == ["-d", body]
    assert header(arguments, "Content-Type") == "application/json"


def test_a_get_has_its_values_in_the_address() -> None:
    assert called(call_example(ADDRESS, {"methods": "get"})) == [f"{ADDRESS}?order=17"]


@pytest.mark.skipif(not shutil.which("openssl"), reason="install openssl")
@pytest.mark.parametrize("methods", ["post", "get"])
def test_the_signature_is_right(methods: str) -> None:
    fields: dict[str, Json] = {"signed": True, "methods": methods}
    script = call_example(ADDRESS, fields)
    secret = "whsec_bm90LWEtcmVhbC1zZWNyZXQtMTIz"
    arguments = called(script.replace("paste the secret here", secret))
    body = arguments[-1].encode() if methods == "post" else b""
    headers = {"x-lamplight-signature": header(arguments, "X-Lamplight-Signature")}
    assert is_signed(headers, body, [secret], now=clock.now())
