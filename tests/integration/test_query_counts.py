"""Every page that lists something takes as many queries with 1,000 rows as with 10.

Which pages there are is not written down here: those of the admin and of readers are the entries of
the isolation matrix, which has one for each route, and which rows there are says ``fill``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ForeignKey, Model, QuerySet
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import slugify

from django_helpcenter.conf import conf
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpCategory,
    HelpFile,
    HelpLexeme,
    HelpTag,
    get_tenant_model,
)
from django_helpcenter.search.lexicon import LENGTHS, PASSAGES
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import HASHING, index, make_tenant
from tests.integration.admin.rows import MODELS, fill
from tests.isolation.admin_pages import ROW_VIEWS, AdminPage, all_pages
from tests.isolation.reader_pages import PAGES

pytestmark = [
    # Measured lines would double the time of making the rows.
    pytest.mark.soak,
    pytest.mark.django_db,
    # The rows are made in one process.
    pytest.mark.xdist_group("query counts"),
]

FEW, MANY = 10, 1_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"

#: Views that show something. The shortcut to a row leads on at once.
ADMIN_PAGES = [
    page
    for page in all_pages()
    if page.view != "shortcut" and not apps.get_model("help_center", page.model)._meta.swapped
]
READER_PAGES = [
    entry
    for entry, page in PAGES.items()
    if page.knows("GET") and "(former)" not in entry and page.names != "pk"
]
#: What a search finds every article by.
WORD = "common"


def tenants_of_staff(user: Any) -> QuerySet[Any]:
    """Superusers work for all tenants, others for the first."""
    tenants = get_tenant_model()._default_manager.all()
    return tenants if user.is_superuser else tenants.filter(**{conf.TENANT_SLUG_FIELD: "acme"})


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page answered, and what that took."""

    status: int
    queries: tuple[str, ...]


Costs = dict[tuple[str, str], Cost]


