"""Every table, so that migrations and tests see all of them: importing this loads the models."""

from app.accounts import models as accounts
from app.agents import models as agents
from app.approvals import models as approvals
from app.audit import models as audit
from app.batches import models as batches
from app.budgets import models as budgets
from app.chats import models as chats
from app.chats import picture_models as chat_pictures
from app.data_tables import models as data_tables
from app.describing import models as describing
from app.editor import models as editor
from app.files import models as files
from app.handovers import models as handovers
from app.language_models import models as language_models
from app.mail import models as mail
from app.model import Model
from app.notices import models as notices
from app.reviews import models as reviews
from app.runs import models as runs
from app.server_sign_ins import models as server_sign_ins
from app.table_files import models as table_files
from app.trials import models as trials
from app.triggers import hook_models as hooks
from app.triggers import mailbox_models as mailboxes
from app.triggers import models as triggers
from app.triggers import schedule_models as schedules
from app.variables import models as variables
from app.vault import models as vault
from app.workspaces import models as workspaces

ROOMS = (
    accounts,
    workspaces,
    audit,
    files,
    vault,
    server_sign_ins,
    language_models,
    agents,
    editor,
    runs,
    triggers,
    hooks,
    schedules,
    mailboxes,
    data_tables,
    table_files,
    variables,
    approvals,
    mail,
    notices,
    trials,
    reviews,
    chats,
    chat_pictures,
    budgets,
    batches,
    handovers,
    describing,
)
metadata = Model.metadata
