"""Whatever is pasted, the reader answers with a program or with one sentence."""

import ast
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.graph import Graph
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import Finding
from app.moving_in.source.parsing import SourceRefused, decoded, parsed
from tests.moving_in.conftest import PROGRAMS, program

HEAD = "async def run_workflow(workflow_input):\n"
LINES = (
    "    state = {'a': 1, 'b': [1, 2], 'c': None}",
    "    state['a'] = workflow_input['input_as_text']",
    "    r = await Runner.run(one, input=[*h])",
    "    h = [{'role': 'user', 'content': [{'type': 'input_text', 'text': '{{ x }}'}]}]",
    "    h.extend([item.to_input_item() for item in r.new_items])",
    "    if state['a'] == 'x':",
    "    elif r.final_output.category in ('a', 'b'):",
    "    else:",
    "    while i < len(state['b']):",
    "    while state['a'] != 'done':",
    "    for item in state['b']:",
    "    i += 1",
    "    if approval_request('May it go on?'):",
    "    if not approval_request(f'Is {r} fine?'):",
    "    g = await run_guardrails(ctx, state['a'], 'text/plain', rules)",
    "    if guardrails_has_tripwire(g):",
    "    return {'output_text': r.final_output_as(str), 'other': state}",
    "    return None",
    "    raise ValueError('No {{ number }}')",
    "    try:",
    "    except Exception as error:",
    "    with trace('Name'):",
    "    pass",
    "    break",
    "    one = Agent(name='One', instructions=f'{state} {{{{', tools=[WebSearchTool()])",
    "    x = y = lambda: [a for a in b if (yield)]",
    "    del state",
)


def _deeper(lines: list[tuple[str, int]]) -> str:
    return HEAD + "\n".join("    " * depth + line for line, depth in lines) + "\n"


def _read(text: str) -> MovedIn | None:
    """The program, whole and in every statement reported; or None with a sentence."""
    refused = ""
    try:
        moved = read_program(text)
    except SourceRefused as error:
        refused = error.sentence
    if refused:
        assert refused.endswith(".")
        return None
    assert Graph.from_json(moved.graph.to_json()).digest == moved.graph.digest
    missing = [
        ast.unparse(node)
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.stmt) and not _is_told(node, moved.findings)
    ]
    assert missing == []
    return moved


def _is_told(node: ast.stmt, findings: tuple[Finding, ...]) -> bool:
    return any(one.line <= node.lineno <= one.last_line for one in findings)


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    _read(text)


@given(st.binary(max_size=200))
def test_no_file_makes_it_fail(content: bytes) -> None:
    with suppress(SourceRefused):
        _read(decoded(content))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 3)), max_size=14))
def test_no_order_of_lines_makes_it_fail(lines: list[tuple[str, int]]) -> None:
    _read(_deeper(lines))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from([one for one in LINES if not one.endswith(":")]), max_size=14))
def test_any_program_is_told_line_by_line(lines: list[str]) -> None:
    text = HEAD + "    if a == 1:\n" + "\n".join(f"    {one}" for one in [*lines, "    pass"])
    moved = _read(text)
    if moved is None:
        parsed(text)  # then it was refused for what it is, not for how it is written


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6_000), st.integers(1, 60))
def test_a_program_with_a_piece_missing_is_read_or_refused(start: int, length: int) -> None:
    text = program("returns_desk")
    _read(text[:start] + text[start + length :])


@pytest.mark.parametrize("file", sorted(PROGRAMS.glob("*.txt")), ids=lambda file: file.stem)
def test_every_statement_is_in_the_report(file: object) -> None:
    assert _read(file.read_text("utf-8")) is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "nothing in it"),
        ("x = 1\0", "null byte"),
        ("x = " + "(" * 90_000, "too deeply"),
        ("x = " + "-" * 90_000 + "1", "too deeply"),
        ("x = a" + ".b" * 40_000, "too deeply"),
        ("if a: pass\n" + "elif a: pass\n" * 30_000, "too deeply"),
        ("x = '" + "a" * 200_000 + "'", "One line has"),
        ("x = '" + "a" * 1_000_000 + "'", "larger than 512 KB"),
        ("x = 1\n" * 80_000, "too long"),
        ("x = f'" + "{a}" * 20_000 + "'", "in it. That is too many"),
        ("x = " + "9" * 10_000, "not Python"),
        ("def run_workflow(:", "Line 1 is not Python"),
        ('import { Agent } from "@openai/agents";', "TypeScript"),
        ("print('hello')", "no workflow in it"),
        (HEAD + "    t = 'x'\n" + "    t = t + t\n" * 60 + "    return t\n", ""),
        (HEAD + "    t = 'x'\n" + "    t += t\n" * 60 + "    return f'{t}{t}'\n", ""),
        (HEAD + "    t = {}\n" + "    t = {'a': t, 'b': t}\n" * 60 + "    return t\n", ""),
        (HEAD + "    t = 'x'\n" + "    t = f'{t}{t}'\n" * 60 + "    return t\n", ""),
        (HEAD + "    h = [{'role': 'u', 'content': 'x'}]\n" + "    h.extend([*h, *h])\n" * 60, ""),
        (HEAD + "".join("    raise ValueError('x')\n" for _ in range(3)), ""),
        (HEAD + "    state = {'a': 'b'}\n" + "    r = await Runner.run(a)\n" * 5, ""),
    ],
)
def test_bad_input_has_its_sentence(text: str, sentence: str) -> None:
    began = time.process_time()
    if sentence:
        with pytest.raises(SourceRefused, match=sentence):
            read_program(text)
    else:
        read_program(text)
    assert time.process_time() - began < 5


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(SourceRefused, match="larger than 512 KB"):
        decoded(b"x = 1\n" * 100_000)


def test_too_many_steps_are_refused() -> None:
    asks = "".join(f"    r{n} = await Runner.run(a, input='x')\n" for n in range(200))
    with pytest.raises(SourceRefused, match="more than 150 steps"):
        read_program("a = Agent(name='A')\n" + HEAD + asks)


def test_marks_around_the_code_are_taken_off() -> None:
    fenced = f"```python\n{program('returns_desk')}\n```\n"
    assert read_program(fenced).name == "Returns desk"
