"""The settings of the HTTP step, in the order in which people fill them in."""

from collections.abc import Mapping

from app.engine.fields import (
    Choice,
    Connection,
    Field,
    KeyValues,
    LongText,
    Number,
    Switch,
    Text,
    Value,
)
from app.nodes.http_pages import MAX_PAGES

_PAGED = frozenset({"next_link", "link_header", "page_number", "cursor"})

ASKED: Mapping[str, Field] = {
    "method": Choice(
        label="Method",
        options=tuple(
            (one, one) for one in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
        ),
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
            ("multipart", "Form with files"),
            ("text", "Text"),
            ("file", "A file"),
        ),
    ),
    "body": LongText(
        label="Content",
        hint="For JSON, put references that stand for texts through the filter json.",
        only_if=("body_kind", frozenset({"json", "text"})),
    ),
    "body_form": KeyValues(label="Form values", only_if=("body_kind", frozenset({"form"}))),
    "body_parts": KeyValues(
        label="Parts of the form",
        hint="A value that stands for a file is sent as the file, anything else as text.",
        only_if=("body_kind", frozenset({"multipart"})),
    ),
    "body_file": Value(
        label="File",
        required=True,
        hint="A value that stands for a file. Its bytes are sent as they are.",
        only_if=("body_kind", frozenset({"file"})),
    ),
}
ANSWERED: Mapping[str, Field] = {
    "answer_as": Choice(
        label="Read the answer as",
        options=(
            ("auto", "What it says it is"),
            ("json", "JSON"),
            ("text", "Text"),
            ("file", "A file"),
        ),
    ),
    "fails_on": Choice(
        label="Counts as failed",
        options=(
            ("errors", "An answer of 400 or more"),
            ("server_errors", "An answer of 500 or more"),
            ("never", "Only when no answer comes"),
        ),
    ),
    "timeout_s": Number(label="Waits at most", default=30, minimum=1, maximum=300, unit="seconds"),
    "retry_busy": Number(
        label="Tries again when the service is busy",
        hint="After an answer of 429 or of 500 and more. How long the service asks to wait "
        "counts, up to a minute. Only requests that may be sent twice are tried again.",
        default=0,
        minimum=0,
        maximum=5,
        whole=True,
        unit="times",
    ),
    "send_twice": Switch(
        label="May be sent twice",
        hint="If the run is interrupted while a POST or PATCH is on its way, send it again. "
        "Off: the run asks you.",
    ),
}
PAGED: Mapping[str, Field] = {
    "paging": Choice(
        label="The answer comes in pages",
        options=(
            ("none", "No, or one is enough"),
            ("next_link", "The next address is in the answer"),
            ("link_header", "The next address is in the Link header"),
            ("page_number", "By number, until a page is empty"),
            ("cursor", "By a mark in the answer"),
        ),
    ),
    "paging_path": Text(
        label="Where the next address or mark is",
        placeholder="meta.next",
        hint="Names inside the answer, with dots between. Nothing there ends the reading.",
        required=True,
        only_if=("paging", frozenset({"next_link", "cursor"})),
    ),
    "page_name": Text(
        label="Name of the page or mark in the query",
        default="page",
        only_if=("paging", frozenset({"page_number", "cursor"})),
    ),
    "page_first": Number(
        label="Number of the first page",
        default=1,
        minimum=0,
        maximum=100_000,
        whole=True,
        only_if=("paging", frozenset({"page_number"})),
    ),
    "paging_items": Text(
        label="Where the items are",
        placeholder="data.items",
        hint="The list inside each page. Empty: the page itself is the list.",
        only_if=("paging", _PAGED),
    ),
    "max_pages": Number(
        label="Reads at most",
        default=10,
        minimum=1,
        maximum=MAX_PAGES,
        whole=True,
        unit="pages",
        only_if=("paging", _PAGED),
    ),
}
