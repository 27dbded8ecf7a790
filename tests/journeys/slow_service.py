"""A web service on loopback that holds its answers back until a test lets them go."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SlowService:
    """`with SlowService() as service:`; `service.hold()` and `service.let_go()`."""

    def __init__(self) -> None:
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> "SlowService":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        """Host and port, as a person types them."""
        return f"127.0.0.1:{self._server.server_port}"

    def hold(self) -> None:
        """Answer nobody from now on."""
        self._may_answer.clear()

    def let_go(self) -> None:
        """Answer everybody."""
        self._may_answer.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        may_answer = self._may_answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                may_answer.wait(timeout=300)
                body = b'{"stock": 7}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler
