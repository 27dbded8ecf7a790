"""What a web process holds: pages of chats and their streams, and nothing that asks models."""

import os
import subprocess
import sys
from pathlib import Path

LOADED = """
import sys
from app.factory import create_app
from app.settings import Settings
create_app(Settings.from_environment())
import app.chats.streaming
print([name for name in sys.modules if name.split(".")[0] in ("pydantic_ai", "openai", "httpx2")])
"""


def test_the_web_process_never_loads_what_asks_models(tmp_path: Path) -> None:
    environ = os.environ | {"LAMPLIGHT_DATA": str(tmp_path), "LAMPLIGHT_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
