"""What is fetched from the net, and what never is."""

import asyncio
import datetime
import gzip
import ipaddress
import ssl
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_address import INWARD
from webserver import (
    Answer,
    Conditional,
    InTurn,
    Names,
    Server,
    bomb,
    chunks,
    cut_off,
    drip,
    endless,
    head,
    packed,
    page,
    raw,
    redirect,
    reset,
    silence,
)

from bot.errors import FetchError
from bot.net import inflate, polite, robots
from bot.net.clock import Clock
from bot.net.fetch import Fetched, Fetcher, Patience, is_for_good
from bot.net.robots import Robots

NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)
HERE = ipaddress.ip_network("127.0.0.1")
HERE_TOO = ipaddress.ip_network("127.0.0.2")
QUICK = Patience(total=5, connect=2, silence=2)
HASTY = Patience(total=0.2, connect=0.2, silence=0.05)
MOST = 1_000_000
CHUNKED = head(200, {"Transfer-Encoding": "chunked"})


@dataclass(slots=True)
class Hours:
    """A clock at which waiting takes no time."""

    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(passed=lambda: self.at, sleep=self.sleep, now=lambda: NOON)


def with_fetcher(do: Callable[[Fetcher], Awaitable[Any]], **how: Any) -> Any:
    """Do something with a fetcher that may ask this machine at 127.0.0.1."""
    how = {"allowed": [HERE], "patience": QUICK, "clock": Hours().clock, "resolver": Names(), **how}

    async def doing() -> Any:
        async with Fetcher(**how) as fetcher:
            return await do(fetcher)

    return asyncio.run(doing())


def fetch(
    address: str, *, most: int = MOST, etag: str | None = None, modified: str | None = None, **how: Any
) -> Fetched:
    fetched: Fetched = with_fetcher(
        lambda fetcher: fetcher.fetch(address, most=most, accept="*/*", etag=etag, modified=modified), **how
    )
    return fetched


def refused(address: str, **how: Any) -> FetchError:
    with pytest.raises(FetchError) as refusal:
        fetch(address, **how)
    return refusal.value


def signed_by_itself(name: str, folder: Path) -> ssl.SSLContext:
    """A certificate for *name* that nobody vouches for."""
    key, named = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
    )
    stated = (
        x509.CertificateBuilder(named, named, key.public_key(), 1)
        .not_valid_before(datetime.datetime(2020, 1, 1))  # noqa: DTZ001 - that is UTC here
        .not_valid_after(datetime.datetime(2120, 1, 1))  # noqa: DTZ001
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    pem = stated.sign(key, SHA256()).public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/": page(b"hello")}, addresses=("127.0.0.1", "127.0.0.2")) as running:
        yield running


# Which addresses are asked.


@pytest.mark.parametrize("number", [one for one in INWARD if "%" not in one])
def test_a_name_that_leads_inward_is_refused_when_it_is_connected_to(server: Server, number: str):
    refusal = refused(server.at("/", host="evil.test"), allowed=[], resolver=Names({"evil.test": [[number]]}))

    shown = f"evil.test:{server.port}: leads to {number}, inside a network; add it to library.allow in"
    assert str(refusal) == f"{shown} config.yml if that is meant"
    assert number not in refusal.told
    assert not refusal.is_passing
    assert server.connections == 0


@pytest.mark.parametrize("number", [one for one in INWARD if "%" not in one])
def test_a_number_that_leads_inward_is_refused(server: Server, number: str):
    host = f"[{number}]" if ":" in number else number

    assert "inside a network" in str(refused(f"http://{host}:{server.port}/", allowed=[]))
    assert server.connections == 0


def test_the_name_of_this_machine_is_refused(server: Server):
    refusal = refused(server.at("/", host="localhost"), allowed=[], resolver=None)

    assert "inside a network" in str(refusal)
    assert server.connections == 0


@pytest.mark.parametrize("scoped", ["fe80::1%eth0", "fe80::1%1", "no number"])
def test_what_a_name_server_says_that_is_no_public_number_is_refused(server: Server, scoped: str):
    names = Names({"evil.test": [[scoped]]})

    assert "inside a network" in str(refused(server.at("/", host="evil.test"), resolver=names))


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.0.1.", "017700000001",
        "1.2.3.4.5", "0x", "1.2.3.256", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "[::1]", "[::ffff:7f00:1]",
        "[fe80::1%25eth0]", "[::1", "ex%61mple.test", "a..test", ".test", "a b.test", "a" * 64 + ".test",
        "x." * 127 + "test", "evil.test\\@good.test", "",
    ],
)  # fmt: skip
def test_odd_ways_to_write_a_host_are_refused(server: Server, host: str):
    with pytest.raises(FetchError):
        fetch(f"http://{host}:{server.port}/", allowed=[])

    assert server.connections == 0


