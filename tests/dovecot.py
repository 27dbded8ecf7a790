"""A Dovecot for tests: Debian's own, with a throw-away folder, user and password, on loopback."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
USER, PASSWORD = "desk@harbour.example", "a herring in the mail"
_NOBODY = "nobody"  # mail is kept as somebody who is not root
_READY_S = 20

_CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
instance_name = {name}
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain {mechanisms}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {internal}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """Use with `with`. `certificate` is a PEM file with key and chain; without it, no TLS."""

    def __init__(self, certificate: Path | None = None, *, mechanisms: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ll-dove-"))
        self.folder.chmod(0o755)  # mail is read by another user
        self.port, self.tls_port = _free_port(), _free_port()
        self._certificate, self._mechanisms = certificate, mechanisms
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Dovecot":
        own = pwd.getpwuid(os.geteuid())
        keeper = pwd.getpwnam(_NOBODY) if own.pw_uid == 0 else own
        for name in ("mail", "home", "run"):
            (self.folder / name).mkdir()
        for name in ("cur", "new", "tmp"):
            (self.folder / "mail" / name).mkdir()
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        self._config().write_text(self._settings(own, keeper))
        self._give_to(keeper)
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Listen."""
        assert PROGRAM
        self._process = subprocess.Popen([PROGRAM, "-F", "-c", str(self._config())])
        deadline = time.monotonic() + _READY_S
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)  # between two looks, never instead of one

    def stop(self) -> None:
        """Go away, as a server under repair does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def deliver(self, raw: bytes) -> None:
        """Put a message into the inbox, as a mail server does: whole, by a rename."""
        box = self.folder / "mail"
        name = f"{time.time_ns()}.{uuid.uuid4().hex}.test"
        draft = box / "tmp" / name
        draft.write_bytes(raw)
        owner = box.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
        draft.rename(box / "new" / name)

    def flags(self) -> list[str]:
        """The flags of each message in the inbox: S for read."""
        found = (self.folder / "mail").glob("*/*.test*")
        return sorted(path.name.partition(":2,")[2] for path in found)

    def number_anew(self) -> None:
        """Forget which message has which number; the next look finds another UIDVALIDITY."""
        self.stop()
        for path in (self.folder / "mail").glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # UIDVALIDITY is a time in whole seconds
        self.start()

    def _settings(self, own: pwd.struct_passwd, keeper: pwd.struct_passwd) -> str:
        return _CONFIG.format(
            folder=self.folder,
            name=self.folder.name,
            ssl="yes" if self._certificate else "no",
            certificate=(
                f"ssl_cert = <{self._certificate}\nssl_key = <{self._certificate}"
                if self._certificate
                else ""
            ),
            mechanisms=self._mechanisms,
            internal=keeper.pw_name if own.pw_uid == 0 else own.pw_name,
            group=grp.getgrgid(keeper.pw_gid).gr_name,
            mail_uid=keeper.pw_uid,
            mail_gid=keeper.pw_gid,
            port=self.port,
            tls_port=self.tls_port if self._certificate else 0,
        )

    def _give_to(self, keeper: pwd.struct_passwd) -> None:
        for name in ("mail", "home"):
            for path in (self.folder / name, *(self.folder / name).rglob("*")):
                os.chown(path, keeper.pw_uid, keeper.pw_gid)

    def _config(self) -> Path:
        return self.folder / "dovecot.conf"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
