"""What the engine alone costs: a step without effect, a plan, one reference filled in."""

import gc
from collections.abc import Callable
from time import process_time

from app.engine import edit
from app.engine.graph import Graph
from app.engine.plan import make_plan, plan
from app.engine.ports import Ports
from app.engine.record import LogLevel, StepRecord
from app.engine.runner import Work, run
from app.lib import clock
from app.lib.resolver import compiled
from app.nodes.catalogue import CATALOGUE

CHAIN_STEPS = 100
ROUNDS = 40


class _Forgets:
    """A recorder that keeps nothing, so that only the engine is measured."""

    def started(self, record: StepRecord, *, durable: bool) -> None:
        """Forget it."""

    def ended(self, record: StepRecord, *, durable: bool) -> None:
        """Forget it."""

    def log(self, level: LogLevel, text: str, *, step_id: str | None, iteration: str) -> None:
        """Forget it."""

    def tick(self) -> None:
        """Nothing to do."""


def measure() -> dict[str, float]:
    """CPU µs: per pure step in a chain of 100, per step planned, per reference filled in."""
    graph = chain(CHAIN_STEPS)
    ready = plan(graph, CATALOGUE)
    template = compiled("Dear {{ trigger.name | upper }}, {{ steps.sum.total | plus: 1 }} in all.")
    roots = {"trigger": {"name": "Ada"}, "steps": {"sum": {"total": 41}}}

    def one_run() -> None:
        work = Work(
            trigger={"amount": 1},
            run_id="bench",
            ports_for=lambda step, iteration: Ports(http=None, clock=clock.now),  # type: ignore[arg-type]
            recorder=_Forgets(),
        )
        outcome = run(ready, work)
        if outcome.status != "success":
            raise RuntimeError(outcome.error)

    return {
        "engine_us_per_pure_step": _cpu_us(one_run) / (CHAIN_STEPS + 1),
        "engine_plan_us_per_step": _cpu_us(lambda: make_plan(graph, CATALOGUE)) / (CHAIN_STEPS + 1),
        "engine_read_graph_us_per_step": _cpu_us(lambda: Graph.from_json(graph.to_json()))
        / (CHAIN_STEPS + 1),
        "engine_resolver_us": _cpu_us(lambda: [template.resolve(roots) for _ in range(100)]) / 100,
    }


def chain(length: int) -> Graph:
    """A form, then `length` steps that each add one to what the step before came to."""
    graph, last = edit.add_step(Graph.empty(), CATALOGUE["start_form"])
    asked = {"label": "Amount", "key": "amount", "kind": "number"}
    graph = edit.set_fields(graph, last.id, {"inputs": [asked]})
    before = "trigger.amount"
    for _ in range(length):
        graph, last = edit.add_step(graph, CATALOGUE["set_values"], after=last.id)
        rows = [
            {"name": "amount", "value": f"{{{{ {before} | plus: 1 }}}}"},
            {"name": "text", "value": f"It was {{{{ {before} }}}} before."},
        ]
        graph = edit.set_fields(graph, last.id, {"values": rows})
        before = f"steps.{last.key}.amount"
    return graph


def _cpu_us(work: Callable[[], object]) -> float:
    """The median CPU time of one call, in µs."""
    work()
    gc.collect()
    taken = []
    for _ in range(ROUNDS):
        began = process_time()
        work()
        taken.append(process_time() - began)
    return sorted(taken)[ROUNDS // 2] * 1_000_000
