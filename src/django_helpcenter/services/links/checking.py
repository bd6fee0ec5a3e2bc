"""A run through the links of help centers: the own pages, then the other hosts that are due."""

from __future__ import annotations

import logging
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from django_helpcenter.backends.link_probe import Guard, ProbeLimits, ProbeResult, probe
from django_helpcenter.choices import ArticleStatus, LinkReason, LinkState
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import (
    DATABASE_EXCEPTIONS,
    NETWORK_EXCEPTIONS,
    HelpCenterError,
)
from django_helpcenter.models import HelpLink
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.links.collecting import collect_links, used_addresses
from django_helpcenter.services.links.outcomes import FIELDS, apply_outcome
from django_helpcenter.services.links.site_addresses import read_address
from django_helpcenter.services.links.targets import Targets

#: Requests to one host in one run, and the pause between two of them.
PER_HOST = 20
PAUSE_SECONDS = 2.0
#: After this time a run asks nothing new; the rest is for the next one.
RUN_SECONDS = 1_200.0
#: Links that are judged together.
CHUNK = 500
#: What texts, hosts and the database may bring about. Not every Exception: the end of the time that
#: a task has is one, too.
TROUBLE: tuple[type[Exception], ...] = (
    *DATABASE_EXCEPTIONS, *NETWORK_EXCEPTIONS, HelpCenterError, ArithmeticError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip

logger = logging.getLogger("help_center.links")


@dataclass
class LinkReport:
    """What a run has done for a tenant; ``waiting`` is due and left for the next run."""

    texts: int = 0
    internal: int = 0
    asked: int = 0
    waiting: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON writes it: the states by their names in small letters."""
        counts = {state.lower(): self.states[state] for state in LinkState.values}
        return {**asdict(self), "states": counts}


@dataclass
class TenantCheck:
    """What came of a tenant in a run through several; ``trouble`` is what ended it early."""

    tenant: models.Model
    report: LinkReport = field(default_factory=LinkReport)
    trouble: Exception | None = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep what goes wrong to this tenant."""
        try:
            yield
        except TROUBLE as exc:
            logger.warning(
                "The links of tenant %s could not be checked: %s", self.tenant.pk, exc, exc_info=exc
            )
            self.trouble = exc


class LinkRun:
    """One run, through any number of tenants: no host is asked more often for being in several.

    ``sleep`` waits between two requests to one host. Addresses are asked one after the other.
    """

    def __init__(
        self,
        *,
        guard: Guard | None = None,
        limits: ProbeLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._guard = guard or Guard.from_settings()
        self._limits = limits
        self._sleep = sleep
        self._left = conf.LINK_CHECK_LIMIT
        self._asked_at: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self._quiet: set[str] = set()
        self._ends_at = time.monotonic() + RUN_SECONDS

    def check_tenant(self, tenant: models.Model, *, ask: bool | None = None) -> LinkReport:
        """Bring the links of a tenant in step, judge the own pages, and ask what is due.

        ``ask``: whether other hosts are asked; without it, as ``HELP_CENTER_LINK_CHECK`` says.
        """
        report = LinkReport(texts=collect_links(tenant))
        report.internal = check_internal(tenant)
        if conf.LINK_CHECK if ask is None else ask:
            self._ask_tenant(tenant, report, share=1)
        report.states = count_states(tenant)
        return report

    def check_tenants(self, tenants: Iterable[models.Model]) -> Iterator[TenantCheck]:
        """Do the same for several tenants, and yield what came of each.

        Who has waited longest is asked for first. Each has its share of the requests and of the
        time; what it leaves is for the others. The trouble of one is told, and stops no other.
        """
        checks = [TenantCheck(tenant) for tenant in tenants]
        for check in checks:
            with check.guarded():
                check.report = self.check_tenant(check.tenant, ask=False)
        if conf.LINK_CHECK:
            self._ask_in_turns([check for check in checks if check.trouble is None])
        yield from checks

    def check_link(self, link: HelpLink) -> ProbeResult:
        """Ask about one address now, and keep what was found."""
        result = probe(link.address, guard=self._guard, limits=self._limits)
        apply_outcome(link, result, now=timezone.now())
        values = {name: getattr(link, name) for name in FIELDS}
        # Not save(): an article may have let go of it meanwhile, or somebody may have ignored it.
        HelpLink.objects.using(write_alias()).filter(pk=link.pk).update(**values)
        return result

    def _ask_in_turns(self, checks: list[TenantCheck]) -> None:
        waiting = _waiting_since([check.tenant for check in checks])
        queue = sorted(
            (check for check in checks if check.tenant.pk in waiting),
            key=lambda check: waiting[check.tenant.pk],
        )
        # The second time there is no share: it hands out what the first one has left.
        for is_first in (True, False):
            for number, check in enumerate(queue):
                if check.trouble is None:
                    with check.guarded():
                        share = len(queue) - number if is_first else 1
                        self._ask_tenant(check.tenant, check.report, share=share)
        for check in queue:
            with check.guarded():
                check.report.states = count_states(check.tenant)

    def _ask_tenant(self, tenant: models.Model, report: LinkReport, *, share: int) -> None:
        """Ask what is due, with this fraction of what the run has left."""
        now = time.monotonic()
        until = now + (self._ends_at - now) / share
        due = list(due_links(tenant)) if self._left > 0 and now <= until else []
        report.asked += self._ask_all(due, limit=math.ceil(self._left / share), until=until)
        report.waiting = due_links(tenant).count()

    def _ask_all(self, due: Iterable[HelpLink], *, limit: int, until: float) -> int:
        asked = 0
        for link in _by_turns(due):
            if asked >= limit or time.monotonic() > until:
                break
            if link.host in self._quiet or self._asked[link.host] >= PER_HOST:
                continue
            self._pause(link.host)
            result = self.check_link(link)
            self._asked_at[link.host] = time.monotonic()
            self._asked[link.host] += 1
            self._left -= 1
            asked += 1
            if result.retry_after is not None:
                self._quiet.add(link.host)
        return asked

    def _pause(self, host: str) -> None:
        since = time.monotonic() - self._asked_at.get(host, -PAUSE_SECONDS)
        if since < PAUSE_SECONDS:
            self._sleep(PAUSE_SECONDS - since)


def due_links(tenant: models.Model) -> models.QuerySet[HelpLink]:
    """Return the addresses on other hosts that are to be asked, the longest due first."""
    links = _due(HelpLink.objects.using(write_alias()).filter(tenant_id=tenant.pk))
    return links.order_by(F("next_check_at").asc(nulls_first=True))


def _waiting_since(tenants: list[models.Model]) -> dict[Any, datetime]:
    """Return since when tenants have waited for an answer; those with nothing due are left out."""
    # New addresses wait since they were found: who keeps adding some is not always first.
    keys = [tenant.pk for tenant in tenants]
    links = _due(HelpLink.objects.using(write_alias()).filter(tenant__in=keys))
    waiting = links.order_by().values("tenant")
    waiting = waiting.annotate(since=Min(Coalesce("next_check_at", "created_at")))
    return dict(waiting.values_list("tenant", "since"))


def _due(links: models.QuerySet[HelpLink]) -> models.QuerySet[HelpLink]:
    is_due = Q(next_check_at__isnull=True) | Q(next_check_at__lte=timezone.now())
    return links.filter(is_due, is_ignored=False).exclude(host="")


def check_internal(tenant: models.Model, *, only: list[int] | None = None) -> int:
    """Judge the addresses within the help center, and return how many; ``only`` by primary key."""
    links = HelpLink.objects.using(write_alias()).filter(tenant_id=tenant.pk, host="")
    if only is not None:
        links = links.filter(pk__in=only)
    keys = list(links.order_by("pk").values_list("pk", flat=True))
    # From a draft to a draft: nobody is led astray yet.
    published = used_addresses(tenant, status=ArticleStatus.PUBLISHED) if keys else set()
    now = timezone.now()
    for start in range(0, len(keys), CHUNK):
        chunk = list(links.filter(pk__in=keys[start : start + CHUNK]))
        _judge(tenant, chunk, published, now)
    return len(keys)


def count_states(tenant: models.Model) -> Counter[str]:
    """Count the addresses of a tenant by state, without those that are ignored."""
    links = HelpLink.objects.using(write_alias()).filter(tenant_id=tenant.pk, is_ignored=False)
    rows = links.order_by().values_list("state").annotate(models.Count("pk"))
    return Counter(dict(rows))


def _judge(tenant: models.Model, links: list[HelpLink], published: set[str], now: datetime) -> None:
    # Relative addresses were made complete when they were collected.
    read = {link.pk: read_address(link.address, base="/") for link in links}
    targets = Targets(tenant.pk, [each for each in read.values() if each], using=write_alias())
    for link in links:
        address = read[link.pk]
        reason = targets.judge(address) if address else None
        if reason == LinkReason.UNPUBLISHED and link.address not in published:
            reason = None
        target = targets.article(address) if address and reason == LinkReason.FORMER else None
        link.reason = reason or ""
        link.moved_to = f"article:{target.pk}" if target else ""
        link.state = _internal_state(reason)
        is_broken = link.state == LinkState.BROKEN
        link.failing_since = (link.failing_since or now) if is_broken else None
        link.checked_at = now
    fields = ["state", "reason", "moved_to", "failing_since", "checked_at"]
    HelpLink.objects.using(write_alias()).bulk_update(links, fields, batch_size=CHUNK)


def _internal_state(reason: LinkReason | None) -> LinkState:
    if reason is None:
        return LinkState.GOOD
    return LinkState.MOVED if reason == LinkReason.FORMER else LinkState.BROKEN


def _by_turns(links: Iterable[HelpLink]) -> Iterator[HelpLink]:
    """Yield one link of each host after the other, so that pauses are seldom waited for."""
    by_host: dict[str, list[HelpLink]] = defaultdict(list)
    for link in links:
        by_host[link.host].append(link)
    for turn in zip_longest(*by_host.values()):
        yield from (link for link in turn if link is not None)
