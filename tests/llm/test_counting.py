"""What is counted at the door, what is hidden before it, and what is loaded when."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from app.engine.model_port import Answer, Ask, Message, ModelFailed, ToolCall, Usage
from app.engine.redact import Redactor
from app.engine.spent import CountedModels, Spent
from app.llm.masking import masked
from tests.llm.practising import Practising

PROJECT = Path(__file__).resolve().parents[2]
ASK = Ask(messages=(Message("user", "Hi"),))
FRESH = """
import importlib, pkgutil, sys
import app.llm, app.nodes
{more}
for package in (app.llm, app.nodes):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith("app.llm.wire"):
            importlib.import_module(found.name)
heavy = {{"pydantic_ai", "openai", "anthropic", "google.genai", "httpx2", "httpx"}}
print(",".join(sorted(heavy & set(sys.modules))))
"""


def test_tokens_and_costs_are_counted_rounded_up_also_of_what_failed() -> None:
    spent = Spent()
    one = Answer(text="", usage=Usage(10, 5), cost_usd=Decimal("0.0000101"))
    failed = ModelFailed("No.", "answer", usage=Usage(3, 1), cost_usd=Decimal("0.000002"))
    models = CountedModels(Practising(one, failed, one), spent)
    models.answer("", ASK)
    assert (spent.tokens, spent.cost) == (15, 11)
    with pytest.raises(ModelFailed):
        models.answer("", ASK)
    assert (spent.tokens, spent.cost) == (19, 13)
    list(models.stream("", ASK))
    assert (spent.tokens, spent.cost) == (34, 24)


def test_secrets_of_the_run_are_hidden_from_models() -> None:
    redactor = Redactor(["a-long-password"])
    call = ToolCall("1", "send", {"to": "x", "pass": "a-long-password"})
    ask = Ask(
        messages=(
            Message("user", "Sign in with a-long-password."),
            Message("assistant", "", tool_calls=(call,)),
        )
    )
    shown = masked(ask, redactor.known)
    assert shown.messages[0].text == "Sign in with [hidden]."
    assert shown.messages[1].tool_calls[0].arguments == {"to": "x", "pass": "[hidden]"}


@pytest.mark.parametrize("more", ["", "import app.factory", "import app.workers.worker"])
def test_nothing_that_speaks_to_models_is_loaded_before_it_is_needed(more: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH.format(more=more)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
