"""Asking other hosts about an address: what is told, and what is never asked."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.backends.link_probe import Guard, ProbeLimits, ProbeResult, Refused, probe
from django_helpcenter.backends.link_probe.probe import MAX_RETRY_AFTER, joined, read_retry_after
from django_helpcenter.choices import LinkReason
from tests.scripted_server import ScriptedServer, free_port, head, scripted_server

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
#: Dates that a parser may stumble over.
HOSTILE_DATES = (
    "Mon, 01 Jan 2024 00:00:00 +9999999999999999",
    "Mon, 01 Jan 2024 00:00:00 -9999",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 0000 00:00:00 GMT",
    "Mon, 99 Jan 2024 99:99:99 GMT",
    f"Mon, 01 Jan {'9' * 5_000} 00:00:00 GMT",
    "9" * 5_000,
    ",",
    ":" * 1_000,
    "\0",
    "\u00b2",
)
#: Much like a date, with numbers of any size.
DATES = re.compile(
    r"\A(Mon, ?)?-?[0-9]{1,20} (Jan|Feb|x) [0-9]{1,20} [0-9.:]{1,20} ([+-][0-9]{1,20}|GMT|Z)\Z"
)
HOSTILE_TARGETS = (
    "http://[", "http://]", "http://[::1", "http://[::1]x/", "http://[v1.x]/", "//[", "://",
    "http://[fe80::1%25]/", "http://a\0b/", "\0", "http://a:b/", "http://@:0/", "http://%00/", "?",
    "http://a\u2100b/", "http://xn--/", "http://\ud7ff/", "http://\xad/", "#", "http:",
    f"http://a.example:{'9' * 5_000}/", f"http://{'a' * 20_000}/", f"/{'%' * 20_000}",
    f"//{'a.' * 10_000}",
)  # fmt: skip
#: Much like an address, with every part in a wrong place.
ADDRESSES = re.compile(r"\A(https?:)?/{0,3}[\[\]:@%.0-9a-fx\u00ad\u2100\u00fc/?#-]{0,30}\Z")
#: Long for a machine, short for a test.
QUICK = ProbeLimits(connect_seconds=0.5, total_seconds=0.5)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as started:
        yield started


@pytest.fixture
def guard(server: ScriptedServer) -> Guard:
    """The guard of a host that has this server in a network of its own."""
    return Guard(ports=frozenset({80, 443, server.port}), networks=LOOPBACK)


def naming(addresses: Sequence[str]) -> Any:
    """Return a name service that knows one answer."""
    return lambda host, port: addresses


@contextmanager
def black_hole(address: str, port: int) -> Iterator[None]:
    """Have an address of this machine that takes no more connections, and refuses none."""
    with ExitStack() as opened:
        listener = opened.enter_context(socket.socket(socket.AF_INET6))
        try:
            listener.bind((address, port))
        except OSError:
            pytest.skip(f"This machine has no {address}.")
        listener.listen(0)
        for _number in range(3):
            waiting = opened.enter_context(socket.socket(socket.AF_INET6))
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        yield


# What works, and what does not


@pytest.mark.parametrize("status", [200, 204, 404, 410, 500, 503])
def test_status_is_told(server: ScriptedServer, guard: Guard, status: int) -> None:
    assert probe(server.answer("/x", status), guard=guard) == ProbeResult(status=status)


def test_page_that_works_is_asked_for_its_head_alone(server: ScriptedServer, guard: Guard) -> None:
    probe(server.answer("/x?a=b", 200), guard=guard)
    assert server.lines == ["HEAD /x?a=b"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_what_refuses_head_is_asked_for_the_page(
    server: ScriptedServer, guard: Guard, status: int
) -> None:
    url = server.answer("/x", status, get=200)
    assert probe(url, guard=guard).status == 200
    assert server.lines == ["HEAD /x", "GET /x"]


@pytest.mark.parametrize("status", [410, 429])
def test_who_has_said_enough_is_not_asked_again(
    server: ScriptedServer, guard: Guard, status: int
) -> None:
    assert probe(server.answer("/x", status, get=200), guard=guard).status == status
    assert server.lines == ["HEAD /x"]


def test_request_says_who_asks_and_nothing_else(server: ScriptedServer, guard: Guard) -> None:
    probe(server.answer("/x", 200).replace("//", "//me:secret@"), guard=guard)
    (request,) = server.requests
    names = [line.partition(":")[0] for line in request.strip().split("\r\n")[1:]]
    assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
    assert "User-Agent: django-helpcenter/" in request
    assert f"Host: 127.0.0.1:{server.port}\r\n" in request


def test_user_agent_may_be_another_one(server: ScriptedServer, guard: Guard, settings: Any) -> None:
    settings.HELP_CENTER_LINK_CHECK_USER_AGENT = "Acme help (help@acme.example)"
    probe(server.answer("/x", 200), guard=guard)
    assert "User-Agent: Acme help (help@acme.example)\r\n" in server.requests[0]


def test_fragment_is_not_sent_and_odd_characters_are_encoded(
    server: ScriptedServer, guard: Guard
) -> None:
    server.answer("/a%20b%0D%0Ac", 200)
    assert probe(f"{server.url}/a%20b%0D%0Ac#part", guard=guard).status == 200
    probe(f"{server.url}/ü x", guard=guard)
    assert server.lines[0] == "HEAD /a%20b%0D%0Ac"
    assert server.lines[1] == "HEAD /%C3%BC%20x"


# Who takes their time, or too much


def test_slow_head_is_a_timeout(server: ScriptedServer, guard: Guard) -> None:
    url = server.script("/x", server.drip(b"X-A: b\r\n", first=b"HTTP/1.1 200 OK\r\n"))
    assert probe(url, guard=guard, limits=QUICK).reason == LinkReason.TIMEOUT


def test_silence_is_a_timeout(server: ScriptedServer, guard: Guard) -> None:
    url = server.script("/x", server.drip(b""))
    assert probe(url, guard=guard, limits=QUICK).reason == LinkReason.TIMEOUT


def test_slow_or_endless_body_is_not_read(server: ScriptedServer, guard: Guard) -> None:
    server.answer("/x", 405)
    body = server.drip(b"x" * 10_000, first=head(200, "Transfer-Encoding: chunked"))

    def script(sock: socket.socket) -> None:
        if server.requests[-1].startswith("GET"):
            body(sock)
        else:
            sock.sendall(head(405, "Content-Length: 0"))

    assert probe(server.script("/x", script), guard=guard).status == 200


def test_huge_headers_are_no_answer(server: ScriptedServer, guard: Guard) -> None:
    lines = [f"X-{number}: {'x' * 1_000}" for number in range(90)]
    assert probe(server.answer("/x", 200, *lines), guard=guard).reason == LinkReason.ANSWER


def test_endless_line_is_no_answer(server: ScriptedServer, guard: Guard) -> None:
    url = server.script("/x", server.drip(b"x" * 10_000, first=b"HTTP/1.1 200 "))
    assert probe(url, guard=guard).reason == LinkReason.ANSWER


def test_endless_provisional_answers_are_no_answer(server: ScriptedServer, guard: Guard) -> None:
    url = server.script("/x", server.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 500))
    assert probe(url, guard=guard).reason == LinkReason.ANSWER


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-x\r\n", b"\xff\xfe\r\n\r\n", b"HTTP/1.1 abc\r\n"])
def test_what_speaks_no_http_is_no_answer(
    server: ScriptedServer, guard: Guard, data: bytes
) -> None:
    url = server.script("/x", lambda sock: sock.sendall(data))
    assert probe(url, guard=guard).reason == LinkReason.ANSWER


def test_refused_connection_is_told(guard: Guard) -> None:
    port = free_port()
    guard = replace(guard, ports=frozenset({port}))
    assert probe(f"http://127.0.0.1:{port}/", guard=guard).reason == LinkReason.REFUSED


def test_name_that_does_not_resolve_is_told(guard: Guard) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    guard = replace(guard, resolve=unknown)
    assert probe("http://nobody.example/", guard=guard).reason == LinkReason.NAME


def test_address_that_never_answers_does_not_hide_one_that_does(
    server: ScriptedServer, guard: Guard
) -> None:
    with black_hole("::1", server.port):
        guard = replace(guard, resolve=naming(["::1", "127.0.0.1"]))
        url = server.answer("/x", 200).replace("127.0.0.1", "two.example")
        assert probe(url, guard=guard, limits=QUICK).status == 200


def test_addresses_that_never_answer_are_a_timeout(server: ScriptedServer, guard: Guard) -> None:
    with black_hole("::1", server.port):
        guard = replace(guard, resolve=naming(["::1", "::1"]))
        result = probe(f"http://two.example:{server.port}/", guard=guard, limits=QUICK)
    assert result.reason == LinkReason.TIMEOUT


def test_name_is_not_looked_up_when_no_time_is_left(server: ScriptedServer, guard: Guard) -> None:
    names: list[str] = []

    def slow(host: str, port: int) -> Sequence[str]:
        names.append(host)
        server.is_over.wait(0.6)
        return ["127.0.0.1"]

    url = server.redirect("/x", "http://next.example/").replace("127.0.0.1", "first.example")
    guard = replace(guard, resolve=slow)
    assert probe(url, guard=guard, limits=QUICK).reason == LinkReason.TIMEOUT
    assert probe(url, guard=guard, limits=ProbeLimits(total_seconds=0)) == ProbeResult(
        reason=LinkReason.TIMEOUT
    )
    assert names == ["first.example"]


def test_tls_that_is_never_agreed_on_is_a_timeout(server: ScriptedServer, guard: Guard) -> None:
    result = probe(f"https://127.0.0.1:{server.port}/", guard=guard, limits=QUICK)
    assert result.reason == LinkReason.TIMEOUT


def test_plain_text_in_place_of_tls_is_told(guard: Guard) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        def greet() -> None:
            sock, _address = listener.accept()
            with sock:
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                sock.recv(65_536)

        thread = threading.Thread(target=greet)
        thread.start()
        result = probe(f"https://127.0.0.1:{port}/", guard=replace(guard, ports=frozenset({port})))
        thread.join()
    assert result.reason == LinkReason.TLS


# Redirects


def test_permanent_redirect_says_where_the_page_is_now(
    server: ScriptedServer, guard: Guard
) -> None:
    new = server.answer("/new", 200)
    server.redirect("/between", "/new", 308)
    url = server.redirect("/old", "between")
    assert probe(f"{url}#part", guard=guard) == ProbeResult(200, moved_to=f"{new}#part")


def test_address_in_a_redirect_is_cleaned(server: ScriptedServer, guard: Guard) -> None:
    def script(sock: socket.socket) -> None:
        sock.sendall(head(301, "Location: /pr\u00fcfen x\0", "Content-Length: 0"))

    new = server.answer("/pr%C3%BCfen%20x%00", 200)
    result = probe(server.script("/old", script), guard=guard)
    assert result == ProbeResult(200, moved_to=new.replace("%C3%BC", "ü"))


def test_temporary_redirect_is_no_move(server: ScriptedServer, guard: Guard) -> None:
    server.answer("/new", 200)
    assert probe(server.redirect("/x", "/new", 302), guard=guard) == ProbeResult(200)


def test_move_ends_where_a_temporary_redirect_begins(server: ScriptedServer, guard: Guard) -> None:
    server.answer("/c", 200)
    middle = server.redirect("/b", "/c", 302)
    assert probe(server.redirect("/a", "/b"), guard=guard).moved_to == middle


def test_redirect_to_what_is_gone_is_no_move(server: ScriptedServer, guard: Guard) -> None:
    assert probe(server.redirect("/a", "/gone"), guard=guard) == ProbeResult(404)


def test_redirects_in_circles_end(server: ScriptedServer, guard: Guard) -> None:
    server.redirect("/b", "/a")
    assert probe(server.redirect("/a", "/b"), guard=guard).reason == LinkReason.LOOP
    assert len(server.requests) == 2


def test_redirects_without_an_end_end(server: ScriptedServer, guard: Guard) -> None:
    for number in range(20):
        server.redirect(f"/{number}", f"/{number + 1}")
    assert probe(f"{server.url}/0", guard=guard).reason == LinkReason.LOOP
    assert len(server.requests) == ProbeLimits().max_redirects + 1


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://10.0.0.1/", LinkReason.PRIVATE),
        ("http://169.254.169.254/latest/meta-data/", LinkReason.PRIVATE),
        ("http://[::ffff:10.0.0.1]/", LinkReason.PRIVATE),
        ("//127.0.0.1:22/", LinkReason.PORT),
        ("file:///etc/passwd", LinkReason.SCHEME),
        ("gopher://127.0.0.1/", LinkReason.SCHEME),
        ("http://[", LinkReason.ANSWER),
    ],
)
def test_redirect_is_looked_at_like_any_address(
    server: ScriptedServer, guard: Guard, target: str, reason: LinkReason
) -> None:
    assert probe(server.redirect("/x", target), guard=guard) == ProbeResult(reason=reason)


def test_time_is_for_all_redirects_together(server: ScriptedServer, guard: Guard) -> None:
    def late(sock: socket.socket) -> None:
        server.is_over.wait(0.2)
        number = int(server.requests[-1].split(" ")[1].removeprefix("/"))
        sock.sendall(head(302, f"Location: /{number + 1}", "Content-Length: 0"))

    for number in range(9):
        server.script(f"/{number}", late)
    assert probe(f"{server.url}/0", guard=guard, limits=QUICK).reason == LinkReason.TIMEOUT


# What is never asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104
        "10.1.2.3", "172.16.0.1", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8.8", "::127.0.0.1", "64:ff9b::10.0.0.1",
        "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2001:0:a00:1::", "2001:db8::1", "nonsense", "",
        "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
    ],
)  # fmt: skip
def test_address_that_is_not_public_is_not_connected_to(address: str) -> None:
    assert not Guard().may_connect(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2606:4700::5efe:808:808", "::ffff:8.8.8.8"],
)
def test_public_address_is_connected_to(address: str) -> None:
    assert Guard().may_connect(address)


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "0"]
)
def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    assert probe(f"http://{host}/", guard=Guard()).reason in {LinkReason.PRIVATE, LinkReason.NAME}


def test_one_private_address_among_public_ones_is_enough() -> None:
    guard = Guard(resolve=naming(["8.8.8.8", "10.0.0.1"]))
    assert probe("http://mixed.example/", guard=guard).reason == LinkReason.PRIVATE


def test_name_that_changes_its_mind_is_connected_to_where_it_was_looked_at(
    server: ScriptedServer,
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    guard = Guard(
        ports=frozenset({server.port}),
        networks=LOOPBACK,
        resolve=lambda host, port: next(answers),
    )
    server.answer("/x", 200)
    url = f"http://rebound.example:{server.port}/x"
    assert probe(url, guard=guard).status == 200
    assert f"Host: rebound.example:{server.port}" in server.requests[0]
    # Each request looks the name up once, and is judged by what it found.
    assert probe(url, guard=guard).reason == LinkReason.PRIVATE


def test_network_of_ones_own_is_asked_when_named(server: ScriptedServer) -> None:
    url = server.answer("/x", 200)
    ports = frozenset({server.port})
    assert probe(url, guard=Guard(ports=ports)).reason == LinkReason.PRIVATE
    assert probe(url, guard=Guard(ports=ports, networks=LOOPBACK)).status == 200


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com:22/", LinkReason.PORT),
        ("http://example.com:0/", LinkReason.PORT),
        ("http://example.com:99999/", LinkReason.ADDRESS),
        ("ftp://example.com/", LinkReason.SCHEME),
        ("javascript:alert(1)", LinkReason.SCHEME),
        ("//example.com/", LinkReason.SCHEME),
        ("http:///x", LinkReason.ADDRESS),
        ("http://a\\@127.0.0.1/", LinkReason.ADDRESS),
        ("http://[::1", LinkReason.ADDRESS),
        ("http://[#x", LinkReason.ADDRESS),
        ("http://a\u2100b/", LinkReason.ADDRESS),
        ("http://a..b/", LinkReason.NAME),
        (f"http://{'ü' * 64}.example/", LinkReason.ADDRESS),
        ("http://a\0b/", LinkReason.NAME),
    ],
)
def test_address_that_is_none_of_the_web_is_refused(url: str, reason: LinkReason) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        host.encode("idna")
        raise socket.gaierror

    assert probe(url, guard=Guard(resolve=unknown)).reason == reason


@pytest.mark.parametrize(
    ("allowed", "denied", "host", "is_asked"),
    [
        ((), (), "a.example", True),
        (("a.example",), (), "a.example", True),
        (("a.example",), (), "b.a.example", False),
        ((".a.example",), (), "b.a.example", True),
        ((), (".a.example",), "A.example", False),
        ((".example",), ("a.example",), "a.example", False),
        ((), ("a.example",), "a.example.", False),
        ((), (".a.example",), "b.a.example.", False),
        ((), ("a.example.",), "a.example", False),
        (("a.example",), (), "a.example.", True),
        ((), ("münchen.example",), "münchen.example", False),
        ((), (".München.example",), "www.xn--mnchen-3ya.example", False),
        ((), ("münchen.example",), "münchen\u3002example", False),
        (("münchen.example",), (), "xn--mnchen-3ya.example", True),
        (("ü" * 64,), (), "a.example", False),
        (("a.example",), (), "a.example.evil.example", False),
    ],
)
def test_hosts_are_chosen_by_the_settings(
    settings: Any, allowed: Any, denied: Any, host: str, is_asked: bool
) -> None:
    settings.HELP_CENTER_LINK_CHECK_ALLOWED_HOSTS = list(allowed)
    settings.HELP_CENTER_LINK_CHECK_DENIED_HOSTS = list(denied)
    guard = Guard.from_settings(resolve=naming(["8.8.8.8"]))
    if is_asked:
        assert guard.locate(f"http://{host}/").addresses == ("8.8.8.8",)
    else:
        with pytest.raises(Refused):
            guard.locate(f"http://{host}/")


def test_networks_and_ports_are_those_of_the_settings(settings: Any) -> None:
    settings.HELP_CENTER_LINK_CHECK_NETWORKS = ["10.1.0.0/16", "fd00::/8"]
    settings.HELP_CENTER_LINK_CHECK_PORTS = [8080]
    guard = Guard.from_settings()
    assert guard.may_connect("10.1.2.3")
    assert guard.may_connect("::ffff:10.1.2.3")
    assert guard.may_connect("fd00::1")
    assert not guard.may_connect("10.2.0.1")
    assert guard.ports == {8080}


def test_host_that_no_certificate_can_be_for_is_told(server: ScriptedServer, guard: Guard) -> None:
    guard = replace(guard, resolve=naming(["127.0.0.1"]))
    url = f"https://.x.example:{server.port}/"
    assert probe(url, guard=guard).reason == LinkReason.ADDRESS


# How long to wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), (" 60 ", 60), ("0", None), ("-5", None), ("soon", None), ("", None)],
)
def test_seconds_to_wait_are_read(header: str, seconds: int | None) -> None:
    assert read_retry_after(header) == (timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize("header", HOSTILE_DATES)
def test_date_that_there_is_not_is_no_wish(header: str) -> None:
    assert read_retry_after(header) is None


@pytest.mark.parametrize("header", HOSTILE_DATES)
def test_answer_counts_whatever_it_says_of_waiting(
    server: ScriptedServer, guard: Guard, header: str
) -> None:
    url = server.answer("/x", 200, f"Retry-After: {header}")
    assert probe(url, guard=guard) == ProbeResult(200)


@given(header=st.text() | st.from_regex(DATES))
def test_no_header_breaks_the_reading_of_the_time_to_wait(header: str) -> None:
    wait = read_retry_after(header)
    assert wait is None or timedelta() < wait <= MAX_RETRY_AFTER


@pytest.mark.parametrize("target", HOSTILE_TARGETS)
def test_hostile_redirect_breaks_nothing(server: ScriptedServer, guard: Guard, target: str) -> None:
    result = probe(server.redirect("/x", target), guard=replace(guard, resolve=naming([])))
    assert result.reason is not None


@given(target=st.text() | st.from_regex(ADDRESSES))
def test_no_target_of_a_redirect_breaks_the_look_at_it(target: str) -> None:
    guard, place = Guard(resolve=naming(["8.8.8.8"])), None
    with contextlib.suppress(ValueError, Refused):
        place = guard.locate(joined("http://a.example/x", target))
    # What is not refused is a host, on a port that may be asked.
    assert place is None or (place.host and place.port in guard.ports)
    assert place is None or place.host_header.isprintable()


def test_date_to_wait_for_is_read() -> None:
    wait = read_retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=2)))
    assert wait is not None
    assert timedelta(hours=1) < wait <= timedelta(hours=2)


def test_nobody_waits_for_ever() -> None:
    assert read_retry_after("999999999") == MAX_RETRY_AFTER


def test_wish_to_be_left_alone_is_told(server: ScriptedServer, guard: Guard) -> None:
    result = probe(server.answer("/x", 429, "Retry-After: 60"), guard=guard)
    assert result == ProbeResult(429, retry_after=timedelta(seconds=60))
