"""Every recurring task on one page. The timekeeper of the first worker process does them."""

from app import database
from app.accounts import attempts
from app.approvals import asking
from app.approvals import mailing as questions
from app.batch_results import source as batch_source
from app.batches import keeping as batches
from app.batches import rounds as batch_rounds
from app.budgets import sweeping as budgets
from app.chats import drawing
from app.data_tables import rows
from app.files import sweeping, uploads
from app.handovers import handing_over
from app.handovers.tools import Tools as HandingTools
from app.handovers.turns import Sources
from app.lib import clock
from app.lib.safe_socket import Dialer
from app.mail import rounds
from app.mail.post_office import post_office
from app.mcp_servers import rounds as server_rounds
from app.mcp_servers.tools import Tools as ServerTools
from app.notices import keeping, mailing
from app.performance import keeping as keeping_books
from app.runs import waits
from app.runs.models import Lane
from app.server_sign_ins import begun
from app.table_exports import asking as table_exports
from app.table_exports import source as table_source
from app.table_files import imports
from app.triggers import delivery_list, mailboxes, schedules
from app.triggers.mailbox_look import Tools
from app.workers import retention, sweeper
from app.workers.desk import Desk
from app.workers.timekeeper import Task

SECOND_S = 1.0
MINUTE_S = 60.0
HOUR_S = 3_600.0