# What names lead to while we look.


def test_a_name_that_leads_elsewhere_the_second_time_is_refused_then(server: Server):
    server.handlers["/"] = page(b"hello", headers={"Connection": "close"}, keeps=False)
    names = Names({"rebind.test": [["127.0.0.2"], ["127.0.0.1"]]})
    address = server.at("/", host="rebind.test")

    async def twice(fetcher: Fetcher) -> None:
        await fetcher.fetch(address, most=MOST, accept="*/*")
        with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.1, inside a network"):
            await fetcher.fetch(address, most=MOST, accept="*/*")

    with_fetcher(twice, allowed=[HERE_TOO], resolver=names)

    assert [one.reached for one in server.asked] == ["127.0.0.2"]


def test_a_name_with_addresses_of_both_kinds_is_asked_at_the_public_one_alone(server: Server):
    names = Names({"both.test": [["127.0.0.1", "::1", "127.0.0.2", "10.0.0.1"]]})

    assert fetch(server.at("/", host="both.test"), allowed=[HERE_TOO], resolver=names).body == b"hello"
    assert [one.reached for one in server.asked] == ["127.0.0.2"]


def test_what_is_allowed_is_asked_by_ipv6_too():
    network = ipaddress.ip_network("::1")

    with Server({"/": page(b"hello")}, addresses=("::1",)) as server:
        assert fetch(server.at("/"), allowed=[network]).body == b"hello"
        assert "inside a network" in str(refused(server.at("/"), allowed=[HERE]))


def test_a_name_with_several_inward_addresses_is_refused_with_one_of_them(server: Server):
    names = Names({"evil.test": [["10.0.0.1", "::1"]]})

    assert "inside a network" in str(refused(server.at("/", host="evil.test"), allowed=[], resolver=names))


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://10.0.0.1/",
        "//192.168.0.1/", "http://metadata.test/", "http://[64:ff9b::a9fe:a9fe]/", "http://2852039166/",
        "http://0xa9fea9fe/", "http://127.0.0.2:{port}/", "file:///etc/passwd", "ftp://example.org/",
        "http://ann:pw@127.0.0.1:{port}/", "http://127.0.0.1:25/", "http://[", "javascript:alert(1)", "",
        "http://\udcff/", "http://a\x7fb/", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_a_redirect_to_what_is_not_asked_is_refused(server: Server, to: str):
    server.handlers["/away"] = redirect(to.format(port=server.port))
    names = Names({"metadata.test": [["169.254.169.254"]]})

    refusal = refused(server.at("/away"), resolver=names)

    assert not refusal.is_passing
    assert server.paths() == ["/away"]


def test_neither_proxies_nor_passwords_are_taken_from_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    assert fetch(server.at("/")).body == b"hello"
    assert "authorization" not in server.asked[0].headers


def test_cookies_are_neither_kept_nor_sent(server: Server):
    server.handlers["/set"] = page(status=302, headers={"Location": "/", "Set-Cookie": "a=1; Path=/"})

    fetch(server.at("/set", host="cookies.test"))

    assert "cookie" not in server.asked[-1].headers


def test_a_server_is_told_who_asks(server: Server):
    fetch(server.at("/"))

    assert server.asked[0].headers["user-agent"].startswith("Briefbot/0.1 (")
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"


