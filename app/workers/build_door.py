"""The engine's way to the building of flows: for runs of agents that come with Lamplight alone."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, AgentVersion, Origin
from app.chats import cards, replies
from app.chats.models import Chat
from app.composing import composer
from app.composing.around import missing_in
from app.composing.wishes import Understood, Wish
from app.describing import conversation, proposing
from app.describing.around import surroundings
from app.describing.card import CARD
from app.describing.conversation import ASKS, MAX_QUESTIONS, SKIP, UNREAD, Heard
from app.describing.models import Workflow
from app.engine.build_port import Grasp, Sketched
from app.engine.chat_port import ChatReply
from app.engine.errors import StepFailed
from app.engine.model_port import ModelFailed, ModelPort
from app.engine.sandbox_port import SandboxPort
from app.language_models.reaching import PRACTISING, way_to
from app.runs.models import Run
from app.workers.agent_door import MAX_DEPTH
from app.workers.desk import Desk
from app.workers.work_order import WorkOrder
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import may

NOT_YOURS = "Only agents that come with Lamplight can use this step."
NO_CHAT = "Nobody described anything: this works in a chat. Open it under “Describe it”."
NO_ROLE = "Building agents is for builders and admins of this workspace. Ask one of them."
GONE = "The proposal is gone. Describe once more what you want."


@dataclass(frozen=True, slots=True)
class _Place:
    """The chat a run works for: who wrote there, and which agent it is about."""

    root: Run
    chat: Chat
    workspace: Workspace
    person: User
    about: Agent | None


@dataclass(frozen=True, slots=True)
class BuildDoor:
    """The build port of one run."""

    desk: Desk
    order: WorkOrder

    def understand(self, models: ModelPort, model: str, *, key: str) -> Grasp:
        """Understand the wish, and ask the next question in the chat where one is open."""
        with self._reading() as (session, place):
            heard = self._heard(session, place)
            wish = self._wish(session, place, heard)
            is_practice = self._is_practice(session, model)
        if heard.is_answer:
            open_ones, summary = heard.left, heard.whole
        else:
            grasped = self._grasped(wish, models, model, is_practice)
            if grasped.unread:
                return self._not_read(grasped.unread, heard, key=key)
            open_ones = grasped.questions[: max(0, MAX_QUESTIONS - heard.asked)]
            summary = grasped.summary
        if not open_ones:
            return Grasp(summary, heard.whole)
        with self._writing() as (session, place):
            said, noted = conversation.asking(
                open_ones[0],
                open_ones[1:],
                heard.asked + 1,
                heard.asked + len(open_ones),
            )
            choices = [*open_ones[0].choices, SKIP]
            replies.say(
                session,
                place.chat,
                place.root,
                ChatReply(text=said, choices=choices),
                key=f"asks:{key}",
                meta={ASKS: noted},
            )
        return Grasp(summary, heard.whole, asked=open_ones[0].text)

    def _not_read(self, why: str, heard: Heard, *, key: str) -> Grasp:
        """Say that the wish could not be read, and the way to a model that can."""
        with self._writing() as (session, place):
            way = f"/w/{place.workspace.slug}/settings/models"
            connect = f"Or connect a model in [Settings → Models]({way})"
            member = _member(session, place.root)
            if member is None or not may(member.role, "models.manage"):
                connect = "Or ask an admin of this workspace to connect a model"
            told = ChatReply(text=f"{why} {connect}: that reads your language, too.")
            replies.say(
                session, place.chat, place.root, told, key=f"unread:{key}", meta={UNREAD: True}
            )
        return Grasp("", heard.whole, asked="to write it in English")

    def compose(self, models: ModelPort, model: str, *, key: str) -> Sketched:
        """Propose a flow; the same `key` proposes once."""
        with self._reading() as (session, place):
            wish = self._wish(session, place, self._heard(session, place))
            is_practice = self._is_practice(session, model)
        try:
            made = composer.propose(wish, models, model, is_practice=is_practice)
        except ModelFailed as failed:
            raise StepFailed(failed.sentence, can_retry=False) from None
        with self._writing() as (session, place):
            workflow = proposing.keep(
                session, place.chat, made, by=place.person, once=key, model_says=model
            )
            return _sketched(workflow)

    def complete(
        self, workflow: str, models: ModelPort, model: str, *, sandbox: SandboxPort
    ) -> Sketched:
        """Fill in the code of a proposed flow and put its card into the chat."""
        with self._reading() as (session, place):
            row = _own(session, place, workflow)
            wish = self._wish(session, place, self._heard(session, place))
            before, missing, is_done = row.flow_graph.graph, row.missing, row.is_complete
            is_practice = self._is_practice(session, model)
        graph = before
        if not is_done:
            try:
                graph = composer.fill_in_code(
                    before, wish, models, model, is_practice=is_practice, sandbox=sandbox
                )
            except ModelFailed as failed:
                raise StepFailed(failed.sentence, can_retry=False) from None
        told = missing_in(before, wish.around, wish.base)
        left = [one for one in missing if one not in told]
        with self._writing() as (session, place):
            row = _own(session, place, workflow)
            if not row.is_complete:
                open_now = missing_in(graph, wish.around, wish.base)
                proposing.complete(session, row, graph, [*left, *open_now])
            cards.post(
                session,
                workspace_id=place.chat.workspace_id,
                run_id=place.root.id,
                card={"card": CARD, "workflow": str(row.id)},
                key=f"workflow:{row.id.hex}",
                text=str(row.meta.get("says") or ""),
            )
            return _sketched(row)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Session, _Place]]:
        with self.desk.sessions() as session:
            yield session, self._place(session)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Session, _Place]]:
        desk = self.desk
        with desk.turn_to_write, desk.sessions() as session, database.writing(session):
            yield session, self._place(session)

    def _place(self, session: Session) -> _Place:
        root = self._root(session)
        chat = replies.chat_of(session, root.workspace_id, root.id)
        if chat is None or root.started_by is None:
            raise StepFailed(NO_CHAT, can_retry=False)
        member = _member(session, root)
        if member is None or not may(member.role, "agents.edit"):
            raise StepFailed(NO_ROLE, can_retry=False)
        workspace = session.get_one(Workspace, root.workspace_id)
        return _Place(root, chat, workspace, member.user, proposing.about(session, chat))

    def _root(self, session: Session) -> Run:
        """The run that a person's words began; every run up to it is of Lamplight's own flows."""
        run = session.get_one(Run, self.order.claim.run_id)
        for _ in range(MAX_DEPTH + 1):
            if not _is_own(session, run):
                raise StepFailed(NOT_YOURS, can_retry=False)
            if run.parent_run is None:
                return run
            run = session.get_one(Run, run.parent_run)
        raise StepFailed(NOT_YOURS, can_retry=False)

    def _heard(self, session: Session, place: _Place) -> Heard:
        since = proposing.last_applied(session, place.chat)
        return conversation.heard(session, place.chat, since=since, but_of=place.root.id)

    def _wish(self, session: Session, place: _Place, heard: Heard) -> Wish:
        about = place.about
        base = drafts.draft_of(session, about).flow_graph.graph if about else None
        around = surroundings(
            session,
            place.workspace,
            place.person,
            about,
            has_shared_mail=bool(self.desk.settings.smtp_url),
        )
        return Wish(said=heard.said, base=base, around=around)

    def _is_practice(self, session: Session, model: str) -> bool:
        try:
            way = way_to(session, self.desk.keyring, self.order.claim.workspace_id, model)
        except ModelFailed as failed:
            raise StepFailed(failed.sentence, can_retry=False) from None
        return way is PRACTISING

    def _grasped(self, wish: Wish, models: ModelPort, model: str, is_practice: bool) -> Understood:
        try:
            return composer.understand(wish, models, model, is_practice=is_practice)
        except ModelFailed as failed:
            raise StepFailed(failed.sentence, can_retry=False) from None


def _member(session: Session, root: Run) -> Member | None:
    """Whoever began the run, as a member of its workspace."""
    return session.scalars(
        select(Member).where(
            Member.workspace_id == root.workspace_id, Member.user_id == root.started_by
        )
    ).one_or_none()


def _is_own(session: Session, run: Run) -> bool:
    """Whether the run is of an agent that comes with Lamplight, and of its own flow."""
    found = session.execute(
        select(Agent.origin, AgentVersion.flow_graph_id)
        .join(AgentVersion, AgentVersion.agent_id == Agent.id)
        .where(
            Agent.workspace_id == run.workspace_id,
            Agent.id == run.agent_id,
            AgentVersion.id == run.agent_version_id,
        )
    ).one()
    return found.origin is Origin.LAMPLIGHT and found.flow_graph_id == run.flow_graph_id


def _own(session: Session, place: _Place, workflow: str) -> Workflow:
    """A proposal of this chat."""
    try:
        wanted = uuid.UUID(workflow)
    except ValueError:
        raise StepFailed(GONE, can_retry=False) from None
    row = proposing.by_id(session, place.chat.workspace_id, wanted)
    if row is None or row.chat_id != place.chat.id:
        raise StepFailed(GONE, can_retry=False)
    return row


def _sketched(workflow: Workflow) -> Sketched:
    return Sketched(
        workflow=str(workflow.id),
        name=workflow.name,
        steps=len(workflow.flow_graph.graph.steps),
        says=str(workflow.meta.get("says") or ""),
        missing=tuple(workflow.missing),
    )