@dataclass(slots=True)
class Site:
    """One help center that grows, among others, and the people who look at it."""

    tenant: Any
    clients: dict[str, Client]
    first: HelpArticle | None = None
    rows: int = 0

    def grow(self, count: int) -> None:
        """Add this many rows of every model, and gather half of them around the first article."""
        fill(self.tenant, _write_article, count)
        self.rows += count
        self.first = HelpArticle.objects.for_tenant(self.tenant).earliest("pk")
        self._gather()
        index(self.tenant)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _gather(self) -> None:
        assert self.first is not None
        firsts = {HelpArticle: self.first, HelpCategory: self.first.category}
        HelpArticleVersion.objects.filter(number=1).update(number=F("pk") + 1)
        for model in MODELS:
            own: Any = model._default_manager.order_by("pk")
            for field in model._meta.local_fields:
                target = firsts.get(field.related_model) if _points(field) else None  # type: ignore[arg-type]
                if target is None or model is HelpCategory:
                    continue
                keys = list(own.values_list("pk", flat=True)[: self.rows // 2])
                with _tolerated_conflicts():
                    own.filter(pk__in=keys).update(**{field.name: target})
        tag = HelpTag.objects.for_tenant(self.tenant).earliest("pk")
        tag.articles.add(*HelpArticle.objects.for_tenant(self.tenant)[: self.rows // 2])

    def costs(self) -> Costs:
        """Ask every page as everybody who may."""
        found: Costs = {}
        for person in ("superuser", "editor"):
            for page in ADMIN_PAGES:
                found[page.route, person] = self._cost(person, self._admin_address(page))
        for entry in READER_PAGES:
            found[entry, "reader"] = self._cost("reader", self._reader_address(entry))
        return found

    def _admin_address(self, page: AdminPage) -> str:
        name = f"admin:help_center_{page.model}_{page.view}"
        if page.view == "content":
            return reverse(name, args=[HelpFile.objects.earliest("pk").file_name])
        if page.view not in ROW_VIEWS:
            return reverse(name)
        return reverse(name, args=[self._row(page.model).pk])

    def _row(self, name: str) -> Any:
        model = apps.get_model("help_center", name)
        if model is get_tenant_model():
            return self.tenant
        rows: Any = model._default_manager.filter(tenant=self.tenant).order_by("pk")
        if model is HelpCategory:
            rows = rows.filter(depth__gt=1)
        elif model is HelpLexeme:
            rows = rows.exclude(lexeme__in=(PASSAGES, LENGTHS))
        elif model is HelpArticle:
            assert self.first is not None
            return self.first
        return rows[0]

    def _reader_address(self, entry: str) -> str:
        article = self.first
        assert article is not None
        values = {
            "": [],
            "article": [article.slug],
            "category": [article.category.slug],
            "tag": [HelpTag.objects.for_tenant(self.tenant).earliest("pk").slug],
            "file": [HelpFile.objects.earliest("pk").file_name],
        }
        query = {"q": WORD} if entry.endswith(("search", "suggest")) else None
        return reverse(entry, args=values[PAGES[entry].names], query=query)

    def _cost(self, person: str, address: str) -> Cost:
        client = self.clients[person]
        with transaction.atomic():
            client.get(address)  # what is cached for the life of the process
            with CaptureQueriesContext(connection) as captured:
                status = client.get(address).status_code
            transaction.set_rollback(True)
        return Cost(status, tuple(query["sql"] for query in captured.captured_queries))


def _points(field: Any) -> bool:
    return isinstance(field, ForeignKey)


@contextmanager
def _tolerated_conflicts() -> Iterator[None]:
    """Leave rows where they are that may stand once beside an article."""
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()  # those that would be looked at later
    except IntegrityError:
        return


def _write_article(tenant: Any, title: str, **fields: Any) -> HelpArticle:
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    return service.create_article(
        title=f"{WORD} {title}", slug=slugify(title), content="Text.", index=False, **fields
    )


@contextmanager
def _site() -> Iterator[Site]:
    tenant = make_tenant("Acme", "acme")
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "testserver")
    tenant.save()
    users = get_user_model().objects
    editor = users.create_user("editor", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="help_center"))
    people = {"superuser": users.create_superuser("root"), "editor": editor, "reader": None}
    clients = {}
    for name, user in people.items():
        clients[name] = Client(headers={"user-agent": BROWSER})
        if user is not None:
            clients[name].force_login(user)
    yield Site(tenant, clients)


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Costs, Costs]]:
    """Return what all pages take with few rows, and with many."""
    host = override_settings(
        HELP_CENTER_ADMIN_TENANTS=f"{__name__}.tenants_of_staff", HELP_CENTER_EMBEDDINGS=HASHING
    )
    with django_db_blocker.unblock(), host, transaction.atomic(), _site() as site:
        site.grow(FEW)
        few = site.costs()
        site.grow(MANY - FEW)
        rows = {model: model._default_manager.count() for model in MODELS}
        assert not [model for model, count in rows.items() if count < MANY // 2], rows
        yield few, site.costs()
        transaction.set_rollback(True)


def assert_equal(costs: tuple[Costs, Costs], name: str, person: str) -> None:
    few, many = (each[name, person] for each in costs)
    assert many.status == few.status
    more = "\n".join(sql[:300] for sql in many.queries if sql not in few.queries)
    assert len(many.queries) == len(few.queries), more


@pytest.mark.parametrize("person", ["superuser", "editor"])
@pytest.mark.parametrize("page", ADMIN_PAGES, ids=lambda page: f"{page.model}-{page.view}")
def test_page_of_the_admin_takes_the_same_queries(
    costs: tuple[Costs, Costs], page: AdminPage, person: str
) -> None:
    assert_equal(costs, page.route, person)


@pytest.mark.parametrize("entry", READER_PAGES)
def test_page_for_readers_takes_the_same_queries(costs: tuple[Costs, Costs], entry: str) -> None:
    assert_equal(costs, entry, "reader")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_is_there(costs: tuple[Costs, Costs], model: type[Model]) -> None:
    page = AdminPage(str(model._meta.model_name), "changelist")
    assert {each[page.route, "superuser"].status for each in costs} == {200}
