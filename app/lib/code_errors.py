"""What went wrong in a person's own code, in words for that person."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_monty import MontyError

MAX_MESSAGE_CHARS = 300


class CodeFailed(Exception):
    """The code gave no value; `sentence` says why, `printed` is what it had printed by then.

    `line` counts from 1, None where no line is to blame.
    """

    def __init__(self, sentence: str, *, line: int | None = None, printed: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line
        self.printed = printed

    def after(self, printed: str) -> "CodeFailed":
        """The same failure with what was printed before it."""
        return CodeFailed(self.sentence, line=self.line, printed=printed)


def told(error: "MontyError", *, time_s: float, memory_bytes: int, printed: str = "") -> CodeFailed:
    """The failure behind an error of the sandbox."""
    kind, message = _kind_and_message(error)
    line = _line(error)
    if getattr(error, "timed_out", False) or (kind == "TimeoutError" and "limit" in message):
        return CodeFailed(f"The code took longer than {_seconds(time_s)}.", printed=printed)
    if kind == "MemoryError":
        megabytes = memory_bytes // 1_000_000
        return CodeFailed(
            f"The code needed more than {megabytes} MB of memory.", line=line, printed=printed
        )
    if kind == "MontyCrashedError":
        return CodeFailed("The code ended the process it ran in.", printed=printed)
    return CodeFailed(_sentence(kind, message), line=line, printed=printed)


def _kind_and_message(error: "MontyError") -> tuple[str, str]:
    try:
        inner: Any = error.exception()
    except Exception:  # a crashed process left no error of its own
        inner = error
    kind = type(inner).__name__
    message = str(inner.args[0]) if getattr(inner, "args", ()) else str(inner)
    if type(error).__name__ in ("MontyCrashedError", "MontySyntaxError"):
        kind, message = type(error).__name__, str(error)
    one_line = " ".join(message[: MAX_MESSAGE_CHARS * 4].split())
    return kind, one_line[:MAX_MESSAGE_CHARS]


def _line(error: Any) -> int | None:
    """The line of the person's code: the innermost one that is in it."""
    frames = error.traceback() if hasattr(error, "traceback") else []
    return frames[-1].line if frames else None


def _sentence(kind: str, message: str) -> str:
    name = message.split("'")[1] if message.count("'") >= 2 else message
    known = {
        "MontySyntaxError": f"this cannot be read as Python ({_small(message)}).",
        "NameError": f"there is no value called “{name}” here.",
        "UnboundLocalError": f"“{name}” is used before it has a value.",
        "KeyError": f"there is no “{message}” in this group of values.",
        "IndexError": "the list has fewer items than that.",
        "ZeroDivisionError": "something is divided by zero.",
        "RecursionError": "a function calls itself too many times.",
        "ModuleNotFoundError": f"“{name}” cannot be imported here.",
        "ImportError": f"that cannot be imported here ({message}).",
        "PermissionError": "code may not use files. Work with the values it was given.",
        "OSError": "code may not use files. Work with the values it was given.",
        "TypeError": f"these kinds of values do not go together ({message}).",
        "AttributeError": f"that does not exist here ({message}).",
        "AssertionError": f"a check does not hold ({message or 'assert'}).",
        "MontyConversionError": "a value of this kind cannot be given to code.",
    }
    if kind == "RuntimeError" and message.startswith("suspension limit"):
        return "the code called functions outside the sandbox too often."
    return known.get(kind, f"{message or kind}" + ("" if message.endswith(".") else "."))


def _small(message: str) -> str:
    return message[:1].lower() + message[1:]


def _seconds(seconds: float) -> str:
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"
