"""Addresses of pages and feeds: those that may be asked, and one way of writing each.

A part of an address that says the same in two ways is written in one (RFC 3986, section 6.2.2); hosts are
read as browsers read them (WHATWG URL), so that nobody sees another host than the one that is asked.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from yarl import URL

from bot.errors import FetchError
from bot.net.inward import Network, is_inward

MOST_CHARACTERS = 2_000
"""Sitemaps allow 2,048 (sitemaps.org), and some servers refuse longer ones."""

MOST_HOST_CHARACTERS = 254
"""RFC 1035, section 2.3.4, and a dot at its end."""

SHOWN_CHARACTERS = 100
"""So much of an address is shown in an error."""

PORTS = {"http": 80, "https": 443}

OTHER_PORTS = frozenset(
    {0, 19, 21, 22, 23, 25, 53, 69, 79, 110, 111, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465,
     512, 513, 514, 515, 548, 554, 563, 587, 631, 636, 873, 989, 990, 993, 995, 1433, 1521, 1723, 2049, 2375,
     3306, 3389, 4190, 5060, 5061, 5432, 5672, 5900, 6000, 6379, 6667, 6697, 11211, 27017}
)  # fmt: skip
"""Well-known ports of what is no HTTP: mail, shells, files, databases, chat (IANA; most browsers refuse
them as well). A request there would be read as commands."""

TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_(?:campaign|kwd|source|medium|content)|ga_(?:source|medium|campaign|term|content)"
    r"|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ysclid|ttclid|twclid|li_fat_id|igshid|igsh"
    r"|mc_[ce]id|mkt_tok|_hsenc|_hsmi|__hs(?:sc|tc|fp)|oly_(?:anon|enc)_id|vero_id|wickedid|rb_clickid|_openstat|cmpid|ref_src",
    re.IGNORECASE,
)
"""Parameters that tell who sent a reader (Google, Meta, Microsoft, Mailchimp, HubSpot, Matomo, …) and not
what is read."""

_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_NAME = re.compile(r"(?=.{1,253}\.?$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^\x21\x24\x26-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]")
_SECRET = re.compile(r"//[^/?#]*@")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


@dataclass(frozen=True, slots=True)
class Parts:
    """An address in its parts, each written in the one way; *port* is '' where it is the usual one."""

    scheme: str
    host: str
    port: str
    path: str
    query: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{'?' if self.query else ''}{self.query}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt is for."""
        return str(Parts(self.scheme, self.host, self.port, "", ""))


def parts(url: str) -> Parts:
    """Return the parts of *url*. Raises FetchError for what is no address of a page, or an unclear one."""
    url = url.strip()
    _check(url, url)
    found = _PARTS.fullmatch(url)
    if not found:
        raise _wrong(url, "is no web address; write it as https://example.org/page")
    # Browsers take \ for / before the query; who reads the address must not see another host than we ask.
    scheme, rest, query = found[1].lower(), (found[2] + found[3]).replace("\\", "/"), found[4] or ""
    authority, slash, path = rest.partition("/")
    if "@" in authority:
        raise FetchError("an address must not hold a user's name or a password; leave out what is before @")
    host, port = _host(authority, url), _port(authority, url)
    port = "" if port == str(PORTS[scheme]) else port
    written = Parts(scheme, host, port, _without_dots(_escaped(slash + path, url)), _escaped(query, url))
    _check(str(written), url)
    return written


def canonical(url: str) -> str:
    """Return the one way of writing *url* by which documents are told apart, without what tracks a reader.

    Scheme and host are in small letters and ASCII, the usual port, fragment and dot segments are left out,
    escapes are written alike; the order of the query is kept. Raises FetchError as `parts` does.
    """
    found = parts(url)
    kept = [one for one in found.query.split("&") if not TRACKING.fullmatch(one.partition("=")[0])]
    return str(Parts(found.scheme, found.host, found.port, found.path, "&".join(kept)))


