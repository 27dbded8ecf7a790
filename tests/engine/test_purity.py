"""The core starts nothing: importing it loads no web, no queue and no database."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
import importlib, pkgutil, sys
import app.engine, app.lib, app.llm, app.nodes
for package in (app.engine, app.lib, app.llm, app.nodes):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
heavy = {"flask", "werkzeug", "rq", "redis", "sqlalchemy", "alembic", "jinja2", "wtforms"}
print(",".join(sorted(heavy & {name.partition(".")[0] for name in sys.modules})))
"""


def test_a_fresh_interpreter_loads_only_the_core() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
