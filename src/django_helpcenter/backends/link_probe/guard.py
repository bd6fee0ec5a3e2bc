"""Which hosts, ports and networks may be asked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.http import is_same_domain

from django_helpcenter.choices import LinkReason
from django_helpcenter.conf import conf

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Gets a host and a port; returns the IP addresses of the host, or raises OSError.
Resolver = Callable[[str, int], Sequence[str]]

DEFAULT_PORTS = {"http": 80, "https": 443}

#: Their addresses stand for IPv4 addresses, which may be any: RFC 6052, and its local kin RFC 8215.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
#: The second half of an ISATAP address begins with one of these, and ends with an IPv4 address: RFC
#: 5214.
_ISATAP = (0x00005EFE, 0x02005EFE)


class Refused(Exception):
    """An address is not asked, or cannot be; ``reason`` says why."""

    def __init__(self, reason: LinkReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: parsed once, so that what was looked at is what is asked."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        """The host as requests name it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def resolve_name(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be asked.

    ``networks`` are asked although they are not public. Hosts are written as in ``ALLOWED_HOSTS``,
    in any script: ``example.com``, or ``.example.com`` for all below it too; with any
    ``allowed_hosts``, no other.
    """

    ports: frozenset[int] = frozenset(DEFAULT_PORTS.values())
    networks: tuple[Network, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    denied_hosts: tuple[str, ...] = ()
    resolve: Resolver = resolve_name

    @classmethod
    def from_settings(cls, resolve: Resolver = resolve_name) -> Guard:
        """Return what ``HELP_CENTER_LINK_CHECK_…`` say."""
        return cls(
            ports=frozenset(conf.LINK_CHECK_PORTS),
            networks=tuple(map(ipaddress.ip_network, conf.LINK_CHECK_NETWORKS)),
            allowed_hosts=tuple(conf.LINK_CHECK_ALLOWED_HOSTS),
            denied_hosts=tuple(conf.LINK_CHECK_DENIED_HOSTS),
            resolve=resolve,
        )

    def locate(self, url: str) -> Place:
        """Return where an address leads; raise Refused when that is not to be asked."""
        scheme, host, port, path = _parts(url)
        if port not in self.ports:
            raise Refused(LinkReason.PORT)
        if not self._is_wanted(host):
            raise Refused(LinkReason.HOST)
        try:
            found = tuple(self.resolve(host, port))
        except (OSError, ValueError) as exc:  # ValueError: no name can be like this
            raise Refused(LinkReason.NAME) from exc
        if not found:
            raise Refused(LinkReason.NAME)
        # All of them: which one is asked is not for the owner of the name to choose.
        if not all(self.may_connect(address) for address in found):
            raise Refused(LinkReason.PRIVATE)
        return Place(scheme, host, port, path, found)

    def may_connect(self, address: str) -> bool:
        """Tell whether an IP address is public, or in a network that is asked all the same."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return all(
            is_public(each) or any(each in network for network in self.networks)
            for each in _meant_by(parsed)
        )

    def _is_wanted(self, host: str) -> bool:
        if _is_among(host, self.denied_hosts):
            return False
        return not self.allowed_hosts or _is_among(host, self.allowed_hosts)


def _is_among(host: str, patterns: Iterable[str]) -> bool:
    # The last dot says that the name is complete; it leads to the same machine.
    name = host.removesuffix(".")
    return any(is_same_domain(name, _as_named(pattern)) for pattern in patterns)


def _as_named(pattern: str) -> str:
    """Return a pattern of the settings as DNS writes it; one that no host can be like stays."""
    name = pattern.strip().removesuffix(".")
    dot = "." if name.startswith(".") else ""
    try:
        return dot + _dns_name(name.removeprefix("."))
    except UnicodeError:
        return name.lower()


def _dns_name(host: str) -> str:
    # What has a colon or is plain already stays.
    return (host if host.isascii() else host.encode("idna").decode("ascii")).lower()


def is_public(address: Address) -> bool:
    """Tell whether anybody may have this IP address; groups and reserved ones do not count."""
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    )


def _meant_by(address: Address) -> Iterator[Address]:
    """Yield an IP address, or those that it stands for: what carries IPv4 leads there."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    else:
        # The zone (%eth0) would keep it out of the networks.
        plain = ipaddress.IPv6Address(int(address))
        yield plain
        if plain.sixtofour is not None:
            yield plain.sixtofour
        if plain.teredo is not None:
            yield from plain.teredo
        is_translated = any(plain in network for network in _TRANSLATED)
        if is_translated or (int(plain) >> 32) & 0xFFFFFFFF in _ISATAP:
            yield ipaddress.IPv4Address(int(plain) & 0xFFFFFFFF)


def _parts(url: str) -> tuple[str, str, int, str]:
    """Take an address apart; raise Refused unless it is one of the web."""
    try:
        parsed = urlsplit(url)
        host, port = parsed.hostname or "", parsed.port
    except ValueError as exc:
        raise Refused(LinkReason.ADDRESS) from exc
    if parsed.scheme not in DEFAULT_PORTS:
        raise Refused(LinkReason.SCHEME)
    if not host or host.startswith(".") or "\\" in url:
        raise Refused(LinkReason.ADDRESS)
    try:
        name = _dns_name(host)
    except UnicodeError as exc:
        raise Refused(LinkReason.ADDRESS) from exc
    path = (parsed.path or "/") + (f"?{parsed.query}" if parsed.query else "")
    return parsed.scheme, name, DEFAULT_PORTS[parsed.scheme] if port is None else port, path
