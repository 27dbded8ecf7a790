"""`Door.send`: checks, resolves, connects, follows; the only way out of the product."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from urllib3 import HTTPResponse
from urllib3.connection import HTTPException
from urllib3.exceptions import HTTPError

from app.lib.safe_http.body import arriving, read_body
from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.headers import joined, wire_headers, with_headers
from app.lib.safe_http.hosts import HostPattern
from app.lib.safe_http.lookup import Lookup, Resolve, system_resolve
from app.lib.safe_http.messages import (
    BodyStream,
    HttpAnswer,
    HttpCall,
    HttpFailed,
    HttpRefused,
    HttpStream,
    check_header,
)
from app.lib.safe_http.pinned import (
    LimitedSocket,
    PinnedHTTPConnection,
    PinnedHTTPSConnection,
    Route,
)
from app.lib.safe_http.redirects import MAX_REDIRECTS, next_call, redirect_url
from app.lib.safe_http.target import Target

_NOTHING: Mapping[str, str] = MappingProxyType({})
_TROUBLE = (HttpFailed, OSError, HTTPError, HTTPException, ValueError)
_BODY_METHODS = frozenset(("POST", "PUT", "PATCH"))


class Door:
    """Sends calls; holds no state between them but the trusted certificates. Thread-safe.

    private_hosts: patterns (see `HostPattern`) of hosts that may lead into a private network.
    resolve: how names become addresses; the system's way unless a test says otherwise.
    """

    def __init__(
        self, private_hosts: Sequence[str] = (), *, resolve: Resolve = system_resolve
    ) -> None:
        patterns = tuple(HostPattern.parse(text) for text in private_hosts)
        self._lookup = Lookup(patterns, resolve)
        # It warns of odd answers with the whole web address, in which a secret may stand.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)

    def send(
        self,
        call: HttpCall,
        *,
        secret_headers: Mapping[str, str] = _NOTHING,
        secret_query: Mapping[str, str] = _NOTHING,
        secret_hosts: Sequence[str] = (),
    ) -> HttpAnswer:
        """Send `call` and return the answer, after at most five redirects.

        The secrets are added only for a host that `secret_hosts` (patterns) covers, over https
        or to a host the installation named as its own, and never after a redirect elsewhere.
        Raises HttpRefused when a rule forbids it, HttpFailed when no usable answer came.
        """
        call.check()
        deadline = Deadline(call.timeout_s)
        start = target = Target.parse(call.url)
        has_secrets = bool(secret_headers or secret_query)
        if has_secrets:
            self._check_secrets(target, secret_headers, secret_hosts)
        for _hop in range(MAX_REDIRECTS + 1):
            sent = call
            to = target
            if has_secrets:
                sent = with_headers(call, secret_headers)
                to = target.with_query(dict(secret_query)) if secret_query else target
            answer, location = self._exchange(sent, to, deadline, shown=target)
            elsewhere = redirect_url(answer.status, location, target)
            if elsewhere is None or not call.follow_redirects:
                return answer
            there = Target.parse(elsewhere)
            call = next_call(call, answer.status, target, there)
            has_secrets = has_secrets and target.is_same_place(there)
            target = there
        raise HttpFailed(
            f"{start.host} sent the call on more than {MAX_REDIRECTS} times without an answer."
        )

    def open(
        self,
        call: HttpCall,
        *,
        secret_headers: Mapping[str, str] = _NOTHING,
        secret_hosts: Sequence[str] = (),
    ) -> HttpStream:
        """Send `call` and return its answer as soon as it begins, to be read while it arrives.

        As `send`, but a redirect is an answer like any other. Whoever opens it closes it.
        """
        call.check()
        deadline = Deadline(call.timeout_s)
        to = Target.parse(call.url)
        if secret_headers:
            self._check_secrets(to, secret_headers, secret_hosts)
        connection = self._connection(self._route(to, deadline))
        sock: LimitedSocket | None = None
        try:
            sock = _limited(connection, max_bytes=call.max_bytes)
            response = _asked(connection, sock, with_headers(call, secret_headers), to)
        except _TROUBLE as error:
            connection.close()
            unsure = sock is not None and sock.has_sent
            if sock is not None:
                sock.shut()
            raise HttpFailed(_sentence(error, to.host, deadline), unsure=unsure) from error
        return HttpStream(
            status=response.status,
            reason=response.reason or "",
            headers=joined(response),
            chunks=_read(response, to, call, deadline, shut=sock.shut),
            close=sock.shut,
        )

    def _check_secrets(
        self, target: Target, headers: Mapping[str, str], secret_hosts: Sequence[str]
    ) -> None:
        for name, value in headers.items():
            check_header(name, value)
        patterns = [HostPattern.parse(text) for text in secret_hosts]
        if not any(pattern.covers(target.host, target.port) for pattern in patterns):
            allowed = ", ".join(str(pattern) for pattern in patterns) or "no host"
            raise HttpRefused(
                f"This connection's secret may go to {allowed}, not to {target.host}. "
                "Change the web address, or choose another connection."
            )
        self.check_line(target)

    def check_line(self, target: Target) -> None:
        """Raise HttpRefused where no secret may go over the line there."""
        if not target.is_secure and not self._lookup.may_be_private(target):
            raise HttpRefused(
                f"A secret is only sent over an encrypted line. "
                f"Write the address of {target.host} with https://."
            )

    def _exchange(
        self, call: HttpCall, to: Target, deadline: Deadline, *, shown: Target
    ) -> tuple[HttpAnswer, str | None]:
        """One hop: the answer and its Location header. `shown` is `to` without secrets."""
        connection = self._connection(self._route(to, deadline))
        sock: LimitedSocket | None = None
        try:
            sock = _limited(connection, max_bytes=call.max_bytes)
            return _talk(connection, sock, call, to, deadline=deadline, shown=shown)
        except _TROUBLE as error:
            unsure = sock is not None and sock.has_sent
            raise HttpFailed(_sentence(error, to.host, deadline), unsure=unsure) from error
        finally:
            connection.close()
            if sock is not None:
                sock.shut()

    def _route(self, to: Target, deadline: Deadline) -> Route:
        addresses = self._lookup.pin(to, deadline)
        return Route(to, addresses, deadline, private=self._lookup.may_be_private(to))

    def _connection(self, route: Route) -> PinnedHTTPConnection | PinnedHTTPSConnection:
        if route.target.is_secure:
            return PinnedHTTPSConnection(route, self._tls)
        return PinnedHTTPConnection(route)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made at the first https call: reading the trusted certificates takes about 20 ms."""
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context


