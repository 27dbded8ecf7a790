"""A model provider on this machine that speaks as OpenAI, Anthropic and Google document."""

import json
from collections.abc import Callable
from typing import Any

from tests.loopback import Received, reply

KEY = "sk-right-0123456789abcdef"
MODELS = ("stub-small", "stub-large", "stub-embedding-1")


def provider(
    key: str = KEY, *, answer: str = "Hello from the stub.", models: tuple[str, ...] = MODELS
) -> Callable[[Received], bytes]:
    """Takes this key only (none: everybody), lists its models and answers every question alike."""

    def say(request: Received) -> bytes:
        if key and key not in _keys(request):
            echoed = {"error": {"message": f"Incorrect API key provided: {_keys(request)}"}}
            return _json(echoed, "401 Unauthorized")
        if request.method == "GET":
            return _json(_listed(request.path, models))
        return _answered(request, answer)

    return say


def _keys(request: Received) -> str:
    names = ("authorization", "x-api-key", "x-goog-api-key")
    return " ".join(request.headers.get(name, "") for name in names)


def _listed(path: str, models: tuple[str, ...]) -> Any:
    if path.startswith("/v1beta"):
        ways = ["generateContent"]
        return {
            "models": [
                {"name": f"models/{name}", "supportedGenerationMethods": ways} for name in models
            ]
        }
    return {"object": "list", "data": [{"id": name, "object": "model"} for name in models]}


def _answered(request: Received, answer: str) -> bytes:
    if "generateContent" in request.path:
        content = {"role": "model", "parts": [{"text": answer}]}
        usage = {"promptTokenCount": 40, "candidatesTokenCount": 10, "totalTokenCount": 50}
        candidate = {"content": content, "finishReason": "STOP", "index": 0}
        return _json({"candidates": [candidate], "usageMetadata": usage})
    if request.path == "/v1/messages":
        return _json(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": json.loads(request.body)["model"],
                "content": [{"type": "text", "text": answer}],
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 40, "output_tokens": 10},
            }
        )
    if request.path == "/v1/responses":
        return _json(
            {
                "id": "resp_1",
                "object": "response",
                "status": "completed",
                "model": json.loads(request.body)["model"],
                "output": [
                    {"id": "rs_1", "type": "reasoning", "summary": []},
                    {
                        "id": "msg_1",
                        "type": "message",
                        "role": "assistant",
                        "content": [{"type": "output_text", "text": answer, "annotations": []}],
                    },
                ],
                "usage": {"input_tokens": 40, "output_tokens": 10, "total_tokens": 50},
            }
        )
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": answer},
        "finish_reason": "stop",
    }
    return _json(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_760_000_000,
            "model": json.loads(request.body)["model"],
            "choices": [choice],
            "usage": {"prompt_tokens": 40, "completion_tokens": 10, "total_tokens": 50},
        }
    )


def _json(value: Any, status: str = "200 OK") -> bytes:
    return reply(status, json.dumps(value).encode(), Content_Type="application/json")
