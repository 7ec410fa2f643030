"""Which addresses may be asked, and how each is written."""

import ipaddress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.errors import FetchError
from bot.net.address import OTHER_PORTS, canonical, checked
from bot.net.inward import is_inward

INWARD = [
    "0.0.0.0",  # noqa: S104 - refused, and not listened at
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.1.2.3", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::1",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "fe80::1%eth0", "2606:4700::1%2",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0", "128.0.0.1",
    "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "198.17.255.255",
    "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
]  # fmt: skip


@pytest.mark.parametrize("number", INWARD)
def test_what_leads_into_a_network_is_inward(number: str):
    assert is_inward(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_the_public_net_is_not_inward(number: str):
    assert not is_inward(ipaddress.ip_address(number))


@given(st.ip_addresses())
def test_nothing_is_asked_that_python_calls_special(number):
    assert is_inward(number) or not (
        number.is_private or number.is_multicast or number.is_reserved or number.is_loopback
        or number.is_link_local or number.is_unspecified
    )  # fmt: skip


def test_what_the_operator_allows_is_not_inward():
    allowed = [ipaddress.ip_network("10.1.2.0/24"), ipaddress.ip_network("fd12::/16")]

    assert not is_inward(ipaddress.ip_address("10.1.2.3"), allowed)
    assert not is_inward(ipaddress.ip_address("fd12::1"), allowed)
    assert is_inward(ipaddress.ip_address("10.1.3.1"), allowed)
    assert is_inward(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)


def test_who_allows_translated_addresses_does_not_allow_networks_behind_them():
    allowed = [ipaddress.ip_network("64:ff9b::/96")]

    assert not is_inward(ipaddress.ip_address("64:ff9b::5db8:d822"), allowed)
    assert is_inward(ipaddress.ip_address("64:ff9b::7f00:1"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "//example.org/", "/page", "file:///etc/passwd", "ftp://example.org/", "http:///x",
        "javascript:alert(1)", "gopher://example.org:70/_x", "data:text/html,x", "http:example.org",
        "http://ann@example.org/", "http://ann:secret@example.org/", "http://\ud800.org/",
        "http://example.org/\r\nHost: evil.test", "http://example.org/\x00", "http://exam\tple.org/",
        "http://example.org/\u2028x", "http://example.org:x/", "http://example.org:65536/",
        "http://example.org:-1/", "http://example.org:²/", "http://example.org/\ud800",
        "http://example.org/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused_in_a_line(url: str):
    with pytest.raises(FetchError) as refusal:
        checked(url)

    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("port", sorted(OTHER_PORTS))
def test_ports_of_what_is_no_http_are_refused(port: int):
    with pytest.raises(FetchError, match=f"has port {port}, at which no pages are"):
        checked(f"http://example.org:{port}/")


def test_a_password_in_an_address_is_told_to_be_left_out():
    with pytest.raises(FetchError, match="must not hold a user's name or a password"):
        checked("http://ann:secret@example.org/")


def test_a_number_inside_a_network_is_refused_before_anything_is_asked():
    allowed = [ipaddress.ip_network("10.1.2.0/24")]

    with pytest.raises(
        FetchError, match=r"^10\.1\.3\.1: leads to 10\.1\.3\.1, inside a network; add it to library"
    ):
        checked("http://10.1.3.1/", allowed)
    assert checked("http://10.1.2.3/", allowed) == "http://10.1.2.3/"


def test_other_ports_are_asked():
    assert checked("http://example.org:8080/") == "http://example.org:8080/"


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("  https://example.org/a  \n", "https://example.org/a"),
        ("https://example.org:443/", "https://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("http://example.org:/a", "http://example.org/a"),
        ("http://example.org:0080/", "http://example.org/"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/?", "https://example.org/"),
        ("https://example.org?a=1", "https://example.org/?a=1"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../../a/..", "https://example.org/"),
        ("https://example.org/a/%2E%2e/b", "https://example.org/b"),
        ("https://example.org/a//b", "https://example.org/a//b"),
        ("https://example.org/%7euser/%c3%a9%2f", "https://example.org/~user/%C3%A9%2F"),
        ("https://example.org/é x", "https://example.org/%C3%A9%20x"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/?q=a+b&q=%e4%b8%ad", "https://example.org/?q=a+b&q=%E4%B8%AD"),
        ("https://example.org/?b=2&a=1&&c", "https://example.org/?b=2&a=1&&c"),
        ("https://example.org/?utm_source=x&a=1&fbclid=2&UTM_MEDIUM=y", "https://example.org/?a=1"),
        ("https://example.org/?gclid=1&mc_cid=2", "https://example.org/"),
        ("https://example.org/?utm%5Fsource=x", "https://example.org/"),
        ("https://example.org/?ref=x&format=rss", "https://example.org/?ref=x&format=rss"),
        ("https://example.org\\a\\b?c=\\", "https://example.org/a/b?c=%5C"),
        ("https://example.org\\@evil.test/", "https://example.org/@evil.test/"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://例え.テスト/道", "https://xn--r8jz45g.xn--zckzah/%E9%81%93"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://my_site.example.org./", "https://my_site.example.org./"),
    ],
)
def test_an_address_is_written_in_one_way(url: str, one: str):
    assert canonical(url) == one


def test_what_is_asked_keeps_its_whole_query():
    assert checked("https://example.org/?utm_source=x&a=1#b") == "https://example.org/?utm_source=x&a=1"


addresses = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.one_of(
            st.sampled_from(["example.org", "127.0.0.1", "[::1]", "ex.org:80", "Bücher.example", "①.②"]),
            st.text(alphabet="aB1.:[]@%-_é。%0xﬁ²\\", max_size=20),
            st.text(max_size=12),
        ),
        st.text(alphabet="/.%2eE5C3af\\é ~;=", max_size=30),
        st.text(alphabet="?&=%utm_source4153#+\\'\"[]", max_size=30),
    ),
)


@settings(max_examples=1_000, deadline=None)
@given(addresses)
@example("http://example.org/%%34%31")
@example("http://example.org/%2%35")
@example("http://example.org/" + "é" * 400)
def test_the_one_way_stays_as_it_is_and_nothing_else_is_raised(url: str):
    try:
        one = canonical(url)
    except FetchError:
        return

    assert canonical(one) == one
    assert one.isascii()
    assert str(URL(one, encoded=True)) == one
    assert URL(one, encoded=True).raw_host == one.split("/")[2].rpartition("]")[0].lstrip("[") or (
        URL(one, encoded=True).raw_host == one.split("/")[2].partition(":")[0]
    )
