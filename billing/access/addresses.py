"""Where a request really came from. A header that a client can write is believed for as many hops as are ours."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> Address | None:
    """The address our outermost trusted proxy saw; the peer itself where no proxy is trusted."""
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    written = request.META.get("REMOTE_ADDR", "")
    if trusted:
        # Fewer hops than proxies means the request did not come through them all: trust nothing it says.
        written = hops[-trusted] if len(hops) >= trusted else ""
    try:
        address = ip_address(written.strip("[]"))
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def is_within(request: HttpRequest, networks: Iterable[str]) -> bool:
    address = client_address(request)
    return address is not None and any(address in network for network in _networks(tuple(networks)))


@cache
def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in written)
