"""What an address answers, in the end."""

from __future__ import annotations

import re
import ssl
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urldefrag, urljoin

from django_helpcenter import __version__
from django_helpcenter.backends.link_probe.connection import Answer, Connection, seconds_until
from django_helpcenter.backends.link_probe.guard import Guard, Refused
from django_helpcenter.choices import LinkReason
from django_helpcenter.conf import conf

PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f]")
#: Longer ones are not kept.
MAX_ADDRESS = 2_000
#: Nobody is asked to wait for longer.
MAX_RETRY_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """What one check may take; ``total_seconds`` is for all redirects together.

    A name that is being looked up when they end is waited for; nothing follows.
    """

    connect_seconds: float = 5.0
    total_seconds: float = 20.0
    max_head_bytes: int = 65_536
    max_redirects: int = 8


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The end of the way: a status, or the reason why there is none.

    ``moved_to`` is where permanent redirects lead; ``retry_after`` is how long the host asks to be
    left alone.
    """

    status: int | None = None
    reason: LinkReason | None = None
    moved_to: str = ""
    retry_after: timedelta | None = None


def user_agent() -> str:
    """Return as what we ask."""
    return conf.LINK_CHECK_USER_AGENT or f"django-helpcenter/{__version__} (link check)"


def probe(url: str, *, guard: Guard, limits: ProbeLimits | None = None) -> ProbeResult:
    """Ask whether an address works, and follow where it redirects to.

    Never raises for anything that the other side does.
    """
    limits = limits or ProbeLimits()
    deadline = time.monotonic() + limits.total_seconds
    here, _hash, fragment = url.partition("#")
    seen, moved, is_permanent = {here}, "", True
    for _hop in range(limits.max_redirects + 1):
        outcome = _ask_guarded(here, guard, limits, deadline)
        if isinstance(outcome, ProbeResult):
            return replace(outcome, moved_to="")
        if outcome.status not in REDIRECTS or not outcome.location:
            ends_well = outcome.status < 400  # where a move ends badly, nobody should follow it
            target = f"{moved}#{fragment}" if moved and fragment else moved
            return ProbeResult(
                status=outcome.status,
                moved_to=target if ends_well and len(target) <= MAX_ADDRESS else "",
                retry_after=read_retry_after(outcome.retry_after),
            )
        try:
            here = joined(here, outcome.location)
        except ValueError:
            return ProbeResult(reason=LinkReason.ANSWER)
        if here in seen:
            break
        seen.add(here)
        is_permanent = is_permanent and outcome.status in PERMANENT
        moved = here if is_permanent else moved
    return ProbeResult(reason=LinkReason.LOOP)


def read_retry_after(header: str) -> timedelta | None:
    """Return how long a host asks to be left alone: seconds, or until a date."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        wait = timedelta(seconds=int(text))
    else:
        try:
            moment = parsedate_to_datetime(text)
        # Numbers of any size may stand in it, and the parser believes them for a while.
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        wait = moment - datetime.now(UTC)
    return min(max(wait, timedelta()), MAX_RETRY_AFTER) or None


def joined(here: str, location: str) -> str:
    """Return where a redirect leads, without characters that no address and no text may have."""
    # http.client reads headers as Latin-1; addresses in them are UTF-8 when they are not ASCII.
    text = location.encode("latin-1", "replace").decode("utf-8", "replace")
    url = urldefrag(urljoin(here, text)).url
    return _CONTROLS.sub(lambda match: quote(match[0]), url)


def _ask_guarded(
    url: str, guard: Guard, limits: ProbeLimits, deadline: float
) -> Answer | ProbeResult:
    try:
        answer = _ask(url, "HEAD", guard, limits, deadline)
        # Many servers know no HEAD, or refuse it, and give the page to whoever asks for it.
        if answer.status >= 400 and answer.status not in (410, 429):
            answer = _ask(url, "GET", guard, limits, deadline)
    except Refused as exc:
        return ProbeResult(reason=exc.reason)
    except TimeoutError:
        return ProbeResult(reason=LinkReason.TIMEOUT)
    except ssl.SSLError:
        return ProbeResult(reason=LinkReason.TLS)
    except ConnectionRefusedError:
        return ProbeResult(reason=LinkReason.REFUSED)
    except OSError:
        return ProbeResult(reason=LinkReason.NETWORK)
    except ValueError:  # what the parsers of addresses refuse later on
        return ProbeResult(reason=LinkReason.ADDRESS)
    return answer


def _ask(url: str, method: str, guard: Guard, limits: ProbeLimits, deadline: float) -> Answer:
    # The name service takes the time that it takes, so nothing is looked up when none is left.
    seconds_until(deadline)
    place = guard.locate(url)
    with Connection(place, connect_seconds=limits.connect_seconds, deadline=deadline) as connection:
        return connection.ask(method, user_agent=user_agent(), max_bytes=limits.max_head_bytes)
