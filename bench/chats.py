"""Chats: what a turn costs the house, how soon the first word is read, and many chats that ask.

F4: a message is posted over HTTP, a model at a server here answers at once, its words are heard
as events, the last of which brings what is new to the page; a page that is told nothing asks for
it, as browsers do: CPU of web, workers and Valkey together.
"""

import html
import json
import re
import selectors
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database, ports
from app.agents import creation, drafts, lifecycle
from app.agents.models import Agent
from app.chats.models import Chat
from app.factory import create_app
from app.lib import clock, ids
from app.runs.models import Run
from app.settings import Settings
from app.versions import publication
from bench.flows import running_house, wait_until_idle
from bench.pages import cookie_of_ben
from bench.process_costs import cpu_s
from bench.queued import keyring_of
from bench.slow_service import SlowService
from tests.cast import Cast, assemble
from tests.chats.providers import Speaker, connect
from tests.loopback import Loopback
from tests.runs.flows import answer, in_a_row, step

TURNS = 60
WARM_UP_TURNS = 10
WORDS_TURNS = 15
CHATS = 100
ROUNDS = 10
SAID = ["The parts ", "come on ", "Friday."]
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
POLL = re.compile(r'id="chat-poll"[^>]*hx-get="([^"]+)"')
HELD = re.compile(r'id="chat-held"[^>]*value="([^"]*)"')
FAR_OFF = "9999999999"  # a poll says when the page was made; one of the far future is never old


@dataclass(frozen=True, slots=True)
class Person:
    """Ben's browser at the house."""

    house: str
    cookie: str
    token: str

    def get(self, path: str) -> str:
        """A page, or a part of one."""
        with urllib.request.urlopen(self._asked(path), timeout=60) as found:  # noqa: S310  # here
            return str(found.read().decode())

    def post(self, path: str, **fields: str) -> str:
        """Send a form as htmx does; what comes back."""
        body = urllib.parse.urlencode({"csrf_token": self.token, **fields}).encode()
        asked = self._asked(path, body)
        asked.add_header("HX-Request", "true")
        with urllib.request.urlopen(asked, timeout=60) as found:  # noqa: S310  # this computer
            return str(found.read().decode())

    def hear(self, path: str, begun: Speaker | None = None) -> tuple[float, str]:
        """Listen to an answer until it is done; when its first word was read, and the news."""
        first, last = 0.0, b""
        with urllib.request.urlopen(self._asked(path), timeout=60) as events:  # noqa: S310  # here
            for line in events:
                if begun is not None and line.startswith(b"retry"):
                    begun.go_on()
                if line.startswith(b"event: words") and not first:
                    first = time.time()
                if last.startswith((b"event: done", b"event: over")):
                    news = line.removeprefix(b"data:").strip()
                    return first, json.loads(news) if news else ""
                last = line
        return first, ""

    def request(self, path: str) -> bytes:
        """What a browser writes on its connection to get a page."""
        place = urllib.parse.urlsplit(self.house).netloc
        lines = [f"GET {path} HTTP/1.1", f"Host: {place}", f"Cookie: {self.cookie}"]
        return "\r\n".join([*lines, "HX-Request: true", "", ""]).encode()

    def _asked(self, path: str, body: bytes | None = None) -> urllib.request.Request:
        return urllib.request.Request(  # noqa: S310  # this computer
            f"{self.house}{path}", data=body, headers={"Cookie": self.cookie}
        )


@dataclass(slots=True)
class OpenPage:
    """A chat that Ben has open, with what the page holds of it."""

    person: Person
    chat: str
    text: str = ""

    def say(self, words: str) -> None:
        """Send it."""
        self.text = self.text or self.person.get(self.chat)
        held = _found(HELD, self.text)
        self.text = self.person.post(
            f"{self.chat}/messages", text=words, once=ids.new_word(), held=held
        )

    def hear(self, words: str) -> None:
        """Hear the answer and what is new with it, or ask for it."""
        poll = _found(POLL, self.text)
        held = poll.partition("?")[2]
        _, news = self.person.hear(f"{words}?after=0&{held}")
        self.text = news or self.person.get(poll) or self.text


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise RuntimeError("The page does not say what it holds.")
    return html.unescape(found[1])


