"""What people fill in about themselves."""

from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Email, ValidationError

from app.accounts import passwords
from app.accounts.models import Theme
from app.lib.time_zones import time_zones
from app.web.forms import Form, at_most, required, tidy

LOCALES = {"en": "English"}
THEMES = {
    Theme.SYSTEM.value: "System: as this device is set",
    Theme.LIGHT.value: "Light",
    Theme.DARK.value: "Dark",
}


def time_zone_field(label: str) -> SelectField:
    """A choice of all time zones."""
    return SelectField(
        label, choices=lambda: {zone: zone.replace("_", " ") for zone in time_zones()}
    )


def hidden_time_zone_field() -> HiddenField:
    """The time zone that the browser tells; UTC when it tells none that we know."""
    return HiddenField(
        filters=[lambda zone: zone if zone in time_zones() else "UTC"],
        render_kw={"data-time-zone": True},
    )


def casefold(value: str | None) -> str | None:
    """A WTForms filter: an address is the same in any case."""
    return value.strip().casefold() if value else value


def email_field(label: str = "E-mail") -> EmailField:
    """An e-mail address, casefolded."""
    return EmailField(
        label,
        [
            required("Fill in your e-mail address."),
            at_most(254),
            Email(message="This does not look like an e-mail address."),
        ],
        filters=[casefold],
        render_kw={"autocomplete": "username", "placeholder": "you@company.example"},
    )


def name_field() -> StringField:
    """What a person is called."""
    return StringField(
        "Your name",
        [required("Tell us what to call you."), at_most(120)],
        filters=[tidy],
        render_kw={"autocomplete": "name"},
    )


def new_password_field(label: str) -> PasswordField:
    """A password that is being chosen; the form that has it calls `refuse_weak`."""
    return PasswordField(
        label,
        [required("Choose a password.")],
        description=f"At least {passwords.MIN_CHARACTERS} characters. A few unrelated words are "
        "easy to remember and hard to guess.",
        render_kw={"autocomplete": "new-password"},
    )


def typed(field: Field) -> str:
    """What the person typed into this field; empty when nothing."""
    return field.data or ""


def refuse_weak(field: PasswordField, *own_words: str) -> None:
    """Raise the validation error of a password that is too easy to guess."""
    weakness = passwords.weakness(typed(field), own_words=own_words)
    if weakness:
        raise ValidationError(weakness)


class SignInForm(Form):
    """An address and its password."""

    email = email_field()
    password = PasswordField(
        "Password",
        [required("Fill in your password.")],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(Form):
    """What a person is called and how pages look to them."""

    name = name_field()
    timezone = time_zone_field("Your time zone")
    locale = SelectField("Language", choices=LOCALES)
    theme = RadioField("Colours", choices=THEMES)


class ThemeForm(Form):
    """The three buttons in the account menu."""

    theme = RadioField("Colours", choices=THEMES)


class PasswordForm(Form):
    """A new password, with the old one as proof of who is asking."""

    current = PasswordField(
        "Current password",
        [required("Fill in the password you use now.")],
        render_kw={"autocomplete": "current-password"},
    )
    new = new_password_field("New password")

    def __init__(self, own_words: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.own_words = own_words

    def validate_new(self, field: PasswordField) -> None:
        """Refuse what others could guess."""
        refuse_weak(field, *self.own_words)
