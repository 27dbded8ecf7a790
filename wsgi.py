"""The address any WSGI server needs: `wsgi:app`."""

from app.factory import create_app

app = create_app()