# Where answers lead, and what they say.


def test_an_answer_is_returned_with_what_it_states(server: Server):
    stated = {"Content-Type": 'Text/HTML; charset="Latin1"', "ETag": '"x"', "Cache-Control": "max-age=60"}
    server.handlers["/page"] = page(b"caf\xe9", headers={**stated, "Last-Modified": "yesterday"})

    got = fetch(server.at("/page"))

    assert got == Fetched(
        200, server.at("/page"), None, b"caf\xe9", "text/html", "iso8859-1", '"x"', "yesterday", 60
    )


@pytest.mark.parametrize(
    "stated",
    ["", "text/html; charset=", "text/html; charset=no-such", "text/html; charset=zip", "; charset=punycode",
     "text/html; charset=" + "a" * 5000, "text/html; charset=../../x", "text/html; charset=unicode_escape"],
)  # fmt: skip
def test_an_encoding_that_is_none_of_the_web_is_not_passed_on(server: Server, stated: str):
    server.handlers["/page"] = page(b"x", headers={"Content-Type": stated})

    assert fetch(server.at("/page")).charset is None


@pytest.mark.parametrize("etag", ["é", "\udce9", "x" * 501])
def test_an_etag_that_could_not_be_sent_back_is_not_kept(server: Server, etag: str):
    server.handlers["/page"] = page(b"x", headers={"ETag": etag})

    assert fetch(server.at("/page")).etag is None


@pytest.mark.parametrize(("stated", "held"), [
    ("max-age=60", 60), ("public, MAX-AGE = 60", 60), ("no-cache, max-age=60", 0), ("no-store", 0),
    ("max-age=99999999999999", 604_800), ("s-maxage=5", None), ("max-age=-1", None), ("", None),
])  # fmt: skip
def test_an_answer_holds_as_long_as_it_says(server: Server, stated: str, held: int | None):
    server.handlers["/page"] = page(b"x", headers={"Cache-Control": stated})

    assert fetch(server.at("/page")).max_age == held


def test_what_did_not_change_is_not_sent_again(server: Server):
    server.handlers["/feed"] = Conditional(b"<rss/>")
    first = fetch(server.at("/feed"))

    by_etag = fetch(server.at("/feed"), etag=first.etag)
    by_date = fetch(server.at("/feed"), modified=first.modified)
    other = fetch(server.at("/feed"), etag='"2"', modified=first.modified)

    assert [one.status for one in (first, by_etag, by_date, other)] == [200, 304, 304, 200]
    assert (by_etag.body, by_etag.etag) == (b"", '"1"')


def test_a_304_to_who_has_nothing_is_an_error(server: Server):
    server.handlers["/feed"] = raw(head(304, {}))

    assert "answers 304 (Not Modified)" in str(refused(server.at("/feed")))


def test_where_all_led_on_for_good_the_new_address_is_told(server: Server):
    server.handlers |= {"/a": redirect("/b", status=301), "/b": redirect("/", status=308)}

    got = fetch(server.at("/a"))

    assert (got.address, got.moved_to) == (server.at("/"), server.at("/"))


def test_where_one_led_on_for_now_no_new_address_is_told(server: Server):
    server.handlers |= {
        "/a": redirect("/b", status=301), "/b": redirect("/c", status=307), "/c": redirect("/", status=301),
    }  # fmt: skip

    got = fetch(server.at("/a"))

    assert (got.address, got.moved_to) == (server.at("/"), None)


def test_a_way_from_https_to_http_is_not_remembered():
    assert is_for_good(301, "https://a.test/", "https://b.test/")
    assert is_for_good(301, "http://a.test/", "http://b.test/")
    assert not is_for_good(301, "https://a.test/", "http://a.test/")


def test_five_redirects_are_followed_and_no_more(server: Server):
    server.handlers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    server.handlers["/9"] = page(b"there")

    assert fetch(server.at("/4")).body == b"there"
    assert "leads on more than 5 times, or in a circle" in str(refused(server.at("/3")))


def test_a_circle_of_redirects_ends(server: Server):
    server.handlers["/round"] = redirect("/round")

    assert not refused(server.at("/round")).is_passing
    assert len(server.asked) == 6


@pytest.mark.parametrize(("status", "passing", "gone"), [
    (400, False, False), (401, False, False), (403, False, False), (404, True, False), (410, False, True),
    (429, True, False), (451, False, False), (500, True, False), (503, True, False), (522, True, False),
    (501, False, False), (204, False, False), (206, False, False), (300, False, False), (999, False, False),
])  # fmt: skip
def test_an_answer_that_is_none_is_told_by_its_status(server: Server, status: int, passing: bool, gone: bool):
    server.handlers["/x"] = raw(head(status, {"Content-Length": "0"}))

    refusal = refused(server.at("/x"))

    assert f"127.0.0.1:{server.port}: answers {status}" in str(refusal)
    assert (refusal.status, refusal.is_passing, refusal.is_gone) == (status, passing, gone)


@pytest.mark.parametrize(("stated", "seconds"), [
    ("120", 120), (format_datetime(NOON + datetime.timedelta(minutes=5), usegmt=True), 300),
    (format_datetime(NOON - datetime.timedelta(days=5), usegmt=True), 0), ("9" * 18, 86_400),
    ("Sun, 01 Jan 9999 00:00:00 GMT", 86_400), ("soon", None), ("-5", None), ("", None), ("1e9", None),
    ("Mon, 99 Mar 2026 99:00:00 GMT", None), ("Mon, 02 Mar 2026 12:01:00 -0000", 60), ("²", None),
])  # fmt: skip
def test_a_server_that_wants_peace_says_for_how_long(server: Server, stated: str, seconds: float | None):
    server.handlers["/x"] = page(status=429, headers={"Retry-After": stated})

    assert refused(server.at("/x")).retry_after == seconds


# Answers that do not end well.


@pytest.mark.parametrize(
    "answer",
    [
        cut_off(b"half", of=100),
        cut_off(b"half", of=100, resets=True),
        chunks(b"half", ending=b""),
        raw(CHUNKED, b"4\r\nha"),
        raw(CHUNKED, b"zz\r\nhello\r\n0\r\n\r\n"),
        raw(CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n"),
        raw(CHUNKED, b"ffffffffffffffffff\r\nhello"),
        raw(head(200, {"Content-Length": "-5"}), b"hello"),
        raw(head(200, {"Content-Length": "five"}), b"hello"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        raw(b"HTTP/1.1 OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
        raw(b""),
        reset(),
        packed(gzip.compress(b"hello" * 100)[:-9]),
        packed(gzip.compress(b"hello" * 100)[:5]),
        packed(b"no gzip at all"),
        packed(b"\x07no deflate", coding="deflate"),
    ],
)
def test_what_is_not_whole_is_an_error_that_may_pass(server: Server, answer: Answer):
    server.handlers["/x"] = answer

    assert refused(server.at("/x")).is_passing


def test_a_body_without_an_end_stated_ends_with_its_connection(server: Server):
    server.handlers["/x"] = raw(head(200, {}), b"hello")

    assert fetch(server.at("/x")).body == b"hello"


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"x" * 100, every=0.02),
        drip(b"x" * 100, every=0.2),
        silence(),
        raw(b"HTTP/1.1 200 OK\r\n", 60.0),
        raw(
            *(part for n in range(100) for part in (b"HTTP/1.1 200 OK\r\n" if n == 0 else b"a: b\r\n", 0.02))
        ),
        raw(head(200, {"Content-Length": "9"}), b"half", 60.0),
        raw(*(part for _ in range(100) for part in (b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02))),
    ],
)
def test_what_is_too_slow_is_given_up(server: Server, answer: Answer):
    server.handlers["/x"] = answer

    refusal = refused(server.at("/x"), patience=HASTY)

    assert str(refusal) == f"127.0.0.1:{server.port}: does not answer in time"
    assert refusal.is_passing


@pytest.mark.parametrize(
    "answer",
    [
        silence(),
        raw(b"HTTP/1.1 200 OK\r\n", 60.0),
        drip(b"x" * 100, every=10),
        raw(CHUNKED, 0.02, b"zz\r\nhello\r\n0\r\n\r\n", 60.0),
    ],
)
def test_silence_is_given_up_long_before_the_whole_time_is_over(server: Server, answer: Answer):
    server.handlers["/x"] = answer

    assert refused(server.at("/x"), patience=Patience(total=600, connect=600, silence=0.05)).is_passing


def test_the_time_for_a_fetch_is_not_given_anew_to_each_redirect(server: Server):
    def slowly(to: str) -> Answer:
        return raw(0.06, head(302, {"Location": to, "Content-Length": "0"}))

    server.handlers |= {f"/{n}": slowly(f"/{n + 1}") for n in range(5)}
    patience = Patience(total=0.2, connect=1, silence=1)

    assert "in time" in str(refused(server.at("/0"), patience=patience))


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"name: value\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nname: ", b"x" * 1000),
        endless(b"HTTP/1.1 200 ", b"x" * 1000),
        endless(b"", b"x" * 1000),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
        endless(CHUNKED, b"1"),
        endless(CHUNKED + b"5;", b"x" * 1000),
        endless(CHUNKED + b"0\r\n", b"name: value\r\n"),
        endless(CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        endless(head(200, {}), b"x" * 1000),
        endless(head(200, {"Content-Encoding": "gzip"}) + gzip.compress(b"hello"), b"x" * 1000),
        endless(head(302, {"Location": "/x"}), b"x" * 1000),
    ],
)
def test_what_never_ends_is_given_up_and_does_not_fill_the_memory(server: Server, answer: Answer):
    server.handlers["/x"] = answer
    tracemalloc.start()

    refused(server.at("/x"), patience=Patience(total=1, connect=1, silence=1))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MOST


@pytest.mark.parametrize(
    "answer",
    [
        page(b"x" * 1001),
        raw(head(200, {"Content-Length": "99999999999"}), b"x"),
        raw(head(200, {}), b"x" * 1001),
        chunks(b"x" * 600, b"x" * 401),
        packed(gzip.compress(b"hello " * 500)),
        Answer([head(200, {"Content-Encoding": "gzip"}), gzip.compress(b"hello"), 0.01, bytes(1000)]),
        packed(zlib.compress(b"hello " * 500), coding="deflate"),
    ],
)
def test_what_is_larger_than_wanted_is_refused_whole(server: Server, answer: Answer):
    server.handlers["/x"] = answer

    refusal = refused(server.at("/x"), most=1000)

    assert "sends more than 1,000 bytes, which is the most that is taken" in str(refusal)
    assert not refusal.is_passing


def test_what_is_just_as_large_as_wanted_is_taken(server: Server):
    server.handlers["/x"] = packed(gzip.compress(b"hello" * 200))

    assert fetch(server.at("/x"), most=1000).body == b"hello" * 200


@pytest.mark.parametrize("most", [1_000_000, 1_000_000_000])
def test_a_bomb_is_refused_before_it_goes_off(server: Server, most: int):
    server.handlers["/x"] = bomb(100)
    tracemalloc.start()

    refusal = refused(server.at("/x"), most=most)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not refusal.is_passing
    # The zeros' own gzip, 97 kB, unpacked at the largest ratio that is let through, and again as it grows.
    assert peak < 60_000_000


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"hello"), "gzip"),
        (gzip.compress(b"hello"), "x-gzip"),
        (gzip.compress(b"hel") + gzip.compress(b"lo"), "GZIP"),
        (gzip.compress(b"hello") + bytes(100), "gzip"),
        (zlib.compress(b"hello"), "deflate"),
        (zlib.compress(b"hello")[2:-4], "deflate"),
        (b"hello", "identity"),
        (b"hello", ""),
    ],
    ids=range(8),  # What gzip packs has the time in it.
)
def test_a_packed_body_is_unpacked(server: Server, body: bytes, coding: str):
    server.handlers["/x"] = packed(body, coding=coding)

    assert fetch(server.at("/x")).body == b"hello"


