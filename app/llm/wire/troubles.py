"""What goes wrong at providers, as one sentence for a person and one word for the program."""

from dataclasses import dataclass

from pydantic_ai import exceptions as errors

from app.engine.model_port import Trouble
from app.lib.safe_http import HttpRefused
from app.llm.port import ModelFailed
from app.llm.wire.guarded_transport import Call

MAX_QUOTED_CHARS = 200
_TOO_LATE_S = 0.05
_SHORTEST_KEY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """Speaks of one provider: what people call it, the model asked, and the key never to say.

    `no_answer` is said where nothing answers; empty for what the door says.
    """

    called: str
    model: str
    key: str
    no_answer: str = ""

    def in_words(self, error: Exception, call: Call, *, limit_s: float) -> ModelFailed:
        """The failure to raise for what a library met."""
        if call.left_s <= _TOO_LATE_S:
            return self._late(call, limit_s)
        if call.trouble is not None:
            sentence = call.trouble.sentence
            if call.has_begun:
                return ModelFailed(sentence, "answer")
            is_final = isinstance(call.trouble, HttpRefused)
            if is_final or not self.no_answer:
                sentence = f"{self.called} could not be reached. {sentence}"
            else:
                sentence = self.no_answer
            return ModelFailed(sentence, "unreachable", is_final=is_final)
        for kinds, kind, words in _KINDS:
            if isinstance(error, kinds):
                sentence = words.format(called=self.called, model=self.model)
                return ModelFailed(
                    sentence + self._quoted(error, kind),
                    kind,
                    retry_after_s=getattr(error, "retry_after", None),
                )
        return ModelFailed(f"{self.called} sent an answer that cannot be read.", "answer")

    def _late(self, call: Call, limit_s: float) -> ModelFailed:
        if call.has_begun:
            sentence = f"{self.called} had not answered completely after {limit_s:g} s."
        else:
            sentence = f"{self.called} answered nothing for {limit_s:g} s."
        return ModelFailed(f"{sentence} Try again later, or give it more time.", "silent")

    def _quoted(self, error: Exception, kind: Trouble) -> str:
        """The provider's own words, only where they say what to change."""
        body = getattr(error, "body", None)
        if kind != "refused" or not isinstance(body, dict):
            return ""
        inner = body.get("error", body)
        said = inner.get("message") if isinstance(inner, dict) else None
        if not isinstance(said, str) or not said.strip():
            return ""
        if len(self.key) >= _SHORTEST_KEY:
            said = said.replace(self.key, "[hidden]")
        return f" It says: “{' '.join(said.split())[:MAX_QUOTED_CHARS]}”"


_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Trouble, str], ...] = (
    (
        errors.ModelQuotaExceededError,
        "credit",
        "{called} says there is no credit left. Add some there, or choose another model.",
    ),
    (errors.ModelRateLimitError, "busy", "{called} takes no more requests just now."),
    (errors.ModelUnavailableError, "busy", "{called} is overloaded just now."),
    (errors.ModelServerError, "busy", "{called} met a fault of its own."),
    (
        errors.ModelAuthenticationError,
        "key",
        "{called} says the key is wrong, or not for this. Check it in Settings → Models.",
    ),
    (errors.ModelNotFoundError, "model", "{called} does not know the model “{model}”."),
    (
        errors.ModelContextWindowExceededError,
        "too_long",
        "That is more than the model “{model}” can read at once. Give it less.",
    ),
    (errors.ContentFilterError, "refused", "{called} refused to answer this."),
    (errors.ModelRequestRejectedError, "refused", "{called} did not take the question."),
    (errors.UserError, "refused", "{called} cannot do this with the model “{model}”."),
    (errors.ModelConnectionError, "unreachable", "{called} broke off the connection."),
)
