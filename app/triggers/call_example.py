"""A call of a webhook to paste into a terminal, made of its settings."""

import json
import shlex
from collections.abc import Mapping

from app.engine.values import Json
from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.nodes.start_webhook import methods_of

MAX_SAMPLE_CHARS = 300
_BODY: Json = {"order": 17}


def call_example(address: str, fields: Mapping[str, Json]) -> str:
    """The lines for a POSIX shell; with a signature where deliveries must be signed."""
    method = next((one for one in methods_of(fields) if one != "GET"), "GET")
    call = f"curl -X {method} {shlex.quote(address)}"
    if method == "GET":
        call = f"curl {shlex.quote(address + '?order=17')}"
        return f"{_signed('')}{call} \\\n{_header()}" if fields.get("signed") else call
    body = json.dumps(_sample(fields.get("sample")), ensure_ascii=False)
    typed = "  -H 'Content-Type: application/json'"
    if not fields.get("signed"):
        return f"{call} \\\n{typed} \\\n  -d {shlex.quote(body)}"
    return f'{_signed(body)}{call} \\\n{typed} \\\n{_header()} \\\n  -d "$body"'


def _signed(body: str) -> str:
    """Lines that work out the signature; the secret itself never stands on the page."""
    return (
        "secret='paste the secret here'\n"
        f"body={shlex.quote(body)}\n"
        "t=$(date +%s)\n"
        'v1=$(printf "%s.%s" "$t" "$body" | openssl dgst -sha256 -hmac "$secret" -r '
        "| cut -d ' ' -f 1)\n"
    )


def _header() -> str:
    return '  -H "X-Lamplight-Signature: t=$t,v1=$v1"'


def _sample(typed: Json) -> Json:
    if not isinstance(typed, str) or not typed.strip() or len(typed) > MAX_SAMPLE_CHARS:
        return _BODY
    try:
        return json_guard.parse(typed)
    except JsonRefused:
        return _BODY
