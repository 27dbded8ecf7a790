"""Puts the app together: settings, extensions, guard, rooms, ports and error pages."""

from flask import Flask
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import database, navigation, ports, rooms
from app.accounts import setup as accounts_setup
from app.extensions import csrf, db, htmx, login
from app.settings import PROJECT, Settings
from app.web import access, addresses, assets, drawing, errors, headers, uploads, words
from app.workspaces import setup as workspaces_setup

MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_FORM_PARTS = 5_000


def create_app(settings: Settings | None = None) -> Flask:
    """The web app. Raises AccessUndeclared when a route does not say who may call it."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "app",
        static_folder=None,
        template_folder=str(PROJECT / "templates"),
        root_path=str(PROJECT),
    )
    _configure(app, settings)
    _install(app, settings)
    rooms.register(app, settings)
    ports.fill()
    access.check_routes(app)
    _serve_assets(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        LAMPLIGHT=settings,
        SECRET_KEY=settings.secret_key(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        WTF_CSRF_TIME_LIMIT=None,  # an editor left open over lunch must still be able to save
        WTF_CSRF_SSL_STRICT=False,  # our own check of where a form came from is stricter
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        TEMPLATES_AUTO_RELOAD=settings.development,
    )
    app.jinja_env.undefined = StrictUndefined
    settings.compiled_templates_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(settings.compiled_templates_dir))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _install(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    uploads.install(app)  # before anything reads the form
    csrf.init_app(app)
    login.init_app(app)
    htmx.init_app(app)
    errors.install(app)
    headers.install(app)
    access.install(app)
    addresses.install(app)
    drawing.install(app)
    words.install(app)
    accounts_setup.install(app)
    workspaces_setup.install(app)
    navigation.install(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's docs do
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _serve_assets(app: Flask, settings: Settings) -> None:
    built = assets.build(settings.assets_dir)
    app.jinja_env.globals["asset"] = built.url
    app.wsgi_app = assets.wrap(app.wsgi_app, built)  # type: ignore[assignment]  # as Flask's docs do
