"""Asks the web server for its front page, to know when the house is ready."""

import re
import socket
import ssl

from app.supervisor.address import Address

TIMEOUT_S = 20.0  # the first page compiles templates


def first_answer(place: Address) -> int | None:
    """Return the status of `GET /`, or None while nobody answers."""
    try:
        with socket.create_connection((place.reachable_host, place.port), TIMEOUT_S) as caller:
            talking = _over_tls(caller) if place.certificate else caller
            talking.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = talking.recv(4096)
    except OSError:
        return None
    status = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(status[1]) if status else None


def _over_tls(caller: socket.socket) -> ssl.SSLSocket:
    # It is our own server, asked whether it is there; its certificate names another host.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(caller)
