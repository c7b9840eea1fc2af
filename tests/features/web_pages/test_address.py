"""Which addresses are read how, and which machines are never asked."""

from __future__ import annotations

import ipaddress

import pytest

from localmind_app.core.errors import Invalid, NotAllowed
from localmind_app.features.web_pages.address import check_host, follow, is_public, read


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTPS://Example.ORG:443/A?b=c#fragment ", "https://example.org/A?b=c"),
        ("http://example.org.:80/a", "http://example.org/a"),
        ("http://example.org:8080?x=1", "http://example.org:8080/?x=1"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://example.org/a%20b/%zz", "https://example.org/a%20b/%zz"),
        ("https://[2606:2800:220:1::0001]:8443/x", "https://[2606:2800:220:1::1]:8443/x"),
        ("https://93.184.216.34/", "https://93.184.216.34/"),
        ("http://１２７.０.０.１/", "http://127.0.0.1/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("https://example.org/a/../b", "https://example.org/a/../b"),
    ],
)
def test_one_reading(written: str, url: str) -> None:
    assert read(written).url == url
    assert read(read(written).url) == read(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,hello",
        "gopher://example.org:70/_GET",
        "http+unix://%2Frun%2Fsocket/",
        "http:/example.org",
        "http:example.org",
        "http://",
        "http:///path",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:80@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org\\.evil.example/",
        "http://exam ple.org/",
        "http://example.org/\r\nHost: other",
        "http://example.org/a\tb",
        "http://example.org\x00.evil.example/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:8 0/",
        "http://example.org:-80/",
        "http://example.org:８０/",
        "http://[::1",
        "http://::1/",
        "http://[fe80::1%25eth0]/",
        "http://[127.0.0.1]/",
        "http://[v1.fe80::a]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1.5/",
        "http://1.2.3.256/",
        "http://example.0x10/",
        "http://-example.org/",
        "http://exa%6dple.org/",
        "http://127.0.0.1%2f@example.org/",
        "http://a..b/",
        "http://" + "a" * 64 + ".org/",
        "http://" + "a." * 127 + "org/",
        "http://☃️\u200d.example\u2028/",
        "https://example.org/" + "a" * 4000,
    ],
)
def test_anything_unclear_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        read(written)


PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::127.0.0.1",
    "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:5db8:d822::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
    "2606:2800:220:1:0:5efe:7f00:1", "2606:2800:220:1:200:5efe:10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("number", PRIVATE)
def test_not_public(number: str) -> None:
    assert not is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize(
    "number",
    ["93.184.216.34", "1.1.1.1", "8.8.8.8", "172.32.0.1", "192.169.0.1", "223.255.255.254", "2606:2800:220:1::1",
     "2a00:1450:4001:800::200e", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34"],
)  # fmt: skip
def test_public(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://router/", "http://printer.local/",
     "http://metadata.google.internal/", "http://nas.lan/", "http://fritz.home.arpa/", "http://x.onion/",
     "https://example.org:22/", "https://example.org:25/", "https://example.org:6667/", "https://example.org:1/"],
)  # fmt: skip
def test_near_names_and_other_ports(url: str) -> None:
    with pytest.raises(NotAllowed):
        check_host(read(url))


@pytest.mark.parametrize("url", ["https://example.org/", "http://example.org:8080/", "https://local.example.org/"])
def test_names_that_may_be_looked_up(url: str) -> None:
    check_host(read(url))


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/b", "https://example.org/b"),
        ("b c", "https://example.org/x/b%20c"),
        ("?q", "https://example.org/x/y?q"),
        ("//other.example/z", "https://other.example/z"),
        ("http://other.example", "http://other.example/"),
        ("../../../b", "https://example.org/b"),
        ("", "https://example.org/x/y"),
        ("#part", "https://example.org/x/y"),
    ],
)
def test_links_are_followed(link: str, url: str) -> None:
    assert follow(read("https://example.org/x/y"), link).url == url


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "//[::1", "http://a@b.example/", "ftp://x.example/", "http://x.example\\@y.example/",
     "/" + "a" * 5000, "data:text/html,x", "//127.1/"],
)  # fmt: skip
def test_links_that_lead_nowhere(link: str) -> None:
    with pytest.raises(Invalid):
        follow(read("https://example.org/x/y"), link)
