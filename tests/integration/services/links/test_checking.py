"""A run through the links: own pages are judged, other hosts are asked with manners."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.backends.link_probe import Guard, ProbeLimits
from django_helpcenter.choices import ArticleStatus, LinkReason, LinkState
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpLink
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.links.checking import PAUSE_SECONDS, PER_HOST, LinkRun
from django_helpcenter.services.links.collecting import collect_links
from django_helpcenter.services.links.service import LinkService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_tenant
from tests.scripted_server import ScriptedServer, scripted_server

pytestmark = pytest.mark.django_db

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def is_on(settings: Any) -> None:
    settings.HELP_CENTER_LINK_CHECK = True


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as started:
        yield started


class Pauses(list[float]):
    """Remembers how long a run has waited, and does not wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def make_run(server: ScriptedServer, pauses: Pauses) -> Any:
    def make() -> LinkRun:
        guard = Guard(
            ports=frozenset({server.port}), networks=LOOPBACK,
            resolve=lambda host, port: ["127.0.0.1"],
        )  # fmt: skip
        limits = ProbeLimits(connect_seconds=2, total_seconds=2)
        return LinkRun(guard=guard, limits=limits, sleep=pauses)

    return make


def linking(tenant: Model, *addresses: str, **fields: Any) -> HelpArticle:
    content = "\n\n".join(f"[words]({address})" for address in addresses)
    return make_article(tenant, "Linking", content=content, **fields)


def states(tenant: Model) -> dict[str, tuple[str, str]]:
    rows = HelpLink.objects.for_tenant(tenant).values_list("address", "state", "reason")
    return {address: (state, reason) for address, state, reason in rows}


# Own pages


def test_links_within_the_help_center_are_judged(tenant: Model, make_run: Any) -> None:
    good = make_article(tenant, "Good", content="## Part")
    archived = make_article(tenant, "Archived", status=ArticleStatus.ARCHIVED)
    linking(
        tenant, f"article:{good.pk}#part", f"article:{good.pk}#none", f"article:{archived.pk}",
        "article:99999999", "/help/a/nowhere/", "/help/c/nowhere/", "/pricing/",
    )  # fmt: skip
    report = make_run().check_tenant(tenant)
    assert states(tenant) == {
        f"article:{good.pk}#part": (LinkState.GOOD, ""),
        f"article:{good.pk}#none": (LinkState.BROKEN, LinkReason.NO_HEADING),
        f"article:{archived.pk}": (LinkState.BROKEN, LinkReason.ARCHIVED),
        "article:99999999": (LinkState.BROKEN, LinkReason.NO_ARTICLE),
        "/help/a/nowhere/": (LinkState.BROKEN, LinkReason.NO_ARTICLE),
        "/help/c/nowhere/": (LinkState.BROKEN, LinkReason.NO_CATEGORY),
        "/pricing/": (LinkState.GOOD, ""),
    }
    assert (report.internal, report.asked, report.states["BROKEN"]) == (7, 0, 5)


def test_draft_is_a_dead_end_only_for_readers(tenant: Model, make_run: Any) -> None:
    draft = make_article(tenant, "Draft", status=ArticleStatus.DRAFT)
    article = linking(tenant, f"article:{draft.pk}", status=ArticleStatus.DRAFT)
    make_run().check_tenant(tenant)
    assert states(tenant)[f"article:{draft.pk}"] == (LinkState.GOOD, "")
    HelpArticle.objects.filter(pk=article.pk).update(status=ArticleStatus.PUBLISHED)
    make_run().check_tenant(tenant)
    assert states(tenant)[f"article:{draft.pk}"] == (LinkState.BROKEN, LinkReason.UNPUBLISHED)


def test_former_address_is_a_move(tenant: Model, make_run: Any) -> None:
    target = make_article(tenant, slug="old")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(target, slug="new", index=False)
    linking(tenant, "/help/a/old/")
    make_run().check_tenant(tenant)
    link = HelpLink.objects.get()
    assert (link.state, link.moved_to) == (LinkState.MOVED, f"article:{target.pk}")


