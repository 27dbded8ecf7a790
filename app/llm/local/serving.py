"""Answers on this computer alone, as OpenAI's chat completions do, with one core left to others."""

import importlib
import os
from pathlib import Path
from threading import Event

CONTEXT_TOKENS = 8_192


def serve(file: Path, port: int, *, name: str) -> str:
    """Load the model and begin to answer in threads of its own; the address.

    Raises RuntimeError where the file cannot be loaded or the port is taken.
    """
    library = importlib.import_module("xllamacpp")
    wanted = library.CommonParams()
    wanted.model.path = str(file)
    wanted.model_alias = [name]
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_ctx = CONTEXT_TOKENS
    wanted.cpuparams.n_threads = threads()
    wanted.ui = False
    wanted.endpoint_slots = False
    wanted.cors_origins = f"http://127.0.0.1:{port}"  # no web page of others may read answers
    server = library.Server(wanted)
    _KEPT.append(server)
    return str(server.listening_address)


def threads() -> int:
    """One less than there are cores."""
    return max(1, (os.cpu_count() or 2) - 1)


def until(stopped: Event) -> None:
    """Stay until told; then let go of the model."""
    stopped.wait()
    _KEPT.clear()


_KEPT: list[object] = []  # a server ends with the object that stands for it
