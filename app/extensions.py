"""The Flask extensions, made once and bound to the app by the factory."""

from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from app.model import Model

db = SQLAlchemy(
    model_class=Model, disable_autonaming=True, session_options={"expire_on_commit": False}
)
login = LoginManager()
csrf = CSRFProtect()
htmx = Htmx()