def test_broken_link_says_since_when(tenant: Model, make_run: Any) -> None:
    target = make_article(tenant, status=ArticleStatus.ARCHIVED)
    linking(tenant, f"article:{target.pk}")
    make_run().check_tenant(tenant)
    since = HelpLink.objects.get().failing_since
    make_run().check_tenant(tenant)
    assert HelpLink.objects.get().failing_since == since is not None
    HelpArticle.objects.filter(pk=target.pk).update(status=ArticleStatus.PUBLISHED)
    make_run().check_tenant(tenant)
    assert HelpLink.objects.get().failing_since is None


def test_articles_of_another_tenant_are_none(
    tenant: Model, other_tenant: Model, make_run: Any
) -> None:
    foreign = make_article(other_tenant)
    linking(tenant, f"article:{foreign.pk}")
    make_run().check_tenant(tenant)
    assert HelpLink.objects.get().reason == LinkReason.NO_ARTICLE


def test_many_own_links_take_no_more_queries(
    tenant: Model, make_run: Any, django_assert_max_num_queries: Any
) -> None:
    linking(tenant, *(f"article:{99_000 + number}" for number in range(50)))
    with django_assert_max_num_queries(24):
        make_run().check_tenant(tenant)


# Other hosts


def test_other_hosts_are_asked(tenant: Model, server: ScriptedServer, make_run: Any) -> None:
    good, gone = server.answer("/good", 200), server.answer("/gone", 410)
    moved, failing = server.redirect("/old", "/good"), server.answer("/failing", 500)
    linking(tenant, good, gone, moved, failing)
    report = make_run().check_tenant(tenant)
    assert states(tenant) == {
        good: (LinkState.GOOD, ""),
        gone: (LinkState.BROKEN, LinkReason.STATUS),
        moved: (LinkState.MOVED, ""),
        failing: (LinkState.FAILING, LinkReason.STATUS),
    }
    assert (report.asked, report.waiting) == (4, 0)


