"""Our messages as pydantic-ai's, and its answers as ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from app.llm.port import Answer, Ask, Message, ModelFailed, ToolCall, Usage

_STOPPED = {"length": "length", "tool_call": "tool"}


def history(ask: Ask) -> list[ModelMessage]:
    """The conversation; what comes between two answers of the model is one request."""
    made: list[ModelMessage] = []
    parts: list[ModelRequestPart] = []
    for message in ask.messages:
        if message.role != "assistant":
            parts.append(_part(message))
            continue
        if parts:
            made.append(ModelRequest(parts=parts))
            parts = []
        made.append(ModelResponse(parts=list(_said(message))))
    if parts:
        made.append(ModelRequest(parts=parts))
    return made


def parameters(ask: Ask, *, holds_to_schema: bool) -> ModelRequestParameters:
    """Tools, and the schema where the provider itself is to hold the model to it."""
    tools = [
        ToolDefinition(
            name=one.name, description=one.description, parameters_json_schema=spelled(one.schema)
        )
        for one in ask.tools
    ]
    if not holds_to_schema or ask.schema is None:
        return ModelRequestParameters(function_tools=tools)
    wanted = OutputObjectDefinition(json_schema=spelled(ask.schema), name="answer")
    return ModelRequestParameters(
        function_tools=tools, output_mode="native", output_object=wanted, allow_text_output=True
    )


def spelled(schema: Any) -> Any:
    """The schema as all providers read it: what may be one of several types is said by `anyOf`."""
    if isinstance(schema, list):
        return [spelled(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {name: spelled(inner) for name, inner in schema.items()}
    types = made.get("type")
    if not isinstance(types, list):
        return made
    words = {name: made.pop(name) for name in ("title", "description") if name in made}
    rest = {name: inner for name, inner in made.items() if name != "type"}
    several = [{"type": one} | (rest if one != "null" else {}) for one in types]
    return {"anyOf": several, **words}


def settings(ask: Ask) -> ModelSettings:
    """What is said of this question alone."""
    made = ModelSettings()
    if ask.temperature is not None:
        made["temperature"] = ask.temperature
    if ask.max_output_tokens is not None:
        made["max_tokens"] = ask.max_output_tokens
    return made


def answer_of(response: ModelResponse, *, model: str, called: str) -> Answer:
    """The answer; raises ModelFailed where the provider says that it will not give one."""
    usage = Usage(response.usage.input_tokens, response.usage.output_tokens)
    if response.finish_reason == "content_filter":
        raise ModelFailed(f"{called} refused to answer this.", "refused", usage=usage)
    calls = tuple(_calls(response))
    text = "".join(one.content for one in response.parts if isinstance(one, TextPart))
    stopped: Any = "tool" if calls else _STOPPED.get(response.finish_reason or "", "end")
    return Answer(
        text=text,
        tool_calls=calls,
        usage=usage,
        model=response.model_name or model,
        stopped=stopped,
    )


def has_ended(response: ModelResponse) -> bool:
    """Whether the provider said itself why its answer ends, as all of them do at the end.

    The library takes a stream that just stops for one that came to its end.
    """
    return bool((response.provider_details or {}).get("finish_reason"))


def _part(message: Message) -> ModelRequestPart:
    if message.role == "system":
        return SystemPromptPart(content=message.text)
    if message.role == "tool":
        return ToolReturnPart(
            tool_name=message.tool_name, content=message.text, tool_call_id=message.tool_call_id
        )
    if not message.files:
        return UserPromptPart(content=message.text)
    content: list[UserContent] = [message.text]
    content += [BinaryContent(one.content, media_type=one.media_type) for one in message.files]
    return UserPromptPart(content=content)


def _said(message: Message) -> Iterator[TextPart | ToolCallPart]:
    if message.text:
        yield TextPart(content=message.text)
    for call in message.tool_calls:
        yield ToolCallPart(tool_name=call.name, args=dict(call.arguments), tool_call_id=call.id)


def _calls(response: ModelResponse) -> Iterator[ToolCall]:
    for part in response.parts:
        if isinstance(part, ToolCallPart):
            yield ToolCall(part.tool_call_id, part.tool_name, _arguments(part))


def _arguments(part: ToolCallPart) -> dict[str, Any]:
    """The arguments; what is no JSON comes as one text, for the tool's own check to refuse."""
    try:
        return part.args_as_dict()
    except (ValueError, AssertionError):
        return {"text": str(part.args)}
