"""Which addresses are never asked: those that lead into a network, or nowhere.

A feed or a page names the addresses that are fetched, and whoever writes it may name what only this machine
can reach. So only what IANA has given out for the public net is asked, and what the operator allows.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INWARD_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers (CGNAT), and Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services; from elsewhere it is not reached
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols of the IETF, and Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112, which answers no HTTP
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
"""IANA's registry of special IPv4 addresses, multicast, and one of Microsoft's."""

PUBLIC_6 = IPv6Network("2000::/3")
"""All that is given out for the public net (RFC 4291, IANA). Outside lie loopback, mapped IPv4, NAT64, ULA,
link-local, site-local and multicast."""

INWARD_6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # protocols of the IETF: Teredo, benchmarks, AMT, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
"""What IANA's registry of special IPv6 addresses has within `PUBLIC_6`."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 have it translated (RFC 6052); an operator may allow it."""


def is_inward(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether *address* must not be asked; *allowed* are networks that the operator means to be."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return True
    if any(address in network for network in allowed):
        # Whoever allows translation does not thereby allow the networks that it could lead into.
        return address in NAT64 and is_inward(IPv4Address(int(address) & 0xFFFFFFFF), allowed)
    if isinstance(address, IPv4Address):
        return any(address in network for network in INWARD_4)
    return address not in PUBLIC_6 or any(address in network for network in INWARD_6)