def _forget_attempts(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        attempts.forget_old_attempts(session)


def _forget_sign_ins(desk: Desk) -> None:
    with desk.sessions() as session, desk.turn_to_write, database.writing(session):
        begun.forget_old(session)


def _wake_runs(desk: Desk) -> None:
    with desk.sessions() as session:
        if not waits.any_due(session):
            return
        with desk.turn_to_write, database.writing(session):
            waits.wake_due(session)
    desk.bell.ring()


def _send_mail(desk: Desk) -> None:
    post_office(desk.settings, desk.sessions, desk.keyring).look()


def _mail_notices(desk: Desk) -> None:
    post = mailing.Post(keyring=desk.keyring, public_url=desk.settings.public_url)
    mailing.mail_due(desk.sessions, post)


def _tell_of_questions(desk: Desk) -> None:
    post = mailing.Post(keyring=desk.keyring, public_url=desk.settings.public_url)
    questions.tell_due(desk.sessions, post)


def _close_late_questions(desk: Desk) -> None:
    with desk.sessions() as session:
        if not asking.any_late(session):
            return
        with desk.turn_to_write, database.writing(session):
            asking.mark_late(session)


def _let_go_of_mail(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        rounds.give_up_old(session)
        rounds.forget_old(session)
        keeping.forget_old(session)


_DUE_SCHEDULES = schedules.DueSchedules()


def _fire_schedules(desk: Desk) -> None:
    for lane in _DUE_SCHEDULES.fire_due(desk.sessions, desk.keyring, desk.turn_to_write):
        desk.bell.ring(lane)


_BATCH_ROUNDS = batch_rounds.Rounds()


def _feed_batches(desk: Desk) -> None:
    tools = HandingTools(desk.sessions, desk.files, desk.turn_to_write)
    if _BATCH_ROUNDS.go(tools, desk.keyring):
        desk.bell.ring(Lane.LOW)


SOURCES = Sources(batch=batch_source.SOURCE, table=table_source.SOURCE)
_HANDING = handing_over.Handing(SOURCES)


def _hand_over(desk: Desk) -> None:
    _HANDING.look(HandingTools(desk.sessions, desk.files, desk.turn_to_write))


_DRAWING = drawing.Drawing()


def _draw_pictures(desk: Desk) -> None:
    _DRAWING.look(drawing.Tools(desk.sessions, desk.files, desk.turn_to_write))


def _let_go_of_batches(desk: Desk) -> None:
    batches.let_go(desk.sessions)


_MAILBOXES: list[mailboxes.MailboxWatch] = []


def _watch_mailboxes(desk: Desk) -> None:
    if not _MAILBOXES:
        tools = Tools(
            sessions=desk.sessions,
            keyring=desk.keyring,
            dialer=Dialer(desk.settings.private_hosts),
            files=desk.files,
            turn=desk.turn_to_write,
            ring=desk.bell.ring,
        )
        _MAILBOXES.append(mailboxes.MailboxWatch(tools))
    _MAILBOXES[0].look_around()


_SERVERS: list[server_rounds.Rounds] = []


def _ask_servers(desk: Desk) -> None:
    if not _SERVERS:
        tools = ServerTools(
            sessions=desk.sessions,
            keyring=desk.keyring,
            door=desk.door,
            turn=desk.turn_to_write,
            settings=desk.settings,
        )
        _SERVERS.append(server_rounds.Rounds(tools))
    _SERVERS[0].look_around()


def _forget_due_times(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        schedules.forget_old(session)


def _empty_bins(desk: Desk) -> None:
    now = clock.now()
    with desk.sessions() as session, desk.turn_to_write, database.writing(session):
        rows.empty_bins(session, older_than=now - rows.BIN_KEPT)
        imports.forget_old(session, older_than=now - imports.KEPT)
        table_exports.forget_old(session, older_than=now - uploads.KEPT)


def _let_go_of_deliveries(desk: Desk) -> None:
    delivery_list.let_go_everywhere(desk.sessions)


def _give_back_lost(desk: Desk) -> None:
    budgets.give_back_lost(desk.sessions, desk.turn_to_write)
    budgets.recount_new(desk.sessions, desk.turn_to_write)


def _recount_budgets(desk: Desk) -> None:
    budgets.recount_all(desk.sessions, desk.turn_to_write)


_BOOKS: list[keeping_books.Books] = []


def _keep_books(desk: Desk) -> None:
    if not _BOOKS:
        _BOOKS.append(keeping_books.Books(desk.sessions, desk.turn_to_write))
    _BOOKS[0].round()


def _sweep_files(desk: Desk) -> None:
    sweeping.sweep(desk.sessions, desk.files)


TIMETABLE = (
    Task("start the runs of schedules that are due", schedules.EVERY_S, _fire_schedules),
    Task("let batches take their next rows", batch_rounds.EVERY_S, _feed_batches),
    Task("hand over tables and files that people asked for", handing_over.EVERY_S, _hand_over),
    Task("draw small copies of pictures in chats", drawing.EVERY_S, _draw_pictures),
    Task("look into watched mailboxes", mailboxes.EVERY_S, _watch_mailboxes),
    Task("ask MCP servers which tools they have", server_rounds.EVERY_S, _ask_servers),
    Task("let runs go on whose moment has come", SECOND_S, _wake_runs),
    Task("ring for runs that nobody works on", sweeper.EVERY_S, sweeper.sweep),
    Task("give back what dead workers held of budgets", budgets.EVERY_S, _give_back_lost),
    Task("count budgets anew", HOUR_S, _recount_budgets),
    Task("send mail that waits", 2.0, _send_mail),
    Task("mail notices that are due", 5.0, _mail_notices),
    Task("tell people of questions that wait for them", 5.0, _tell_of_questions),
    Task("close questions that nobody answered in time", 5.0, _close_late_questions),
    Task("count the runs of agents that have ended", keeping_books.EVERY_S, _keep_books),
    Task("let go of mail and notices that are kept no longer", HOUR_S, _let_go_of_mail),
    Task("let go of runs that are kept no longer", HOUR_S, retention.let_go),
    Task("let go of batches that are kept no longer", HOUR_S, _let_go_of_batches),
    Task("let go of deliveries that are kept no longer", HOUR_S, _let_go_of_deliveries),
    Task("remove files that belong to nothing any more", HOUR_S, _sweep_files),
    Task("forget due times of schedules long past", HOUR_S, _forget_due_times),
    Task("let go of table rows that were deleted a day ago", HOUR_S, _empty_bins),
    Task("forget sign-in attempts that no longer count", HOUR_S, _forget_attempts),
    Task("forget sign-ins at servers that nobody finished", HOUR_S, _forget_sign_ins),
)
