"""Every way to write an inner address that has fooled a guard before, and the outer ones."""

import pytest

from app.lib.safe_http import Door, HttpCall, HttpRefused
from app.lib.safe_http.addresses import Reach, reach

# What the operating system's resolver may hand back for a name.
_INNER = """
127.0.0.1 127.255.255.254 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1
100.64.0.1 192.0.0.1 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1
::1 fc00::1 fd12:3456:789a::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 2002:7f00:1:: 2002:a00:1:: 2002:c0a8:101::1
2001:0:4136:e378:8000:63bf:80ff:fffe
2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:127.0.0.1 2001:db8::1 3fff::1 fec0::1 100::1 5f00::1
2001:10::1 4000::1
"""
_NEVER = """
169.254.169.254 169.254.1.1 169.254.170.2 168.63.129.16 100.100.100.200 192.0.0.192 0.0.0.0
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: fe80::1 fe80::1%eth0 fd00:ec2::254 ff02::1
ff0e::1 ::ffff:169.254.169.254 ::ffff:0.0.0.0 64:ff9b::169.254.169.254 64:ff9b:1::169.254.169.254
64:ff9b:1::127.0.0.1 64:ff9b:1:7f00:0:100:: 64:ff9b:1::8.8.8.8 2001::1
2002:a9fe:a9fe:: 2606:4700::5efe:169.254.169.254 ::169.254.169.254
"""
_OUTER = """
8.8.8.8 1.1.1.1 93.184.215.14 172.15.255.255 172.32.0.1 192.167.255.255 11.0.0.1 100.63.255.255
100.128.0.1 126.255.255.255 128.0.0.1 2606:4700:4700::1111 2a00:1450:4001:80b::200e
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1
"""
# What a person or a redirect may write; none may become a request.
_WRITTEN = """
http://127.0.0.1/ http://127.1/ http://127.0.1/ http://2130706433/ http://0x7f000001/ http://0x7f.1/
http://0177.0.0.1/ http://017700000001/ http://0x7f.0x0.0x0.0x1/ http://127.0.0.01/ http://0/
http://127.0.0.1./ http://[::1]/ http://[::]/ http://[::ffff:7f00:1]/ http://[0:0:0:0:0:0:0:1]/
http://[fe80::1%25eth0]/ http://[::1%251]/ http://１２７.０.０.１/ http://①②⑦.⓪.⓪.①/
http://127。0。0。1/ http://127.0.0.1%2eexample.com/ http://127%2e0.0.1/ http://0xa9fea9fe/
http://169.254.169.254/latest/meta-data/ http://[::ffff:a9fe:a9fe]/ http://2852039166/
http://user@127.0.0.1/ http://example.com@127.0.0.1/ http://127.0.0.1#@example.com/
http://127.0.0.1\\@example.com/ http://exa..mple.com/ http://.127.0.0.1/ http://999.1.1.1/
http://256.256.256.256/ http://1.2.3.4.5/ http://127.0.0.1:0/ http://127.0.0.1:99999/
http://127.0.0.1:80:80/ http://[127.0.0.1]/ http://[::1/ ftp://127.0.0.1/ file:///etc/passwd
gopher://127.0.0.1:6379/_FLUSHALL //127.0.0.1/ 127.0.0.1 http:///etc http:127.0.0.1
javascript:alert(1) http://exa_mple-.com/ http://-example.com/
"""
INNER, NEVER, OUTER, WRITTEN = (text.split() for text in (_INNER, _NEVER, _OUTER, _WRITTEN))


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_private(address: str) -> None:
    assert reach(address) is Reach.PRIVATE


@pytest.mark.parametrize("address", NEVER)
def test_machine_addresses_are_never_reached(address: str) -> None:
    assert reach(address) is Reach.NEVER


@pytest.mark.parametrize("address", OUTER)
def test_public_addresses_are_public(address: str) -> None:
    assert reach(address) is Reach.PUBLIC


def test_the_corpus_is_large_enough() -> None:
    assert len({*INNER, *NEVER}) >= 42


@pytest.mark.parametrize("url", WRITTEN)
def test_no_spelling_of_an_inner_address_gets_out(url: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(HttpRefused):
        Door(resolve=resolve).send(HttpCall(method="GET", url=url))


@pytest.mark.parametrize("address", [*INNER, *NEVER])
def test_no_name_may_lead_there(address: str) -> None:
    door = Door(resolve=lambda host, port: ["93.184.215.14", address])
    with pytest.raises(HttpRefused, match=r"inner\.example leads to an address"):
        door.send(HttpCall(method="GET", url="https://inner.example/"))


@pytest.mark.parametrize("address", NEVER)
def test_naming_the_host_does_not_open_machine_addresses(address: str) -> None:
    door = Door(("inner.example",), resolve=lambda host, port: [address])
    with pytest.raises(HttpRefused, match="never sends anything there"):
        door.send(HttpCall(method="GET", url="http://inner.example/"))
