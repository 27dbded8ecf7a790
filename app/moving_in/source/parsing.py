"""The pasted program: taken in with caps and parsed as text. It is never run and never imported."""

import ast
import re
import threading
import warnings

MAX_BYTES = 512 * 1024
MAX_LINE_CHARS = 100_000
MAX_BRACES = 8_000  # reading `f"{a}{b}…"` takes the square of them
MAX_NODES = 60_000
MAX_DEPTH = 90

_FENCE = re.compile(r"\A\s*```[\w-]*\r?\n(.*?)\r?\n```\s*\Z", re.DOTALL)
_TYPESCRIPT = re.compile(
    r"^\s*(?:import\s*\{|import type|export\s+(?:const|async|default)|const\s+\w+\s*=)",
    re.MULTILINE,
)
_SIZE = f"{MAX_BYTES // 1024} KB"
# Turning warnings off is for the whole process, so one program is parsed at a time.
_parsing = threading.Lock()


class SourceRefused(ValueError):
    """What was given is no program that can be read; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def decoded(content: bytes) -> str:
    """The text of an uploaded file; raises SourceRefused."""
    if len(content) > MAX_BYTES:
        raise SourceRefused(f"The file is larger than {_SIZE}. An exported workflow is smaller.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceRefused(
            "The file is not text in UTF-8. Choose the .py file that you exported."
        ) from None


def parsed(text: str) -> ast.Module:
    """The program as a tree of a size that can be walked; raises SourceRefused."""
    text = _unfenced(text)
    _refuse_shape(text)
    tree = _tree(text)
    _refuse_large(tree)
    return tree


def _unfenced(text: str) -> str:
    """Without the marks around code that chats and documents put there."""
    fenced = _FENCE.match(text) if text.lstrip().startswith("```") else None
    return fenced[1] if fenced else text


def _refuse_shape(text: str) -> None:
    if not text.strip():
        raise SourceRefused("There is nothing in it yet. Paste the code, or choose the file.")
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise SourceRefused(f"The code is larger than {_SIZE}. An exported workflow is smaller.")
    if "\0" in text:
        raise SourceRefused("There is a null byte in it, so it is no Python code.")
    longest = max(map(len, text.splitlines()))
    if longest > MAX_LINE_CHARS:
        raise SourceRefused(
            f"One line has {longest:,} characters. An exported workflow has shorter lines."
        )
    if text.count("{") > MAX_BRACES:
        raise SourceRefused(f"There are more than {MAX_BRACES:,} {{ in it. That is too many.")


def _tree(text: str) -> ast.Module:
    try:
        with _parsing, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # texts with \d in them are common, and harmless here
            return ast.parse(text, "moved_in.py")
    except SyntaxError as wrong:
        if _TYPESCRIPT.search(text):
            raise SourceRefused(
                "This looks like TypeScript. Under “Code” in Agent Builder, choose Python, and "
                "bring that."
            ) from None
        if "nested" in str(wrong.msg):
            raise _too_deep() from None
        where = f"Line {wrong.lineno}" if wrong.lineno else "Somewhere"
        raise SourceRefused(
            f"{where} is not Python. Copy the whole code again, from the first line to the last."
        ) from None
    except (MemoryError, RecursionError):
        raise _too_deep() from None
    except ValueError:
        raise SourceRefused(
            "It holds characters or numbers that Python code cannot have."
        ) from None


def _refuse_large(tree: ast.Module) -> None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
        if nodes > MAX_NODES:
            raise SourceRefused("The program is too long: an exported workflow is shorter.")
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _too_deep() -> SourceRefused:
    return SourceRefused("The program is nested too deeply to be an exported workflow.")
