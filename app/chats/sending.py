"""What a person says in a chat: it is kept, and begins a run of the agent it is for."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.audit import trail
from app.chats import directory, memory, pictures, sittings, statements, trials
from app.chats.addressing import addressed, why_not_called
from app.chats.directory import Mark, Reach
from app.chats.models import MAX_TITLE_CHARS, Chat, Message, MessageType
from app.chats.replies import touch
from app.chats.sittings import Here
from app.engine.values import Json
from app.lib import clock, ids
from app.model import storable_text
from app.runs import stopping
from app.runs.models import Run
from app.triggers.firing import NOT_PUBLISHED, SWITCHED_OFF, fire
from app.vault.keys import Keyring

MAX_TEXT_CHARS = 20_000
MAX_FILES = 5
MAX_AT_ONCE = 3
MADE_TITLE_CHARS = 60
NO_START = "“{name}” does not take messages in a chat: its published version has no such start."
OFF = "“{name}” is switched off. Somebody who builds agents here can switch it on."
UNPUBLISHED = "“{name}” has not been published yet, so nobody can talk to it."
PUT_AWAY = "“{name}” was put away. This chat can still be read."
BUSY = "{count} answers are still being worked on here. Wait for one, or stop it."


class MessageRefused(Exception):
    """It cannot be sent; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said: a text, file values of uploads, and a word that makes sending twice one.

    `looks` has, by the ids of files, how pictures look that were sent before.
    """

    text: str
    files: Sequence[dict[str, Json]] = ()
    once: str
    looks: Mapping[str, Json] = field(default_factory=dict)


class Sent(NamedTuple):
    """The run that words began, and how their chat stands with it; None when it began before."""

    run: Run
    mark: Mark | None


def why_not(agent: Agent, start: uuid.UUID | None) -> str:
    """Why nobody can talk to this agent now, in a sentence; empty when everybody can.

    `start` is the start step by which its published version takes messages, if it does.
    """
    if agent.is_archived:
        return PUT_AWAY.format(name=agent.name)
    if not agent.is_published:
        return UNPUBLISHED.format(name=agent.name)
    if start is None:
        return NO_START.format(name=agent.name)
    return "" if agent.is_on else OFF.format(name=agent.name)


def why_not_here(session: Session, found: Reach) -> str:
    """As `why_not`, for a chat, which may be one that tries the draft."""
    agent = found.chat.agent
    return why_not_draft(session, agent) if found.chat.is_trial else why_not(agent, found.start)


def why_not_draft(session: Session, agent: Agent) -> str:
    """Why nobody can talk to the draft now; empty when everybody who may edit it can."""
    if agent.is_archived:
        return PUT_AWAY.format(name=agent.name)
    is_there = trials.start_step(session, agent) is not None
    return "" if is_there else trials.NO_START.format(name=agent.name)


def begin(
    session: Session,
    keyring: Keyring,
    agent: Agent,
    words: Words,
    here: Here,
    *,
    is_trial: bool = False,
) -> tuple[Chat, Run]:
    """A new chat with its first message; call inside `writing()`, then ring the run's lane.

    is_trial: with the draft, for who may edit it. Raises MessageRefused.
    """
    chat = Chat(
        id=ids.new_id(),
        created_at=clock.now(),
        workspace_id=agent.workspace_id,
        user_id=here.person_id,
        agent_id=agent.id,
        title=title_of(words),
        seq=0,
        last_at=clock.now(),
        last_words="",
        is_trial=is_trial,
    )
    session.add(chat)
    session.flush()
    start = None if is_trial else directory.start_of(session, agent)
    found = Reach(chat, "own", start.id if start else None)
    return chat, send(session, keyring, found, words, here).run


def send(session: Session, keyring: Keyring, found: Reach, words: Words, here: Here) -> Sent:
    """Say it; call inside `writing()`, then ring the run's lane. Raises MessageRefused.

    `found` was read inside, too. The same words sent twice begin one run.
    """
    chat = found.chat
    key = f"chat:{chat.id.hex}:{words.once}"[:120]
    given = {"here": chat.workspace_id, "chat": chat.id, "key": f"{key}:0"}
    before = statements.before_sending.row(session.connection(), given)
    known = directory.run_of(session, chat, before.sent) if before.sent else None
    if known is not None:
        return Sent(known, None)
    if before.live >= MAX_AT_ONCE:
        raise MessageRefused(BUSY.format(count=MAX_AT_ONCE))
    run = _begun(session, keyring, found, words, key, here)
    _keep(session, chat, words, run, key, here)
    return Sent(run, Mark(chat.seq, before.live + 1, before.waiting, before.done))


def send_again(
    session: Session, keyring: Keyring, found: Reach, earlier: Message, words: Words, here: Here
) -> Run:
    """Ask the same, or in other words: what came of it before is set aside."""
    chat = found.chat
    if earlier.run_id is not None:
        run = directory.run_of(session, chat, earlier.run_id)
        if run is not None:
            stopping.cancel(session, run, by=here.person)
        session.execute(
            update(Message)
            .where(
                Message.workspace_id == chat.workspace_id,
                Message.chat_id == chat.id,
                Message.run_id == earlier.run_id,
            )
            .values(set_aside_at=clock.now())
            .execution_options(synchronize_session="fetch")
        )
    return send(session, keyring, found, words, here).run


def title_of(words: Words) -> str:
    """A title made from the first message: its first line, or the name of a file."""
    first = next((line for line in words.text.splitlines() if line.strip()), "")
    found = " ".join(first.split()) or str(words.files[0]["name"] if words.files else "New chat")
    if len(found) <= MADE_TITLE_CHARS:
        return found
    cut = found[:MADE_TITLE_CHARS].rsplit(" ", 1)[0].rstrip(" ,.;:–-")
    return f"{cut or found[:MADE_TITLE_CHARS]}…"


def rename(chat: Chat, title: str) -> None:
    """Call it something else; an empty title changes nothing."""
    tidy = " ".join(storable_text(title).split())[:MAX_TITLE_CHARS]
    if tidy:
        chat.title = tidy
        chat.seq += 1


def archive(chat: Chat, *, archived: bool) -> None:
    """Put it away, or bring it back."""
    chat.archived_at = clock.now() if archived else None
    chat.seq += 1


def delete(session: Session, chat: Chat, *, by: User) -> None:
    """Delete it with all that was said; the runs stay where runs are listed."""
    trail.record(
        session,
        "chat_deleted",
        workspace_id=chat.workspace_id,
        actor_id=by.id,
        subject=chat.agent.name,
        details={"chat": str(chat.id), "is_own": chat.user_id == by.id},
    )
    session.delete(chat)


def _begun(
    session: Session, keyring: Keyring, found: Reach, words: Words, key: str, here: Here
) -> Run:
    chat = found.chat
    agent, text = addressed(session, chat, words.text)
    if text[:1] == "/" and text == words.text and (why := why_not_called(session, chat, text)):
        raise MessageRefused(why)
    payload = _payload(text, words.files, memory.remembered(session, chat), here)
    files = [uuid.UUID(str(value["file"])) for value in words.files]
    if chat.is_trial and agent.id == chat.agent_id:
        why = why_not_draft(session, agent)
        if why:
            raise MessageRefused(why)
        return trials.start_run(
            session, keyring, agent, payload=payload, key=key, by=here.person, files=files
        )
    fired = fire(
        session,
        keyring,
        _start(session, found, agent),
        payload=payload,
        key=key,
        words=f"Chat “{chat.title}”",
        by=here.person,
        files=files,
    )
    if fired.run is None:
        raise MessageRefused(_REASONS.get(fired.reason, fired.reason).format(name=agent.name))
    return fired.run


def _start(session: Session, found: Reach, agent: Agent) -> uuid.UUID:
    start = found.start
    if agent.id != found.chat.agent_id:
        other = directory.start_of(session, agent)
        start = other.id if other else None
    if start is None or agent.is_archived:
        raise MessageRefused(why_not(agent, start))
    return start


def _payload(
    text: str, files: Sequence[dict[str, Json]], past: Sequence[memory.Said], here: Here
) -> dict[str, Json]:
    return {
        "text": text,
        "files": [*files],
        "conversation": memory.as_text(past),
        "history": memory.as_values(past),
        "person": {"name": here.name, "email": here.email},
    }


def _keep(session: Session, chat: Chat, words: Words, run: Run, key: str, here: Here) -> None:
    sitting = sittings.note(session, chat, here)
    parts: list[tuple[MessageType, str, Json]] = []
    if words.text:
        parts.append((MessageType.TEXT, storable_text(words.text), None))
    parts += [(pictures.kind_of_file(value), "", value) for value in words.files]
    rows = [
        {
            "id": ids.new_id(),
            "created_at": clock.now(),
            "workspace_id": chat.workspace_id,
            "chat_id": chat.id,
            "session_id": sitting,
            "user_id": here.person_id,
            "run_id": run.id,
            "type": kind,
            "text": text,
            "json": value,
            "once": f"{key}:{number}",
            "metadata": pictures.known(value, words.looks),
        }
        for number, (kind, text, value) in enumerate(parts)
    ]
    pictures.keep(session, statements.asked, rows)
    touch(session, chat, words=words.text or str(words.files[0]["name"]))


_REASONS = {SWITCHED_OFF: OFF, NOT_PUBLISHED: UNPUBLISHED}
