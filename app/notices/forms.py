"""What people fill in about notices."""

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.notices.choices import BY_MAIL
from app.notices.models import NoticeKind
from app.web.forms import Form

KIND_WORDS = {
    NoticeKind.RUN_FAILED: "A run failed",
    NoticeKind.NEEDS_YOU: "A run needs you",
    NoticeKind.APPROVAL: "A question waits",
    NoticeKind.AGENT_OFF: "An agent was switched off",
    NoticeKind.NOT_RUN: "Something did not run when due",
    NoticeKind.TRIGGER: "Something that starts agents does not work",
    NoticeKind.CONNECTION: "A connection does not work",
    NoticeKind.MAIL: "A mail could not be sent",
    NoticeKind.BUDGET: "A budget is nearly spent, or spent",
    NoticeKind.REVIEW: "A colleague asks about a draft, or answers",
    NoticeKind.BATCH: "A batch of many rows is done, or cannot go on",
}


class ChoiceForm(Form):
    """The kinds of notices that come by mail."""

    kinds = SelectMultipleField(
        "Send me a mail when",
        choices={kind.value: KIND_WORDS[kind] for kind in BY_MAIL},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def chosen(self) -> frozenset[NoticeKind]:
        """The kinds that are ticked."""
        return frozenset(NoticeKind(value) for value in self.kinds.data or [])
