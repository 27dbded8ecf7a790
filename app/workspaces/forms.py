"""What people fill in to join, make or change a workspace."""

from wtforms import EmailField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import Email, InputRequired, NumberRange, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from app.accounts.forms import (
    casefold,
    email_field,
    hidden_time_zone_field,
    name_field,
    new_password_field,
    refuse_weak,
    time_zone_field,
    typed,
)
from app.web.forms import Form, at_most, required, tidy
from app.workspaces.models import Workspace
from app.workspaces.roles import Role

MAX_PARALLEL = 1_000
ROLE_WORDS = {
    Role.VIEWER: "looks at agents and runs",
    Role.OPERATOR: "also starts and cancels runs",
    Role.BUILDER: "also makes and changes agents",
    Role.ADMIN: "also manages people, secrets and settings",
}


def role_choices(up_to: Role) -> dict[str, str]:
    """The roles that somebody with this role may give, each with what it allows."""
    return {
        role.value: f"{role.word}: {words}"
        for role, words in ROLE_WORDS.items()
        if up_to.reaches(role)
    }


def workspace_name_field(label: str = "Name of your workspace") -> StringField:
    """What a workspace is called."""
    return StringField(
        label,
        [required("Give the workspace a name."), at_most(80)],
        filters=[tidy],
        render_kw={"autocomplete": "organization"},
    )


class JoinForm(Form):
    """A new account for a workspace that exists."""

    name = name_field()
    email = email_field()
    password = new_password_field("Choose a password")
    timezone = hidden_time_zone_field()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what others could guess."""
        refuse_weak(field, typed(self.name), typed(self.email))


class SignUpForm(JoinForm):
    """A new account and its first workspace, in one form."""

    workspace = workspace_name_field()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what others could guess."""
        refuse_weak(field, typed(self.name), typed(self.email), typed(self.workspace))


class WorkspaceForm(Form):
    """A workspace's name."""

    name = workspace_name_field()


class WorkspaceSettingsForm(Form):
    """What a workspace is called, what time it is there and how long it remembers."""

    name = workspace_name_field("Name")
    timezone = time_zone_field("Time zone")
    retention_days = IntegerField(
        "Keep runs for this many days",
        [InputRequired("Say for how many days runs are kept.")],
        description="After that, what a run worked on and its log are deleted.",
    )

    max_parallel = IntegerField(
        "Runs at a time, at most",
        [
            MayBeEmpty(),
            NumberRange(1, MAX_PARALLEL, f"Choose between 1 and {MAX_PARALLEL:,} runs."),
        ],
        description="Further runs wait in line. Empty: as many as the workers can take.",
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(obj=workspace)
        self.longest = workspace.plan.longest_retention_days

    def validate_retention_days(self, field: IntegerField) -> None:
        """At least a day, at most what the plan allows."""
        if not 1 <= (field.data or 0) <= self.longest:
            field.errors = []  # without what WTForms says of a word that is no number
            raise ValidationError(f"Choose between 1 and {self.longest:,} days.")


class InvitationForm(Form):
    """Who is invited, as what."""

    email = EmailField(
        "E-mail",
        [MayBeEmpty(), at_most(254), Email(message="This does not look like an e-mail address.")],
        filters=[casefold],
        description="With an address, only this person can use the link.",
    )
    role = RadioField("Role", default=Role.VIEWER.value)

    def __init__(self, up_to: Role) -> None:
        super().__init__()
        self.role.choices = role_choices(up_to)


class RoleForm(Form):
    """Another role for a member."""

    role = SelectField("Role")

    def __init__(self, up_to: Role) -> None:
        super().__init__()
        self.role.choices = role_choices(up_to)
