"""The forms of this room. A key can be typed in; no form ever carries one out."""

from decimal import Decimal, InvalidOperation

from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from app.language_models.acts import ModelWishes, Wishes
from app.language_models.models import LanguageModel
from app.language_models.prices import MILLION, own_price
from app.lib.safe_http import HttpRefused
from app.lib.safe_http.target import Target
from app.llm.providers import Provider
from app.vault.secret_field import one_line, secret_field
from app.web.forms import Form, at_most, required, tidy

MAX_ADDRESS_CHARS = 500
MAX_QUESTION_CHARS = 2_000
MOST_USD = 100_000
_NO_SIGNS = Regexp(r"[^\x00-\x1f\x7f]*\Z", message="It must be one line of plain text.")


class ProviderForm(Form):
    """A provider that is to be tried and then kept. Which fields it has follows from its kind."""

    name = StringField(
        "Name",
        description="What people see beside its models.",
        filters=[tidy],
        validators=[required("Give it a name."), at_most(120), _NO_SIGNS],
    )
    address = StringField(
        "Address",
        filters=[tidy],
        validators=[required("Fill in the address."), at_most(MAX_ADDRESS_CHARS)],
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )
    key = secret_field("Key")

    @classmethod
    def of(cls, provider: Provider, *, address: str = "") -> "ProviderForm":
        """The form for this kind of provider, filled in where nothing was sent yet."""
        title = provider.title if provider.kind != "address" else ""
        form = cls(data={"name": title, "address": address or provider.address})
        if provider.kind == "service":
            del form.address
        if provider.is_local:
            del form.key
        elif not provider.needs_key:
            form.key.validators = [Optional(), *form.key.validators[1:]]
            form.key.flags.required = False
        return form

    def validate_address(self, field: StringField) -> None:
        """A complete web address; what follows a question mark would be lost."""
        try:
            target = Target.parse(field.data or "")
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused
        if target.query:
            raise ValidationError("Leave out the question mark and what follows it.")

    def wishes(self, provider: Provider) -> Wishes:
        """What the person wants; after the form was found right."""
        address = (self.address.data or "") if "address" in self else provider.address
        return Wishes(
            kind=provider.id,
            name=self.name.data or "",
            address=address.rstrip("/"),
            key=(self.key.data or "") if "key" in self else "",
        )


class KeyForm(Form):
    """A new key in the place of the old one."""

    key: PasswordField = secret_field("New key")


class AddModelForm(Form):
    """A model of a provider, by the name that the provider calls it."""

    model_name = StringField(
        "Model",
        filters=[tidy],
        validators=[required("Name a model."), at_most(200), one_line],
        render_kw={"list": "offered", "autocomplete": "off", "spellcheck": "false"},
    )


class ModelForm(Form):
    """What a model is called and costs."""

    title = StringField(
        "Name",
        description="What people see when they choose it in a step.",
        filters=[tidy],
        validators=[required("Give it a name."), at_most(120), _NO_SIGNS],
    )
    price_in = StringField(
        "Price of a million tokens read",
        description="In US dollars, for what the model is given. Empty: from the price list.",
        filters=[tidy],
        validators=[Length(max=20, message="A price has at most 20 digits.")],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    price_out = StringField(
        "Price of a million tokens written",
        description="In US dollars, for what it answers.",
        filters=[tidy],
        validators=[Length(max=20, message="A price has at most 20 digits.")],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    enabled = BooleanField(
        "May be used",
        description="Off: steps that name it fail and say so, and it is kept for no purpose.",
    )

    @classmethod
    def filled(cls, model: LanguageModel) -> "ModelForm":
        """The form with what is set now."""
        price = own_price(model)
        return cls(
            formdata=None,
            data={
                "title": model.title,
                "price_in": "" if price is None else _plain(price.input_usd),
                "price_out": "" if price is None else _plain(price.output_usd),
                "enabled": model.enabled,
            },
        )

    def validate_price_in(self, field: StringField) -> None:
        """A price, or nothing."""
        _micros(field.data)

    def validate_price_out(self, field: StringField) -> None:
        """A price where the other one is a price."""
        _micros(field.data)
        if bool(field.data) != bool(self.price_in.data):
            raise ValidationError("Fill in both prices, or neither.")

    def wishes(self) -> ModelWishes:
        """What the person wants; after the form was found right."""
        return ModelWishes(
            title=self.title.data or "",
            price_in=_micros(self.price_in.data),
            price_out=_micros(self.price_out.data),
            enabled=bool(self.enabled.data),
        )


class QuestionForm(Form):
    """One question to try a model with."""

    question = TextAreaField(
        "Your question",
        default="Say hello in one short sentence.",
        filters=[tidy],
        validators=[required("Ask something."), at_most(MAX_QUESTION_CHARS)],
        render_kw={"rows": 3},
    )


class ChoicesForm(Form):
    """Which model is used for what."""

    default = SelectField(
        "Default", description="Steps that name no model ask this one.", validate_choice=True
    )
    fast = SelectField("Fast", description="For steps that want a quick, cheap answer.")
    good = SelectField("Good", description="For steps that want the best answer.")
    fallback = SelectField(
        "When one of them cannot answer",
        description="Asked instead when a key is refused, the credit is used up or the provider "
        "is not there. Steps that name a certain model stay with it.",
    )


def _micros(typed: str | None) -> int | None:
    if not typed:
        return None
    try:
        usd = Decimal(typed.replace(",", ".").removeprefix("$").strip())
    except InvalidOperation:
        raise ValidationError("Write a price as a number, such as 2.50.") from None
    if not usd.is_finite() or not 0 <= usd <= MOST_USD:
        raise ValidationError(f"A price is from 0 to {MOST_USD:,} dollars.")
    return int((usd * MILLION).to_integral_value())


def _plain(usd: Decimal) -> str:
    return f"{usd.normalize():f}"
