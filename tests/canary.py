"""A secret to look for, in every dress it could wear, and everywhere it could have got to."""

import base64
import json
from urllib.parse import quote

from redis import Redis
from sqlalchemy import Engine, inspect, text

from tests.loopback import Received, reply

CANARY = 'cänary/4f9c+1b7e "d02a"'
DRESSES = (
    CANARY,
    "4f9c+1b7e",
    quote(CANARY),
    quote(CANARY, safe=""),
    json.dumps(CANARY)[1:-1],
    CANARY.encode().hex(),
    base64.b64encode(CANARY.encode()).decode(),
    base64.b64encode(f"ada:{CANARY}".encode()).decode(),
)


def found_in(content: str) -> list[str]:
    """The dresses in which the secret stands in this text."""
    return [dress for dress in DRESSES if dress in content]


def echo(request: Received) -> bytes:
    """A service that sends everything back, as many test services do."""
    said = f"{request.path} {request.headers}".encode()
    return reply("418 " + request.headers.get("authorization", "x").encode().hex(), said)


def everything_stored(engine: Engine) -> str:
    """Every value of every row of every table, bytes as they are."""
    values: list[str] = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608  # our tables
            for row in rows:
                values += [
                    value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    for value in row
                ]
    assert len(values) > 50
    return "\n".join(values)


def everything_in(valkey: Redis) -> str:
    """Every key and value of a Valkey, as it would write them down."""
    dumps = [(key, valkey.dump(key)) for key in valkey.scan_iter()]
    return "\n".join(
        f"{key.decode('latin-1')} {(dump or b'').decode('latin-1')}" for key, dump in dumps
    )
