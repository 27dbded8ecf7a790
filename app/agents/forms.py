"""The forms about an agent as a whole: its name, how it is called, and how it works."""

from collections.abc import Mapping

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from app.agents.manner import LANGUAGES
from app.agents.models import Agent, AgentType
from app.agents.type_words import CHOOSABLE, TYPE_WORDS
from app.lib.time_zones import time_zones
from app.web.forms import Form, at_most, required, tidy

MAX_PARALLEL = 1_000
MAX_SYSTEM_MESSAGE_CHARS = 20_000


class AgentForm(Form):
    """What an agent is called and what it is for."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[required("Give the agent a name."), at_most(80)],
    )
    description = TextAreaField(
        "What it does",
        description="One or two sentences for the people who will use it.",
        filters=[tidy],
        validators=[at_most(400)],
    )


class DetailsForm(AgentForm):
    """What an agent is called, what calls it, and how many runs of it may go at a time."""

    icon = StringField("Picture")
    command = StringField(
        "Command",
        description="One word, such as summarise: bin/lamplight run summarise starts it in a "
        "shell, and /summarise in a chat, if it begins with a message. Empty: none.",
        filters=[tidy],
    )
    max_parallel = IntegerField(
        "Runs at a time, at most",
        description="1 lets each run end before the next begins. Empty: no limit.",
        validators=[
            Optional(),
            NumberRange(1, MAX_PARALLEL, f"Choose between 1 and {MAX_PARALLEL:,} runs."),
        ],
    )


class MannerForm(Form):
    """What kind of agent it is and how it works, from the next version on."""

    type = RadioField("What kind of agent it is", coerce=AgentType)
    system_message = TextAreaField(
        "Instructions",
        description="Language models read this first, in each step that asks a model or works "
        "with tools, unless the step is set not to.",
        filters=[tidy],
        validators=[at_most(MAX_SYSTEM_MESSAGE_CHARS)],
    )
    model = SelectField(
        "Model",
        description="For steps that name no model of their own.",
    )
    language = SelectField(
        "Answers in",
        choices={"": "The language it is asked in", **{one: one for one in LANGUAGES}},
        description="Said to models after the instructions.",
    )
    timezone = SelectField(
        "Time zone",
        description="For dates and times in its steps. Schedules keep to the workspace's.",
    )

    def offer(
        self, agent: Agent, models: Mapping[str, str], *, workspace_zone: str
    ) -> "MannerForm":
        """Offer what this agent can be, these models by what a step names, and time zones."""
        kinds = dict.fromkeys((*CHOOSABLE, agent.type))
        self.type.choices = {
            one.value: f"{TYPE_WORDS[one].title}: {TYPE_WORDS[one].does}" for one in kinds
        }
        self.model.choices = {"": "The workspace's default", **models}
        named = {zone: zone.replace("_", " ") for zone in time_zones()}
        usual = f"The workspace's, {workspace_zone.replace('_', ' ')}"
        self.timezone.choices = {"": usual, **named}
        return self