@pytest.mark.parametrize("length", [inflate.STEP - 1, inflate.STEP, inflate.STEP + 1, 3 * inflate.STEP + 1])
def test_what_unpacks_to_a_little_more_than_a_step_is_whole(length: int):
    inflating = inflate.Inflating("deflate", host="x")

    got = b"".join(inflating.feed(zlib.compress(b"a" * length, wbits=-15)))
    inflating.finish()

    assert len(got) == length


def test_an_empty_body_may_be_said_to_be_packed(server: Server):
    server.handlers["/x"] = packed(b"")

    assert fetch(server.at("/x")).body == b""


@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(1, 50))
def test_parts_are_unpacked_wherever_they_are_cut(parts: list[bytes], size: int):
    whole = b"".join(gzip.compress(part) for part in parts)
    inflating = inflate.Inflating("gzip", host="x")

    got = [b"".join(inflating.feed(whole[at : at + size])) for at in range(0, len(whole), size)]
    inflating.finish()

    assert b"".join(got) == b"".join(parts)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd", "compress", "x" * 3000])
def test_what_is_packed_in_ways_that_were_not_asked_for_is_refused(server: Server, coding: str):
    server.handlers["/x"] = packed(gzip.compress(gzip.compress(b"hello")), coding=coding)

    assert "which was not asked for" in str(refused(server.at("/x")))


def test_thousands_of_empty_parts_are_refused(server: Server):
    server.handlers["/x"] = packed(gzip.compress(b"") * 2000)

    assert "in more than 100 parts" in str(refused(server.at("/x")))


def test_who_cannot_be_reached_may_be_later(server: Server):
    names = Names({"nobody.test": [[]]})

    unknown = refused("http://nobody.test/", resolver=names)
    closed = refused("http://127.0.0.1:1/")

    assert str(unknown) == "nobody.test: no address is known for this name"
    assert str(closed).startswith("127.0.0.1:1: cannot be reached (")
    assert unknown.is_passing
    assert closed.is_passing


def test_who_cannot_prove_who_it_is_is_refused(tmp_path: Path):
    with Server({"/": page(b"hello")}, tls=signed_by_itself("safe.test", tmp_path)) as server:
        refusal = refused(server.at("/", host="safe.test"))

    assert str(refusal).startswith(f"safe.test:{server.port}: cannot prove who it is (")
    assert refusal.is_passing
    assert not server.asked


def test_whatever_a_server_sends_is_an_answer_or_an_error_of_ours(server: Server):
    pieces = st.sampled_from([
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 304 \r\n", b"HTTP/1.1 301 Moved\r\n", b"HTTP/9.9 -1 x\r\n", b"\r\n",
        b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\n",
        b"Location: http://[\r\n", b"Location: \xff\r\n", b"Set-Cookie: a=\x00;;=\r\n", b": \r\n", b" x\r\n",
        b"Content-Type: ;;;charset\r\n", b"Retry-After: Mon, 1\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"Upgrade: x\r\n",
        b"Connection: upgrade\r\n", b"HTTP/1.1 101 Switching\r\n", gzip.compress(b"abc"),
    ])  # fmt: skip

    async def many(fetcher: Fetcher) -> None:
        loop = asyncio.get_running_loop()

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(st.one_of(pieces, pieces, st.binary(max_size=20)), max_size=12))
        def tried(wire: list[bytes]) -> None:
            server.handlers["/x"] = raw(*wire)
            asking = fetcher.fetch(server.at("/x"), most=MOST, accept="*/*", etag="x")
            try:
                got = asyncio.run_coroutine_threadsafe(asking, loop).result()
            except FetchError:
                return
            assert got.status in {200, 304}

        await asyncio.to_thread(tried)

    with_fetcher(many)

    assert len(server.asked) >= 300


# How often a host is asked.


