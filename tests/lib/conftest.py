"""Fixtures for the library's tests: a certificate authority the door trusts."""

from pathlib import Path

import pytest

from tests.loopback import Certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A throw-away authority."""
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this process trust the authority, the way an administrator would."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
    return certificates.ca_file
