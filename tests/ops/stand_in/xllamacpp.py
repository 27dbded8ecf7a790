"""Stands in for the library that runs a model: the same words in, answers over HTTP out.

It is found by the name of that library where this folder is on the path. Its port comes from
STAND_IN_PORT, since the real one is fixed; it loads as soon as the file STAND_IN_GO is there.
"""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace


class CommonParams(SimpleNamespace):
    """What the library is told; any name can be set."""

    def __init__(self) -> None:
        super().__init__(model=SimpleNamespace(), cpuparams=SimpleNamespace())


class Server:
    """Loads and begins to answer in threads of its own."""

    def __init__(self, wanted: CommonParams) -> None:
        assert Path(wanted.model.path).read_bytes()[:4] == b"GGUF"
        while not Path(os.environ["STAND_IN_GO"]).exists():
            time.sleep(0.01)  # as long as loading takes
        port = int(os.environ["STAND_IN_PORT"])
        server = ThreadingHTTPServer((wanted.hostnames[0], port), _Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://{wanted.hostnames[0]}:{port}"


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"role": "assistant", "content": f"I am {asked['model']}."}
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": asked["model"],
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""
