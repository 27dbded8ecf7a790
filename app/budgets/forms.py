"""The form in which budgets are set: one for a day, one for a month."""

from decimal import Decimal, InvalidOperation

from wtforms import StringField
from wtforms.validators import Length, ValidationError

from app.budgets.models import Budget, Period
from app.budgets.setting import Wish
from app.language_models.prices import MILLION
from app.web.forms import Form, tidy

MOST_USD = 1_000_000
MOST_TOKENS = 1_000_000_000_000
_SHORT = Length(max=24, message="Use at most 24 characters.")


def _dollars_field(label: str) -> StringField:
    return StringField(
        label,
        description="In US dollars, such as 5 or 0.50. Empty: no limit.",
        filters=[tidy],
        validators=[_SHORT],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


def _tokens_field(label: str) -> StringField:
    return StringField(
        label,
        description="Counts also what costs nothing. Empty: no limit.",
        filters=[tidy],
        validators=[_SHORT],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class BudgetForm(Form):
    """How much may be spent."""

    day_cost = _dollars_field("Money a day")
    day_tokens = _tokens_field("Tokens a day")
    month_cost = _dollars_field("Money a month")
    month_tokens = _tokens_field("Tokens a month")

    @classmethod
    def filled(cls, known: dict[Period, Budget]) -> "BudgetForm":
        """The form with what is set now."""
        data = {}
        for period, budget in known.items():
            data[f"{period}_cost"] = _plain(budget.max_cost)
            data[f"{period}_tokens"] = "" if budget.max_tokens is None else str(budget.max_tokens)
        return cls(formdata=None, data=data)

    def validate_day_cost(self, field: StringField) -> None:
        """A sum, or nothing."""
        _micros(field.data)

    def validate_month_cost(self, field: StringField) -> None:
        """A sum, or nothing."""
        _micros(field.data)

    def validate_day_tokens(self, field: StringField) -> None:
        """A number, or nothing."""
        _tokens(field.data)

    def validate_month_tokens(self, field: StringField) -> None:
        """A number, or nothing."""
        _tokens(field.data)

    def wishes(self) -> dict[Period, Wish]:
        """What the person wants; after the form was found right."""
        return {
            Period.DAY: Wish(_micros(self.day_cost.data), _tokens(self.day_tokens.data)),
            Period.MONTH: Wish(_micros(self.month_cost.data), _tokens(self.month_tokens.data)),
        }


def _micros(typed: str | None) -> int | None:
    if not typed:
        return None
    try:
        usd = Decimal(typed.replace(",", ".").removeprefix("$").strip())
    except InvalidOperation:
        raise ValidationError("Write a sum as a number, such as 2.50.") from None
    if not usd.is_finite() or not 0 <= usd <= MOST_USD:
        raise ValidationError(f"A budget is from 0 to {MOST_USD:,} dollars.")
    return int((usd * MILLION).to_integral_value())


def _tokens(typed: str | None) -> int | None:
    if not typed:
        return None
    plain = typed.replace(",", "").replace(" ", "")
    if not (plain.isascii() and plain.isdecimal()):
        raise ValidationError("Write how many tokens as a whole number, such as 50,000.")
    if int(plain) > MOST_TOKENS:
        raise ValidationError(f"A budget is at most {MOST_TOKENS:,} tokens.")
    return int(plain)


def _plain(micros: int | None) -> str:
    return "" if micros is None else f"{(Decimal(micros) / MILLION).normalize():f}"