def _limited(
    connection: PinnedHTTPConnection | PinnedHTTPSConnection, *, max_bytes: int
) -> LimitedSocket:
    connection.connect()
    sock = LimitedSocket(connection.sock, connection.route, max_bytes=max_bytes)
    connection.sock = sock
    return sock


def _asked(
    connection: PinnedHTTPConnection | PinnedHTTPSConnection,
    sock: LimitedSocket,
    call: HttpCall,
    to: Target,
) -> HTTPResponse:
    """The answer with its headers read and its body still to come."""
    body = b"" if call.body is None and call.method in _BODY_METHODS else call.body
    connection.request(
        call.method,
        to.request_path,
        body=body.chunks() if isinstance(body, BodyStream) else body,
        headers=wire_headers(call, to),
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    sock.expect_body()
    return response


def _read(
    response: HTTPResponse,
    to: Target,
    call: HttpCall,
    deadline: Deadline,
    *,
    shut: Callable[[], None],
) -> Iterator[bytes]:
    try:
        yield from arriving(response, host=to.host, max_bytes=call.max_bytes)
    except _TROUBLE as error:
        raise HttpFailed(_sentence(error, to.host, deadline), unsure=True) from error
    finally:
        shut()


def _talk(
    connection: PinnedHTTPConnection | PinnedHTTPSConnection,
    sock: LimitedSocket,
    call: HttpCall,
    to: Target,
    *,
    deadline: Deadline,
    shown: Target,
) -> tuple[HttpAnswer, str | None]:
    response = _asked(connection, sock, call, to)
    location = response.headers.get("location")
    if redirect_url(response.status, location, shown) and call.follow_redirects:
        content = b""  # nobody reads it, and the connection ends here
    else:
        content = read_body(response, host=to.host, max_bytes=call.max_bytes, sink=call.sink)
    answer = HttpAnswer(
        status=response.status,
        reason=response.reason or "",
        headers=joined(response),
        body=content,
        url=shown.url,
        elapsed_s=deadline.elapsed_s,
    )
    return answer, location


def _sentence(error: Exception, host: str, deadline: Deadline) -> str:
    if isinstance(error, HttpFailed):
        return error.sentence
    if isinstance(error, TimeoutError):
        return deadline.passed(host).sentence
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {host} cannot be trusted ({error.verify_message}). "
            "Nothing was sent."
        )
    if isinstance(error, ssl.SSLError):
        return f"{host} could not agree on an encrypted line. Check that it answers over https."
    return f"{host} broke off the connection or did not speak HTTP. Try again later."
