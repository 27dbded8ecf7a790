"""What an e-mail says: charsets, HTML, files, and messages broken on purpose."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib import mail_reading
from app.lib.mail_reading import Letter


def test_a_plain_message() -> None:
    letter = mail_reading.read(
        b"From: =?utf-8?q?J=C3=B6rg?= <joerg@shop.example>\r\n"
        b"To: desk@harbour.example, Ada <ada@harbour.example>\r\n"
        b"Cc: ben@harbour.example\r\n"
        b"Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n  from the shop\r\n"
        b"Date: Mon, 23 Nov 2026 08:30:00 +0100\r\n"
        b"Message-ID: <1@shop.example>\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\r\n"
    )
    assert letter == Letter(
        from_name="Jörg",
        from_address="joerg@shop.example",
        to=("desk@harbour.example", "ada@harbour.example"),
        cc=("ben@harbour.example",),
        subject="Grüße from the shop",
        text="Grüße",
        date="2026-11-23T07:30:00+00:00",
        message_id="<1@shop.example>",
        files=(),
    )


def test_text_is_preferred_and_files_are_kept() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "Invoice"
    message.set_content("As words.")
    message.add_alternative("<p>As <b>HTML</b></p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Bill ä.pdf")
    letter = mail_reading.read(bytes(message))
    assert letter.text == "As words."
    (file,) = letter.files
    assert (file.name, file.media_type, file.content) == ("Bill ä.pdf", "application/pdf", b"%PDF-")


def test_html_alone_becomes_its_words() -> None:
    message = EmailMessage()
    message.set_content(
        "<style>p {}</style><p>Dear desk,</p><script>x</script><p>It is <b>late</b>.</p>",
        subtype="html",
    )
    assert mail_reading.read(bytes(message)).text == "Dear desk,\n\nIt is late."


def test_a_message_inside_a_message_is_not_taken_apart() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "Inside"
    inner.set_content("Inside words.")
    outer["Subject"] = "Outside"
    outer.set_content("Outside words.")
    outer.add_attachment(inner)
    letter = mail_reading.read(bytes(outer))
    assert (letter.subject, letter.text) == ("Outside", "Outside words.")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no head at all",
        b"From: \xff\xfe\r\nDate: soon\r\nSubject: =?nonsense?b?!!!!?=\r\n\r\nHm",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 5_000,
        b"Content-Type: text/plain; charset=klingon\r\n\r\nqapla'",
        b"Content-Type: text/html\r\n\r\n" + b"<b>" * 50_000,
        b"From: " + b"(" * 5_000 + b"\r\n\r\n",
        b"To: " + b"a@b.c, " * 5_000 + b"\r\n\r\n",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\n",
        b"Date: Sun, 31 Dec 9999 23:59:59 -2300\r\n\r\n",
        b"Content-Disposition: attachment; filename*=klingon''%ff\r\n\r\nx",
    ],
)
def test_broken_messages_are_read_as_far_as_they_go(raw: bytes) -> None:
    letter = mail_reading.read(raw)
    assert len(letter.text) <= mail_reading.MAX_TEXT_CHARS
    assert len(letter.to) <= mail_reading.MAX_PEOPLE


def test_parts_in_parts_end_somewhere() -> None:
    raw = b""
    for number in range(400):
        raw += f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n".encode()
    letter = mail_reading.read(raw + b"Content-Type: text/plain\r\n\r\ndeep")
    assert letter.text == ""


def test_too_many_files_are_left_out() -> None:
    parts = b"".join(
        b"--x\r\nContent-Disposition: attachment; filename=f\r\n\r\nf\r\n" for _ in range(50)
    )
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n"
    assert len(mail_reading.read(raw).files) == mail_reading.MAX_FILES


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_nothing_is_raised_whatever_comes(head: bytes, body: bytes) -> None:
    mail_reading.read(head + b"\r\n\r\n" + body)
    mail_reading.read(
        b"Content-Type: multipart/mixed; boundary=x\r\n" + head + b"\r\n\r\n--x\r\n" + body
    )
    mail_reading.read(b"Subject: =?utf-8?b?" + base64.b64encode(head) + b"?=\r\n\r\n" + body)
