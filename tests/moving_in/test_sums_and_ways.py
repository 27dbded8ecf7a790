"""Sums, texts, tests in any nesting, and what names mean where ways come together."""

import pytest

from app.moving_in.report import State
from tests.engine.flows import play
from tests.moving_in.test_constructs import ASK, SORT, errors, moved, only, said

READY, BY_HAND = State.READY, State.BY_HAND


def test_parts_of_groups_in_code() -> None:
    head = (
        "class Cart(BaseModel):\n  rows: list[Sorted]\n"
        "cart = Agent(name='Cart', output_type=Cart)\n"
    )
    program = moved(
        "c = await Runner.run(cart, input=[*h])\n"
        "names = [row.kind.upper() for row in c.final_output.rows if row.sure > 0.5]\n"
        f"{ASK}agent = r.last_agent\nreturn names",
        head=head,
    )
    assert only(program, "code").fields["code"] == (
        "return [row['kind'].upper() for row in rows if row['sure'] > 0.5]"
    )
    assert said(program, "agent = r.last_agent")[0] is BY_HAND
    assert errors(program) == []


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("if a:\n  t = 'x'\nelse:\n  t = 'y'", '{{ steps.set_t.t | default: "y" }}'),
        ("t = 'y'\nif a:\n  t = f'{a}!'", '{{ steps.set_t.t | default: "y" }}'),
        (
            "if a > 9:\n  t = s.final_output.kind\nelse:\n  t = workflow['input_as_text']",
            "{{ steps.set_t.t | default: trigger.input_as_text }}",
        ),
        (
            "t = 'a'\nif a > 9:\n  if a > 99:\n    t = 'b'\nelse:\n  t = 'c'",
            '{{ steps.set_t_2.t | default: "c" }}',
        ),
        ("t = 'x'\nif a:\n  return 'no'", "x"),
    ],
)
def test_what_ways_make_of_a_name_is_what_the_taken_way_made(lines: str, path: str) -> None:
    program = moved(f"{SORT}a = workflow['amount']\n{lines}\nreturn t")
    answers = [one.fields["text"] for one in program.graph.steps if one.type == "answer"]
    assert answers[-1] == path
    assert errors(program) == []


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("1 < a <= 5", {3: "a", 5: "a", 1: "b", 6: "b"}),
        ("a == 1 or (a > 5 and a < 9)", {1: "a", 6: "a", 5: "b", 9: "b"}),
        ("not (a == 1 or (a > 5 and a < 9))", {1: "b", 6: "b", 5: "a", 9: "a"}),
        ("(a > 1 and a < 4) or (a > 6 and not a in [8, 9])", {2: "a", 7: "a", 8: "b", 5: "b"}),
        ("a not in [1, 2] and a != 3", {1: "b", 3: "b", 4: "a"}),
        ("a + 1 > 4 and a * 2 <= 10 - 0", {4: "a", 3: "b", 6: "b"}),
        ("a", {0: "b", 1: "a"}),
        ("len(state['name']) > a", {4: "a", 5: "b"}),
    ],
)
def test_a_test_in_any_nesting_takes_the_same_way(test: str, words: dict[int, str]) -> None:
    program = moved(f"a = workflow['amount']\nif {test}:\n  return 'a'\nreturn 'b'")
    assert said(program, "if ")[0] is READY
    assert errors(program) == []
    for amount, answer in words.items():
        outcome, _ = play(program.graph, {"input_as_text": "x", "amount": amount})
        assert (amount, outcome.answer) == (amount, answer)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("state['tries'] + 1", 3),
        ("state['tries'] - workflow['amount']", -3),
        ("10 - state['tries']", 8),
        ("state['tries'] * 3 / 4", 1.5),
        ("round(state['tries'] / 3, 2)", 0.67),
        ("f\"{state['name']} {state['tries']:.2f}\"", "Maria 2.00"),
        ("'Dear ' + state['name'].upper() + '.'", "Dear MARIA."),
        ("len(state['name']) + 1", 6),
        ("-2 + 3", 1),
        ("', '.join([state['name'], 'Ben'])", "Maria, Ben"),
    ],
)
def test_sums_and_texts_on_the_state_come_to_the_same(value: str, answer: object) -> None:
    program = moved(
        f"state['tries'] = 2\nstate['out'] = {value}\nreturn {{'a': state['out'], 'b': 1}}"
    )
    assert said(program, "state['out'] =")[0] is READY
    outcome, _ = play(program.graph, {"input_as_text": "x", "amount": 5})
    assert outcome.answer == {"a": answer, "b": 1}


@pytest.mark.parametrize("line", ["n += item", "n = n + item", "state['n'] += item", "t = t + 'x'"])
def test_what_grows_over_a_loop_is_said_to_be_by_hand(line: str) -> None:
    begun = "n = 0\nt = ''\nstate['n'] = 0\n"
    body = f"{begun}for item in state['list']:\n  state['x'] = item\n  {line}\nreturn n"
    name = line.partition(" ")[0]
    assert said(moved(body), f"{name} = {name}")[0] is BY_HAND


def test_lines_that_print_or_log_are_left_out_and_said_so() -> None:
    program = moved(
        "print(state)\nlogging.info('x')\nlogger.warning('y')\nself.log.debug('z')\nreturn 'a'",
        head="logger = logging.getLogger(__name__)\n",
    )
    for line in ("print", "logging.info", "logger.warning", "self.log.debug"):
        assert said(program, line) == (READY, "Only shows what came: left out.")
