"""The examples are agents like any other: they check clean and run on a person's own words."""

import pytest

from app.engine.check import problems
from app.engine.problem import Known
from app.gallery.examples import Example, all_examples, by_key
from app.nodes.catalogue import CATALOGUE

EXAMPLES = {example.key: example for example in all_examples()}


def test_there_are_three() -> None:
    assert len(EXAMPLES) == 3
    assert by_key("no such example") is None


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.key)
def test_an_example_has_no_problems(example: Example) -> None:
    assert problems(example.graph, CATALOGUE, known=Known()) == ()


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.key)
def test_an_example_reaches_no_network(example: Example) -> None:
    assert "http_request" not in {step.type for step in example.graph.steps}
