"""The address any WSGI server needs: `wsgi:app`; and where `flask` finds its `db` commands."""

from flask_migrate import Migrate

from app import migrations
from app.extensions import db
from app.factory import create_app

app = create_app()
# Here alone: the pages never migrate, and the tools for it are a twelfth of what they load.
Migrate(app, db, directory=str(migrations.FOLDER))