def test_a_host_is_asked_once_in_an_interval(server: Server):
    hours = Hours()

    async def thrice(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(server.at("/"), most=MOST, accept="*/*") for _ in range(3)))
        await fetcher.fetch(server.at("/", host="other.test"), most=MOST, accept="*/*")

    with_fetcher(thrice, clock=hours.clock, interval=4.0)

    assert hours.at == 8.0
    assert len(server.asked) == 4


def test_a_host_is_not_asked_more_than_twice_at_once():
    hours, at_once = Hours(), []
    turns = polite.Turns(hours.clock, interval=0)

    async def one(host: str) -> None:
        async with turns.turn(host):
            inside.append(host)
            at_once.append((inside.count("a.test"), inside.count("b.test")))
            await asyncio.sleep(0)
            inside.remove(host)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(host) for host in ["a.test", "b.test"] * 10))

    inside: list[str] = []
    asyncio.run(all_of_them())

    assert max(a for a, _ in at_once) == max(b for _, b in at_once) == 2
    assert max(a + b for a, b in at_once) == 4


def test_hosts_that_nobody_waits_for_are_forgotten():
    hours = Hours()
    turns = polite.Turns(hours.clock)

    async def many() -> None:
        for number in range(5_000):
            async with turns.turn(f"{number}.test"):
                hours.at += 1

    asyncio.run(many())

    assert len(turns._queues) <= 1_000


# What sites ask of machines.


def permitted(address: str, **how: Any) -> bool:
    return bool(with_fetcher(lambda fetcher: Robots(fetcher).allows(address), **how))


