"""The scripts' own tests, where Node is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT_TESTS = Path(__file__).resolve().parents[1] / "js"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_parts_that_decide() -> None:
    tests = sorted(str(path) for path in SCRIPT_TESTS.glob("*.test.mjs"))
    outcome = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=60)
    assert outcome.returncode == 0, outcome.stdout
