"""The services and programs that provide language models, as data; any process may import it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Kind = Literal["service", "address", "local"]
Wire = Literal["openai", "responses", "anthropic", "google"]
Purpose = Literal["fast", "good"]

PRACTICE = "practice"
PRACTICE_TITLE = "Practice model"


@dataclass(frozen=True, slots=True)
class Suggested:
    """A model that is worth naming first; `purpose` says what for."""

    name: str
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One place that provides models.

    `wire` is the language its API speaks: "openai" are the chat completions that many speak,
    "responses" is what OpenAI itself has beside them. `address` is where the API begins, empty if
    people type it. `key_from` says in words where a key is made, with `key_url` as the page.
    `takes_schema`: its API can be held to a JSON schema; it is asked in words otherwise, and when
    it refuses the schema. `takes_tools`: its models can be trusted to call tools by themselves;
    others are led step by step. `port` is where a program on this computer usually listens.
    `no_answer` is said where nothing answers; empty where the address may be wrong.
    """

    id: str
    title: str
    kind: Kind
    wire: Wire = "openai"
    address: str = ""
    key_from: str = ""
    key_url: str = ""
    needs_key: bool = True
    models: tuple[Suggested, ...] = ()
    takes_schema: bool = True
    takes_tools: bool = True
    port: int | None = None
    no_answer: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it runs on this computer, so that nothing leaves it."""
        return self.kind == "local"


def _models(*, fast: str, good: str, more: tuple[Suggested, ...] = ()) -> tuple[Suggested, ...]:
    return (Suggested(fast, "fast"), Suggested(good, "good"), *more)


NOT_STARTED = (
    "The model on this computer does not answer just now. Lamplight is loading it, or starting it "
    "again. Try again in a moment; Settings → Models says how it stands."
)


def _local(provider_id: str, title: str, port: int, *, takes_tools: bool = True) -> Provider:
    return Provider(
        id=provider_id,
        title=title,
        kind="local",
        address=f"http://127.0.0.1:{port}/v1",
        needs_key=False,
        takes_tools=takes_tools,
        port=port,
    )


_ALL = (
    Provider(
        id="openai",
        title="OpenAI",
        kind="service",
        wire="responses",
        address="https://api.openai.com/v1",
        key_from="platform.openai.com, under “API keys”",
        key_url="https://platform.openai.com/api-keys",
        models=_models(fast="gpt-6-luna", good="gpt-6.1-terra"),
    ),
    Provider(
        id="anthropic",
        title="Anthropic",
        kind="service",
        wire="anthropic",
        address="https://api.anthropic.com",
        key_from="platform.claude.com, under “API keys”",
        key_url="https://platform.claude.com/settings/keys",
        models=_models(fast="claude-haiku-5-5", good="claude-sonnet-5-5"),
    ),
    Provider(
        id="google",
        title="Google",
        kind="service",
        wire="google",
        address="https://generativelanguage.googleapis.com",
        key_from="aistudio.google.com, under “Get API key”",
        key_url="https://aistudio.google.com/apikey",
        models=_models(fast="gemini-3.5-flash-lite", good="gemini-3.8-flash"),
    ),
    Provider(
        id="mistral",
        title="Mistral",
        kind="service",
        address="https://api.mistral.ai/v1",
        key_from="console.mistral.ai, under “API keys”",
        key_url="https://console.mistral.ai/api-keys",
        models=_models(fast="mistral-small-latest", good="mistral-medium-latest"),
    ),
    Provider(
        id="groq",
        title="Groq",
        kind="service",
        address="https://api.groq.com/openai/v1",
        key_from="console.groq.com, under “API keys”",
        key_url="https://console.groq.com/keys",
        models=_models(fast="openai/gpt-oss-20b", good="openai/gpt-oss-120b"),
    ),
    Provider(
        id="openrouter",
        title="OpenRouter",
        kind="service",
        address="https://openrouter.ai/api/v1",
        key_from="openrouter.ai, under “Keys”",
        key_url="https://openrouter.ai/settings/keys",
        models=_models(fast="openai/gpt-6-luna", good="anthropic/claude-sonnet-5.5"),
    ),
    Provider(
        id="deepseek",
        title="DeepSeek",
        kind="service",
        address="https://api.deepseek.com/v1",
        key_from="platform.deepseek.com, under “API keys”",
        key_url="https://platform.deepseek.com/api_keys",
        models=_models(fast="deepseek-flash", good="deepseek-v4-pro"),
        takes_schema=False,
    ),
    Provider(
        id="compatible",
        title="Another service",
        kind="address",
        key_from="the service's own pages",
        needs_key=False,
    ),
    replace(
        _local("built_in", "This installation", 8089, takes_tools=False), no_answer=NOT_STARTED
    ),
    _local("ollama", "Ollama", 11434),
    _local("lm_studio", "LM Studio", 1234),
    _local("llama_cpp", "llama.cpp", 8080),
    _local("vllm", "vLLM", 8000),
)
PROVIDERS: Mapping[str, Provider] = MappingProxyType({one.id: one for one in _ALL})


def title_of(provider_id: str) -> str:
    """What people call a provider."""
    if provider_id == PRACTICE:
        return PRACTICE_TITLE
    known = PROVIDERS.get(provider_id)
    return known.title if known else provider_id