def checked(url: str, allowed: Sequence[Network] = ()) -> str:
    """Return *url* as it is asked: written in the one way, nothing of its query left out.

    Raises FetchError where it must not be asked: no address of a page, a port of what is no HTTP, an IP
    address inside a network that is not *allowed*. Where a name leads is seen when it is connected to.
    """
    found = parts(url)
    if found.port and int(found.port) in OTHER_PORTS:
        raise _wrong(url, f"has port {found.port}, at which no pages are")
    number = _ip(found.host)
    if number is not None and is_inward(number, allowed):
        raise inward(found.host, str(number))
    return str(found)


def joined(base: str, url: str) -> str:
    """Return where *url* leads from *base*. Raises FetchError where nobody can tell."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        raise _wrong(url, "is no web address") from None


def inward(host: str, number: str) -> FetchError:
    """Return what is said of a host that leads into a network."""
    into = f"leads to {number}, inside a network"
    return FetchError(
        f"{host}: {into}; add it to library.allow in config.yml if that is meant",
        told=f"{host}: leads inside a network, where Briefbot does not ask",
    )


def _check(text: str, url: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise _wrong(url, f"is longer than {MOST_CHARACTERS:,} characters")
    if _CONTROL.search(text):
        raise _wrong(url, "holds control characters")


def _host(authority: str, url: str) -> str:
    """Return the host in small ASCII letters, a number only in its usual form."""
    if authority.startswith("["):
        return _ipv6(authority.rpartition("]")[0][1:], url)
    host = authority.partition(":")[0].lower()
    if len(host) <= MOST_HOST_CHARACTERS and not host.isascii():
        host = _in_ascii(host, url)
    if not _NAME.fullmatch(host):
        raise _wrong(url, "names no host")
    # 2130706433, 0x7f000001, 0177.0.0.1 and 127.1 are all 127.0.0.1 to who resolves names.
    if _NUMBER.fullmatch(host) and _ip(host) is None:
        raise _wrong(url, "has a number for its host; write it as 192.0.2.1")
    return host


def _in_ascii(host: str, url: str) -> str:
    try:
        return (URL.build(scheme="http", host=host).raw_host or "").lower()
    except ValueError:
        raise _wrong(url, "names no host") from None


def _ipv6(text: str, url: str) -> str:
    try:
        number = ipaddress.IPv6Address(text)
    except ValueError:
        raise _wrong(url, "names no host") from None
    if number.scope_id is not None:
        raise _wrong(url, "names a network card; no public address does")
    return f"[{number.compressed}]"


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _port(authority: str, url: str) -> str:
    """Return the port in its digits, '' where none is named."""
    rest = (
        authority.rpartition("]")[2]
        if authority.startswith("[")
        else authority[len(authority.partition(":")[0]) :]
    )
    if not rest or rest == ":":
        return ""
    if not re.fullmatch(r":[0-9]{1,6}", rest) or int(rest[1:]) > 65535:
        raise _wrong(url, "has a port that is none")
    return str(int(rest[1:]))


def _escaped(text: str, url: str) -> str:
    """Return *text* with escapes where they must be, in capitals, and nowhere else."""
    try:
        return _ESCAPE.sub(_escape, text)
    except UnicodeEncodeError:
        raise _wrong(url, "holds half a character") from None


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        letter = chr(int(text[1:], 16))
        return letter if _UNRESERVED.fullmatch(letter) else text.upper()
    # A byte that is no UTF-8 stands in a header as half a character, and goes back as that byte.
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogateescape"))


def _without_dots(path: str) -> str:
    """Return *path* with `.` and `..` followed, as RFC 3986, section 5.2.4, does."""
    segments = path.split("/")[1:]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _wrong(url: str, why: str) -> FetchError:
    shown = _CONTROL.sub("�", url[:SHOWN_CHARACTERS].encode("utf-8", "replace").decode())
    shown = _SECRET.sub("//", shown) + ("…" if len(url) > SHOWN_CHARACTERS else "")
    return FetchError(f"'{shown}' {why}")
