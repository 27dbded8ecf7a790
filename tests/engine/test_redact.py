"""The redactor: finds a secret in every dress it may come back in, and leaves the rest alone."""

import base64
import html
import json
from time import process_time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.engine.redact import HIDDEN, Redactor

SECRET = 'p@ss/w+rd="1" é&<x>'
CANARY = "canary4f9c1b7e"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        SECRET.replace('"', '\\"').replace("/", "\\/").replace("é", "\\u00e9"),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower(),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        html.escape(SECRET),
    ],
)
def test_a_secret_is_found_in_every_dress(form: str) -> None:
    told = Redactor([SECRET]).text(f"before {form} after")
    assert HIDDEN in told
    assert form not in told
    assert told.startswith("before ")
    assert told.endswith(" after")


@given(
    st.text("abcdefgh0123456789", min_size=8, max_size=40), st.text(max_size=9), st.text(max_size=9)
)
@example("canary4f9c1b7e", "a", "")
@example("canary4f9c1b7e", "ab", "xy")
def test_it_is_found_inside_longer_base64(secret: str, before: str, after: str) -> None:
    """As in basic authentication, where the name comes first."""
    text = base64.b64encode((before + secret + after).encode("utf-8", "replace")).decode()
    told = Redactor([secret]).text(text)
    assert HIDDEN in told
    kept = base64.b64decode(told.split(HIDDEN)[0] + "A" * (-len(told.split(HIDDEN)[0]) % 4))
    assert secret.encode() not in kept


@given(st.text(min_size=4, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_raw_secret_is_ever_left(secret: str, before: str, after: str) -> None:
    if secret in HIDDEN or secret in before + HIDDEN + after:
        return
    assert secret not in Redactor([secret]).text(before + secret + after)


def test_the_longer_secret_goes_first() -> None:
    assert Redactor(["lantern", "lantern-key"]).text("a lantern-key") == f"a {HIDDEN}"


def test_lines_of_a_key_file_are_found_one_by_one() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAo\n-----END KEY-----"
    assert "BAQEF" not in Redactor([key]).text("echo: BAQEFAASCBKcwggSjAgEAAo")


def test_very_short_values_are_not_looked_for() -> None:
    assert Redactor(["", "a", "abc"]).text("abc and a") == "abc and a"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcDEF123.-_~+/==",
        "authorization: bearer 0123456789abcdef",
        "Authorization: Basic YWRhOmxhbnRlcm4=",
        "sk-proj-abcdefghijklmnop",
        "sk_live_0123456789ab",
        "lamp_" + "a1B2" * 9,
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "a1B2" * 9,
        "glpat-abcdefghij0123456789",
        "xoxb-123456789012-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "AIza" + "a1B2c" * 7,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----",
        "postgresql://ada:lantern@db.example/x",
        "https://api.example/?a=1&api_key=lantern-42",
        "access_token=lantern-42",
    ],
)
def test_what_looks_like_a_token_is_hidden(text: str) -> None:
    told = Redactor().text(f"it said {text}.")
    assert HIDDEN in told
    for part in ("lantern", "YWRh", "abcDEF", "a1B2", "FODNN7", "MIIE", "0123456789", "eyJzdWIi"):
        assert part not in told


@pytest.mark.parametrize(
    "text",
    [
        "Basic knowledge of the bearer documentation is enough.",
        "See https://example.com/a?page=2 at 10:30@noon; tokens: 12, secret = nothing",
        "ask-me-anything-about-the-harbour-lights",
        "The ghost_writer had a task_tokenizer and eyJ.",
        "a+b=c, key=value",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert Redactor([CANARY]).text(text) == text


def test_values_are_cleaned_all_the_way_down() -> None:
    value = {
        "status": 200,
        "ok": True,
        "nothing": None,
        "list": [1.5, f"say {CANARY}", {"deep": [CANARY]}],
        f"name {CANARY}": "x",
    }
    assert Redactor([CANARY]).value(value) == {
        "status": 200,
        "ok": True,
        "nothing": None,
        "list": [1.5, f"say {HIDDEN}", {"deep": [HIDDEN]}],
        f"name {HIDDEN}": "x",
    }


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password",
        "API-Key",
        "x_api_key",
        "Set-Cookie",
        "accessToken",
        "db_password",
        "clientSecret",
        "AUTHORIZATION",
        "token",
    ],
)
def test_what_is_named_like_a_secret_is_hidden_whole(name: str) -> None:
    told = Redactor().value({name: "lantern", "more": [{name: 1234}]})
    assert told == {name: HIDDEN, "more": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["tokens", "token_count", "secretary", "passwords_checked", "key"])
def test_other_names_are_not(name: str) -> None:
    assert Redactor().value({name: "lantern"}) == {name: "lantern"}


def test_empty_values_and_switches_are_told_as_they_are() -> None:
    value = {"password": "", "token": None, "secret": False, "cookie": {"a": "b"}, "pwd": []}
    assert Redactor().value(value) == value


def test_the_value_given_is_not_changed() -> None:
    value = {"password": "lantern", "list": [CANARY]}
    Redactor([CANARY]).value(value)
    assert value == {"password": "lantern", "list": [CANARY]}


@pytest.mark.parametrize(
    "text", ["Bearer ", "://", "a=", "-----BEGIN PRIVATE KEY-----", "eyJa.", "sk-"]
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    started = process_time()
    Redactor([CANARY]).text(text * (300_000 // len(text)))
    assert process_time() - started < 3


def test_for_programs_only_the_known_secrets_are_hidden() -> None:
    redactor = Redactor(["canary-4f9c1b7e"])
    answer = {"token": "abc123def", "canary-4f9c1b7e": ["x canary-4f9c1b7e y", 1, None, True]}
    assert redactor.known(answer) == {
        "token": "abc123def",
        HIDDEN: [f"x {HIDDEN} y", 1, None, True],
    }