@pytest.mark.parametrize(("rules", "path", "allowed"), [
    (b"User-agent: *\nDisallow: /private", "/private/x", False),
    (b"User-agent: *\nDisallow: /private", "/public", True),
    (b"User-agent: *\nDisallow: /\nAllow: /open", "/open/x", True),
    (b"User-agent: *\nDisallow: /a*/b$", "/axx/b", False),
    (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", "/", False),
    (b"User-agent: other\nDisallow: /", "/", True),
    (b"User-agent: brief\nDisallow: /", "/", True),
    (b"User-agent: BRIEFBOT/2.0\nDisallow: /\n\nUser-agent: *\nAllow: /", "/", False),
    (b"user agent briefbot\nDisallow: /", "/", False),
    (b"User-agent: other\nUser-agent: briefbot\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/y", True),
    (b"User-agent: *\nDisallow:", "/", True),
    (b"<html>not here</html>", "/", True),
    (b"\xff\xfe\x00", "/", True),
    (b"", "/", True),
    (b"User-agent: *\nDisallow: /\n" + b"#" * 600_000 + b"\nUser-agent: briefbot\nAllow: /", "/", False),
])  # fmt: skip
def test_a_page_is_asked_for_where_robots_txt_lets_us(server: Server, rules: bytes, path: str, allowed: bool):
    server.handlers["/robots.txt"] = page(rules)

    assert permitted(server.at(path)) is allowed


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_that_has_no_robots_txt_asks_nothing(server: Server, status: int):
    server.handlers["/robots.txt"] = page(status=status)

    assert permitted(server.at("/"))


def test_a_robots_txt_that_leads_in_a_circle_is_none(server: Server):
    server.handlers["/robots.txt"] = redirect("/robots.txt")

    assert permitted(server.at("/"))


@pytest.mark.parametrize("answer", [page(status=503), page(status=429), reset(), cut_off(b"User", of=9)])
def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone_for_now(server: Server, answer: Answer):
    server.handlers["/robots.txt"] = answer

    with pytest.raises(FetchError, match=r"its robots\.txt cannot be had just now") as refusal:
        permitted(server.at("/"))

    assert refusal.value.is_passing


def test_robots_txt_is_asked_for_once_a_day_and_site_and_after_a_failure_sooner(server: Server):
    server.handlers["/robots.txt"] = InTurn([page(b"User-agent: *\nDisallow: /"), page(status=503), page()])
    hours = Hours()

    async def days(fetcher: Fetcher) -> list[bool | None]:
        sites = Robots(fetcher, clock=hours.clock)

        async def allows() -> bool | None:
            try:
                return await sites.allows(server.at("/"))
            except FetchError:
                return None

        first = await asyncio.gather(allows(), allows(), allows())
        later = []
        for seconds in (80_000, 10_000, 300, 400):
            hours.at += seconds
            later.append(await allows())
        return [*first, *later]

    assert with_fetcher(days, clock=hours.clock) == [False, False, False, False, None, None, True]
    assert server.paths() == ["/robots.txt"] * 3


def test_what_robots_txt_forbids_is_not_fetched_and_the_reason_told(server: Server):
    server.handlers["/robots.txt"] = page(b"User-agent: *\nDisallow: /private")

    async def asking(fetcher: Fetcher) -> None:
        await fetcher.fetch(server.at("/private/x"), most=MOST, accept="*/*", permit=Robots(fetcher).permit)

    with pytest.raises(FetchError, match=r"its robots\.txt asks machines to stay away from /private/x"):
        with_fetcher(asking)
    assert server.paths() == ["/robots.txt"]


def test_a_site_that_leads_inward_is_refused_for_that_and_not_for_its_robots_txt(server: Server):
    async def asking(fetcher: Fetcher) -> None:
        await fetcher.fetch(server.at("/"), most=MOST, accept="*/*", permit=Robots(fetcher).permit)

    with pytest.raises(FetchError, match="inside a network"):
        with_fetcher(asking, allowed=[])
    assert server.connections == 0


def test_robots_txt_of_the_site_that_a_redirect_leads_to_is_asked_for_too(server: Server):
    server.handlers["a.test/x"] = redirect(server.at("/y", host="b.test"))
    server.handlers["b.test/robots.txt"] = page(b"User-agent: *\nDisallow: /y")

    async def asking(fetcher: Fetcher) -> None:
        await fetcher.fetch(
            server.at("/x", host="a.test"), most=MOST, accept="*/*", permit=Robots(fetcher).permit
        )

    with pytest.raises(FetchError, match=r"^b\.test: its robots\.txt asks"):
        with_fetcher(asking)
    assert server.paths() == ["/robots.txt", "/x", "/robots.txt"]


@pytest.mark.parametrize(
    ("stated", "waits"), [("5", 5.0), ("9999999", 30.0), ("-1", 0), ("nan", 0), ("x", 0)]
)
def test_the_interval_that_robots_txt_asks_for_is_kept_within_reason(
    server: Server, stated: str, waits: float
):
    server.handlers["/robots.txt"] = page(f"User-agent: *\nCrawl-delay: {stated}".encode())
    hours = Hours()

    async def asking(fetcher: Fetcher) -> None:
        sites = Robots(fetcher, clock=hours.clock)
        for _ in range(3):
            await fetcher.fetch(server.at("/"), most=MOST, accept="*/*", permit=sites.permit)

    with_fetcher(asking, clock=hours.clock, interval=0.0)

    assert hours.at == 2 * waits


def test_thousands_of_names_above_thousands_of_rules_cost_no_more_than_the_rules():
    names = "".join(f"User-agent: {number}\n" for number in range(10_000))
    text = names + "".join(f"Disallow: /{number}\n" for number in range(20_000))

    ours = robots.Protego.parse(robots.ours(f"{text}\nUser-agent: *\nDisallow: /x"))

    assert len(ours._user_agents) == 2
    assert not ours.can_fetch("http://a.test/x", robots.NAME)
    assert ours.can_fetch("http://a.test/5", robots.NAME)


def test_of_many_sites_the_rules_that_were_read_first_are_forgotten(server: Server):
    server.handlers["/robots.txt"] = page(b"User-agent: *\nDisallow: /a" + b"a" * 400_000)

    async def many(fetcher: Fetcher) -> int:
        sites = Robots(fetcher)
        for number in range(20):
            await sites.allows(server.at("/", host=f"{number}.test"))
        return len(sites._sites)

    assert with_fetcher(many) == 12