def measure(data: Path) -> dict[str, float]:
    """CPU ms of a turn, ms from a provider's first word to the reader's, p99 ms of many polls."""
    speaker = Speaker(SAID)
    with (
        Loopback(speaker) as server,
        SlowService() as service,
        running_house(data, service) as (house, session),
    ):
        cast = assemble(session)
        connect(session, keyring_of(data, session), cast, server)
        agent = _agent(session, cast)
        person = _person(session, data, house.address())
        page = OpenPage(person, _chat(session, agent, cast))
        _turns(session, page, WARM_UP_TURNS)
        before = cpu_s(data)
        _turns(session, page, TURNS)
        spent_s = cpu_s(data) - before
        waits = [_first_word(session, person, page.chat, speaker) for _ in range(WORDS_TURNS)]
        return {
            "f4_chat_turn_cpu_ms": spent_s * 1000 / TURNS,
            "chat_first_word_p50_ms": median(waits),
            "chat_polls_p99_ms": _polls(session, person, agent, cast),
        }


def _agent(session: Session, cast: Cast) -> Agent:
    ports.fill()
    ask = step("ask", "ask_model", {"question": "{{ trigger.text }}"})
    graph = in_a_row(step("start", "start_chat"), ask, answer("{{ steps.ask.text }}"))
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Desk", graph=graph)
        revision = drafts.draft_of(session, agent).flow_graph.revision
        publication.publish(session, agent, by=cast.ben, expected_revision=revision)
        lifecycle.switch_on(session, agent, by=cast.ben)
    return agent


def _person(session: Session, data: Path, address: str) -> Person:
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data), "PUBLIC_URL": address})
    cookie = cookie_of_ben(create_app(settings), session, "/w/harbour-pine/")
    token = TOKEN.search(Person(address, cookie, "").get("/w/harbour-pine/chats"))
    if token is None:
        raise RuntimeError("Ben is not signed in.")
    return Person(address, cookie, token[1])


def _chat(session: Session, agent: Agent, cast: Cast) -> str:
    with database.writing(session):
        chat = Chat(
            id=ids.new_id(),
            created_at=clock.now(),
            workspace_id=agent.workspace_id,
            user_id=cast.ben.id,
            agent_id=agent.id,
            title="A chat",
            last_at=clock.now(),
        )
        session.add(chat)
    return f"/w/harbour-pine/chats/{chat.id}"


def _turns(session: Session, page: OpenPage, count: int) -> None:
    for _ in range(count):
        page.say("When?")
        page.hear(_words(session, page.chat))
    wait_until_idle(session)


def _first_word(session: Session, person: Person, chat: str, speaker: Speaker) -> float:
    """Milliseconds from the word's way out of the provider to the reader, who waits for it."""
    speaker.said_at.clear()
    speaker.waits = frozenset({0})
    person.post(f"{chat}/messages", text="When?", once=ids.new_word())
    read_at, _ = person.hear(_words(session, chat), begun=speaker)
    speaker.waits = frozenset()
    return (read_at - speaker.said_at[0]) * 1000


def _words(session: Session, chat: str) -> str:
    session.rollback()
    run = session.scalars(select(Run.id).order_by(Run.id.desc()).limit(1)).one()
    return f"{chat}/runs/{run}/words"


def _polls(session: Session, person: Person, agent: Agent, cast: Cast) -> float:
    """The 99th percentile of many open pages that ask at the same moment whether anything is new.

    Each has its own connection, as browsers do, and one thread asks for all: the time of those
    who ask is not the house's.
    """
    asked = [
        person.request(f"{_chat(session, agent, cast)}/live?seen=0.0.0&at={FAR_OFF}")
        for _ in range(CHATS)
    ]
    place = urllib.parse.urlsplit(person.house)
    pages = [socket.create_connection((place.hostname, place.port)) for _ in asked]
    taken: list[float] = []
    for _ in range(ROUNDS):
        taken += _at_once(pages, asked)
        time.sleep(1)
    for page in pages:
        page.close()
    return quantiles(taken, n=100)[98]


def _at_once(pages: Sequence[socket.socket], asked: Sequence[bytes]) -> list[float]:
    """Milliseconds until each page has its answer, which has no body."""
    taken = []
    with selectors.DefaultSelector() as heard:
        for page, words in zip(pages, asked, strict=True):
            page.sendall(words)
            heard.register(page, selectors.EVENT_READ, time.monotonic())
        while heard.get_map():
            for key, _ in heard.select():
                page = cast(socket.socket, key.fileobj)
                if not page.recv(65_536).startswith(b"HTTP/1.1 204"):
                    raise RuntimeError("The chat has no news, and yet something came.")
                taken.append((time.monotonic() - key.data) * 1000)
                heard.unregister(page)
    return taken
