"""The ports that lower rooms declare, filled by the higher rooms that answer them: one list."""

from app.agents import model_users, references, variable_users
from app.agents import ports as agents_ports
from app.approvals import asking, waiting
from app.batch_results import asking as batch_results
from app.batches import ports as batch_ports
from app.budgets import ports as budget_ports
from app.budgets import warning as budget_warning
from app.chats import ports as chat_ports
from app.chats import spending as chat_spending
from app.data_tables import ports as table_ports
from app.describing import applying, built_in, card, rehearsed
from app.editor import canvas_data
from app.editor import ports as editor_ports
from app.language_models import ports as model_ports
from app.mail import invitations as invitation_mails
from app.mail import ports as mail_ports
from app.notices import agents as agent_notices
from app.notices import post as mail_notices
from app.notices import runs as run_notices
from app.performance import shown as performance
from app.reviews import answering, commenting, standing
from app.runs import canvas_run, past_runs
from app.runs import ports as runs_ports
from app.runs import web_process as runs_process
from app.simple_agents import own_page
from app.table_exports import asking as table_exports
from app.trials import ports as trials_ports
from app.triggers import samples, starters, sync
from app.variables import ports as variable_ports
from app.vault import ports as vault_ports
from app.versions import portrait
from app.versions import ports as versions_ports
from app.workspaces import ports as workspaces_ports


def fill() -> None:
    """Fill every port. Filling twice, as tests do, changes nothing."""
    _of_things_and_agents()
    _of_runs_and_money()
    _of_versions_and_the_editor()
    _of_what_is_handed_over()


def _of_things_and_agents() -> None:
    workspaces_ports.mail_invitation = invitation_mails.send
    vault_ports.used_by = references.agents_using
    table_ports.used_by = references.agents_by_table
    variable_ports.used_by = variable_users.agents_by_variable
    agents_ports.on_change[:] = [
        sync.agent_changed,
        agent_notices.agent_changed,
        answering.agent_changed,
        applying.agent_changed,
    ]
    workspaces_ports.on_founded[:] = [built_in.founded]
    workspaces_ports.on_time_zone[:] = [sync.time_zone_changed]
    agents_ports.starters = starters.starters
    agents_ports.portrait = portrait.portrait
    agents_ports.performance = performance.on_its_page
    agents_ports.rates = performance.in_lists


def _of_runs_and_money() -> None:
    model_ports.used_by = model_users.agents_by_models
    model_ports.agents = model_users.agents_by_id
    budget_ports.chat_of_run = chat_spending.chat_of_run
    budget_ports.chats = chat_spending.chats_by_id
    model_ports.chats = chat_spending.chats_of_reader
    model_ports.why_not_ask = budget_warning.why_not_ask
    model_ports.on_asked = budget_warning.note_asked
    runs_ports.open_questions = waiting.of_run
    runs_ports.way_back = rehearsed.way_back
    runs_ports.on_cancelled = asking.withdraw
    runs_ports.on_settled = run_notices.run_went_on
    mail_ports.on_given_up = mail_notices.mail_given_up
    chat_ports.cards[card.CARD] = card.draw


def _of_versions_and_the_editor() -> None:
    trials_ports.caught = samples.sample_of
    editor_ports.remarks = commenting.remarks
    versions_ports.views = canvas_data.views
    versions_ports.may_publish = standing.why_not
    versions_ports.approvers = standing.approvers
    versions_ports.standing = standing.standing_of
    versions_ports.approvals = answering.approvals_of
    editor_ports.other_page = own_page.of_flow
    editor_ports.run_over = canvas_run.run_over
    editor_ports.last_runs = past_runs.offered
    editor_ports.live_mark = runs_process.live_mark


def _of_what_is_handed_over() -> None:
    table_ports.files = table_exports.of_person
    table_ports.on_delete = table_exports.forget
    batch_ports.handed = batch_results.handed
    batch_ports.let_go = batch_results.forget
    batch_ports.forget_files = batch_results.forget_files
