"""The rooms that answer requests, one line each: the table of contents."""

from flask import Flask

from app.accounts.routes import bp as accounts
from app.agents.routes import bp as agents
from app.approvals.routes import bp as approvals
from app.approvals.routes import links_bp as answers
from app.attention.routes import bp as attention
from app.batch_results.routes import bp as batch_results
from app.batches.routes import bp as batches
from app.budgets.routes import bp as budgets
from app.chats.routes import bp as chats
from app.connection_pages.routes import bp as connections
from app.data_tables.routes import bp as data_tables
from app.describing.routes import bp as describing
from app.editor.routes import bp as editor
from app.files.routes import bp as files
from app.gallery.routes import bp as gallery
from app.home.routes import bp as home
from app.language_models.routes import bp as language_models
from app.mail.routes import bp as mail
from app.moving_in.routes import bp as moving_in
from app.notices.routes import bp as notices
from app.performance.routes import bp as performance
from app.replays.routes import bp as replays
from app.reviews.routes import bp as reviews
from app.runs.routes import bp as runs
from app.server_sign_ins.routes import bp as server_sign_ins
from app.settings import Settings
from app.simple_agents.routes import bp as simple_agents
from app.table_exports.routes import bp as table_exports
from app.table_files.routes import bp as table_files
from app.trials.routes import bp as trials
from app.triggers.delivery_routes import bp as webhooks
from app.triggers.form_place_routes import bp as form_places
from app.triggers.form_routes import bp as forms
from app.triggers.hook_routes import bp as hooks
from app.triggers.schedule_routes import bp as schedules
from app.variables.routes import bp as variables
from app.versions.routes import bp as versions
from app.workspaces.arrivals import bp as arrivals
from app.workspaces.routes import bp as workspaces

_PEOPLE = (home, attention, accounts, arrivals, workspaces, notices, approvals, answers, chats)
_BUILDING = (agents, versions, reviews, editor, simple_agents, trials)
_MAKING = (gallery, moving_in, describing)
_KEEPING = (
    connections,
    server_sign_ins,
    variables,
    data_tables,
    table_files,
    table_exports,
    mail,
    language_models,
)
_STARTING = (schedules, hooks, webhooks, forms, form_places)
_RUNNING = (runs, batches, batch_results, replays, performance, files, budgets)


def register(app: Flask, settings: Settings) -> None:
    """Register every room's blueprint."""
    for blueprint in (*_PEOPLE, *_BUILDING, *_MAKING, *_KEEPING, *_STARTING, *_RUNNING):
        app.register_blueprint(blueprint)
    if settings.development:
        from app.web.design import bp as design

        app.register_blueprint(design)