def test_other_hosts_are_left_alone_unless_told(
    tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK = False
    linking(tenant, server.answer("/x", 200))
    make_run().check_tenant(tenant)
    assert server.requests == []
    assert HelpLink.objects.get().state == LinkState.NEW


def test_address_is_asked_again_when_it_is_due(
    tenant: Model, server: ScriptedServer, make_run: Any
) -> None:
    linking(tenant, server.answer("/x", 200))
    make_run().check_tenant(tenant)
    make_run().check_tenant(tenant)
    assert len(server.requests) == 1
    HelpLink.objects.update(next_check_at=timezone.now() - timedelta(minutes=1))
    make_run().check_tenant(tenant)
    assert len(server.requests) == 2


def test_run_has_an_end(
    tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_LIMIT = 2
    linking(tenant, *(server.answer(f"/{number}", 200) for number in range(5)))
    report = make_run().check_tenant(tenant)
    assert (report.asked, report.waiting, len(server.requests)) == (2, 3, 2)
    # The rest is first in the next one.
    make_run().check_tenant(tenant)
    assert len(set(server.lines)) == 4


def test_one_host_is_asked_so_often_and_with_pauses(
    tenant: Model, server: ScriptedServer, make_run: Any, pauses: Pauses
) -> None:
    linking(tenant, *(server.answer(f"/{number}", 200) for number in range(PER_HOST + 5)))
    report = make_run().check_tenant(tenant)
    assert (report.asked, report.waiting) == (PER_HOST, 5)
    assert len(pauses) == PER_HOST - 1
    assert all(PAUSE_SECONDS - 1 < pause <= PAUSE_SECONDS for pause in pauses)


def test_hosts_take_turns(
    tenant: Model, server: ScriptedServer, make_run: Any, pauses: Pauses
) -> None:
    server.answer("/1", 200)
    server.answer("/2", 200)
    hosts = ("a.example", "b.example", "c.example")
    linking(tenant, *(f"http://{host}:{server.port}/{n}" for host in hosts for n in (1, 2)))
    make_run().check_tenant(tenant)
    asked = [request.split("Host: ")[1].split(":")[0] for request in server.requests]
    assert sorted(asked[:3]) == sorted(asked[3:]) == list(hosts)


def test_host_in_several_tenants_is_asked_no_more_often(
    tenant: Model, other_tenant: Model, server: ScriptedServer, make_run: Any, pauses: Pauses
) -> None:
    for each in (tenant, other_tenant):
        linking(each, server.answer("/x", 200))
    run = make_run()
    for each in (tenant, other_tenant):
        run.check_tenant(each)
    assert len(pauses) == 1


def test_host_that_wants_to_be_left_alone_is(
    tenant: Model, server: ScriptedServer, make_run: Any
) -> None:
    linking(tenant, *(server.answer(f"/{n}", 429, "Retry-After: 5000000") for n in range(5)))
    report = make_run().check_tenant(tenant)
    assert (report.asked, report.waiting) == (1, 4)
    asked = HelpLink.objects.exclude(checked_at=None).get()
    assert asked.state == LinkState.UNSURE
    assert asked.next_check_at is not None
    assert asked.next_check_at > timezone.now() + timedelta(days=29)


# Several tenants


def checked(run: LinkRun, *tenants: Model) -> list[tuple[int, int]]:
    """Check tenants; return how many addresses of each were asked, and how many wait."""
    return [(each.report.asked, each.report.waiting) for each in run.check_tenants(tenants)]


def on_hosts(server: ScriptedServer, name: str, count: int) -> list[str]:
    return [f"http://{name}{number}.example:{server.port}/" for number in range(count)]


def test_tenants_share_the_requests_of_a_run(
    tenant: Model, other_tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_LIMIT = 4
    linking(tenant, *on_hosts(server, "a", 6))
    linking(other_tenant, *on_hosts(server, "b", 6))
    assert checked(make_run(), tenant, other_tenant) == [(2, 4), (2, 4)]


def test_what_a_tenant_leaves_is_for_the_others(
    tenant: Model, other_tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_LIMIT = 4
    linking(tenant, *on_hosts(server, "a", 6))
    linking(other_tenant, *on_hosts(server, "b", 1))
    assert checked(make_run(), tenant, other_tenant) == [(3, 3), (1, 0)]


def test_tenant_that_has_waited_longest_is_first(
    tenant: Model, other_tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_LIMIT = 1
    linking(tenant, *on_hosts(server, "a", 3))
    linking(other_tenant, *on_hosts(server, "b", 3))
    for each in (tenant, other_tenant):
        collect_links(each)
    HelpLink.objects.filter(tenant_id=other_tenant.pk).update(
        next_check_at=timezone.now() - timedelta(days=1)
    )
    assert checked(make_run(), tenant, other_tenant) == [(0, 3), (1, 2)]


def test_tenant_that_adds_addresses_all_the_time_is_not_always_first(
    tenant: Model, other_tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_LIMIT = 1
    linking(other_tenant, *on_hosts(server, "b", 1))
    collect_links(other_tenant)
    linking(tenant, *on_hosts(server, "a", 3))
    assert checked(make_run(), tenant, other_tenant) == [(0, 3), (1, 0)]


def test_trouble_of_one_tenant_keeps_no_other_waiting(
    tenant: Model, other_tenant: Model, server: ScriptedServer
) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if host == "a0.example":
            raise RuntimeError("broken name service")
        return ["127.0.0.1"]

    linking(tenant, *on_hosts(server, "a", 1))
    linking(other_tenant, *on_hosts(server, "b", 1))
    guard = Guard(ports=frozenset({server.port}), networks=LOOPBACK, resolve=resolve)
    run = LinkRun(guard=guard, sleep=lambda seconds: None)
    first, second = run.check_tenants([tenant, other_tenant])
    assert str(first.trouble) == "broken name service"
    assert (second.trouble, second.report.asked) == (None, 1)


def test_ignored_address_is_not_asked(tenant: Model, server: ScriptedServer, make_run: Any) -> None:
    linking(tenant, server.answer("/x", 200))
    make_run().check_tenant(tenant, ask=False)
    LinkService(tenant=tenant, actor=SYSTEM).ignore(HelpLink.objects.get(), note=" behind login ")
    make_run().check_tenant(tenant)
    assert server.requests == []
    assert HelpLink.objects.get().note == "behind login"
    LinkService(tenant=tenant, actor=SYSTEM).watch(HelpLink.objects.get())
    make_run().check_tenant(tenant)
    assert len(server.requests) == 1


def test_text_of_an_author_leads_to_no_machine_inside(
    tenant: Model, server: ScriptedServer, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK_PORTS = [server.port]
    linking(tenant, server.answer("/admin", 200), f"http://localhost:{server.port}/admin")
    LinkRun(sleep=lambda seconds: None).check_tenant(tenant)
    assert server.requests == []
    assert set(states(tenant).values()) == {(LinkState.UNSURE, LinkReason.PRIVATE)}


# Check again now


def test_link_is_checked_again_at_once(
    tenant: Model, server: ScriptedServer, make_run: Any
) -> None:
    url = server.answer("/x", 404)
    linking(tenant, url)
    make_run().check_tenant(tenant)
    server.answer("/x", 200)
    service = LinkService(tenant=tenant, actor=SYSTEM)
    found = service.check_now(HelpLink.objects.get(), run=make_run())
    assert found is not None
    assert found.state == LinkState.GOOD


def test_link_that_was_mended_in_the_text_is_gone(tenant: Model, make_run: Any) -> None:
    article = linking(tenant, "article:99999999")
    make_run().check_tenant(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(content="Mended.")
    service = LinkService(tenant=tenant, actor=SYSTEM)
    assert service.check_now(HelpLink.objects.get()) is None
    assert not HelpLink.objects.exists()


def test_own_page_is_checked_again_whatever_the_setting(
    tenant: Model, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK = False
    target = make_article(tenant, status=ArticleStatus.ARCHIVED)
    linking(tenant, f"article:{target.pk}")
    make_run().check_tenant(tenant)
    HelpArticle.objects.filter(pk=target.pk).update(status=ArticleStatus.PUBLISHED)
    found = LinkService(tenant=tenant, actor=SYSTEM).check_now(HelpLink.objects.get())
    assert found is not None
    assert found.state == LinkState.GOOD


def test_other_host_is_not_asked_again_where_none_is(
    tenant: Model, server: ScriptedServer, make_run: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK = False
    linking(tenant, server.answer("/x", 200))
    make_run().check_tenant(tenant)
    with pytest.raises(ValidationError, match="HELP_CENTER_LINK_CHECK"):
        LinkService(tenant=tenant, actor=SYSTEM).check_now(HelpLink.objects.get())
    assert server.requests == []


def test_links_are_asked_earlier_on_request(
    tenant: Model, server: ScriptedServer, make_run: Any
) -> None:
    linking(tenant, server.answer("/x", 200))
    make_run().check_tenant(tenant)
    service = LinkService(tenant=tenant, actor=SYSTEM)
    assert service.check_later(HelpLink.objects.all()) == 1
    make_run().check_tenant(tenant)
    assert len(server.requests) == 2


@pytest.mark.parametrize("step", ["ignore", "watch", "check_now", "check_later"])
def test_links_are_changed_by_those_who_may(tenant: Model, make_run: Any, step: str) -> None:
    linking(tenant, "article:99999999")
    make_run().check_tenant(tenant)
    link = HelpLink.objects.get()
    argument = [link] if step == "check_later" else link
    allowed = make_author("allowed", "change_helplink")
    getattr(LinkService(tenant=tenant, actor=allowed), step)(argument)
    with pytest.raises(PermissionRefused):
        getattr(LinkService(tenant=tenant, actor=make_author("other")), step)(argument)


@pytest.mark.parametrize("step", ["ignore", "watch", "check_now"])
def test_links_of_another_tenant_are_refused(tenant: Model, make_run: Any, step: str) -> None:
    other = make_tenant("Other")
    linking(other, "article:99999999")
    make_run().check_tenant(other)
    with pytest.raises(PermissionRefused):
        getattr(LinkService(tenant=tenant, actor=SYSTEM), step)(HelpLink.objects.get())


def test_links_of_another_tenant_are_not_asked_earlier(tenant: Model, make_run: Any) -> None:
    other = make_tenant("Other")
    linking(other, "article:99999999")
    make_run().check_tenant(other)
    assert LinkService(tenant=tenant, actor=SYSTEM).check_later(HelpLink.objects.all()) == 0
