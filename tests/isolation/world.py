"""The two help centers with the people who come to them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import reverse

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpCategory, HelpFile, HelpLexeme, get_tenant_model
from django_helpcenter.search.lexicon import LENGTHS, PASSAGES
from tests.factories import HASHING, make_user
from tests.isolation.admin_pages import ROW_VIEWS, AdminPage, is_asked, pages_of
from tests.isolation.answers import Answer, ask
from tests.isolation.content import (
    NO_KEY,
    OTHER_SLUG,
    OWN_SLUG,
    ROLE,
    Target,
    fill,
    host_of,
    make_tenants,
)
from tests.isolation.reader_pages import METHODS, PAGES, PEOPLE, VOTE, route_name

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
NO_UUID = "00000000-0000-0000-0000-000000000000"

Answers = dict[tuple[str, str], Answer]


def tenants_of_staff(user: Any) -> QuerySet[Any]:
    """Say who works for which tenant."""
    tenants = get_tenant_model()._default_manager.all()
    if user.is_superuser:
        return tenants
    slug = OTHER_SLUG if user.get_username() == "stranger" else OWN_SLUG
    return tenants.filter(**{conf.TENANT_SLUG_FIELD: slug})


def tenant_of_host(request: HttpRequest) -> Model | None:
    """Find a tenant by the first part of the host name, as a host project might."""
    slug = request.get_host().split(".")[0]
    found: Model | None = (
        get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: slug}).first()
    )
    return found


def host_settings() -> override_settings:
    """Return what the host project has set: the default tenant model resolves tenants by itself."""
    values: dict[str, Any] = {
        "HELP_CENTER_ADMIN_TENANTS": f"{__name__}.tenants_of_staff",
        "HELP_CENTER_EMBEDDINGS": HASHING,
        # Not the database: thousands of requests are signed in here.
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    }
    if conf.TENANT_MODEL != "help_center.HelpTenant":
        values["HELP_CENTER_TENANT_RESOLVER"] = f"{__name__}.tenant_of_host"
    return override_settings(**values)


@dataclass(repr=False)
class World:
    """Content, people, and what they were answered."""

    own: Model
    other: Model
    targets: dict[str, Target]
    clients: dict[str, Client]
    _answers: dict[tuple[str, str], Answers] = field(default_factory=dict)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def client(self, person: str, host: str = host_of(OWN_SLUG)) -> Client:
        """Return a browser of this person, fresh but for the login."""
        client = Client(headers={"host": host, "user-agent": BROWSER})
        kept = self.clients[person].cookies.items()
        client.cookies.load({name: morsel.value for name, morsel in kept})
        return client

    def address(self, entry: str, state: str) -> tuple[str, str]:
        """Return the address of a reader page, and the key in it that names an article."""
        names = PAGES[entry].names
        if not names:
            return reverse(route_name(entry)), ""
        key = getattr(self.targets[state], names)
        return reverse(route_name(entry), args=[key]), str(key)

    def reader_answers(self, entry: str, person: str) -> Answers:
        """Return what a page answers to this person, by method and by what it names."""
        if (entry, person) not in self._answers:
            client = self.clients[person]
            # First times fill caches, which cost queries.
            ask(client, "GET", self.address(entry, "nonexistent")[0])
            self._answers[entry, person] = {
                (method, state): self._ask_page(client, method, *self.address(entry, state))
                for method in METHODS
                for state in PAGES[entry].states(method)
            }
        return self._answers[entry, person]

    def reader_cells(self, person: str) -> Iterator[tuple[str, str, Answer, Answer]]:
        """Yield what a person gets from all reader pages.

        Each time: where and how, what is named, the answer, and the answer for what does not exist
        (where nothing is named, the same one).
        """
        for entry in PAGES:
            answers = self.reader_answers(entry, person)
            for (method, state), answer in answers.items():
                nothing = answers.get((method, "nonexistent"), answer)
                yield f"{entry} {method} {state}", state, answer, nothing

    def _ask_page(self, client: Client, method: str, url: str, key: str) -> Answer:
        return ask(client, method, url, VOTE, key=key)

    def admin_answers(self, page: AdminPage, person: str) -> Answers:
        """Return what a page of the admin answers to this person, by method and by owner."""
        if (page.route, person) not in self._answers:
            client = self.clients[person]
            self._answers[page.route, person] = {
                (method, owner): self._ask_admin(client, method, page, owner)
                for method in METHODS
                for owner in page.owners(method)
                if is_asked(method, person, owner)
            }
        return self._answers[page.route, person]

    def admin_cells(
        self, person: str, models: Iterable[str]
    ) -> Iterator[tuple[str, str, str, Answer, Answer]]:
        """Yield what a person gets from the admin of these models.

        Each time: where and how, the method, the owner of the row that is named, the answer, and
        the answer for a row that does not exist (where none is named, the same one).
        """
        for page in (page for model in models for page in pages_of(model)):
            answers = self.admin_answers(page, person)
            for (method, owner), answer in answers.items():
                nothing = answers.get((method, "nonexistent"), answer)
                yield f"{page.route} {method} {owner}", method, owner, answer, nothing

    def _ask_admin(self, client: Client, method: str, page: AdminPage, owner: str) -> Answer:
        key = self.key(page.model, owner or "nonexistent")
        data: dict[str, Any] = {"post": "yes"}
        if page.view == "changelist":
            data |= {"action": "delete_selected", "_selected_action": key}
        return ask(client, method, admin_address(page, key), data, key=key)

    def tenant_key(self, owner: str) -> str:
        """Return the primary key of a tenant as text."""
        return str({"own": self.own, "foreign": self.other}[owner].pk)

    def is_of(self, owner: str, answer: Answer) -> bool:
        """Tell whether only rows of this tenant were written; those of a log have none."""
        return {tenant for _table, tenant in answer.written} <= {"", self.tenant_key(owner)}

    def key(self, model: str, owner: str) -> str:
        """Return the primary key of a row that belongs to this owner."""
        if (model, owner) not in self._keys:
            self._keys[model, owner] = self._find_key(model, owner)
        return self._keys[model, owner]

    def _find_key(self, model: str, owner: str) -> str:
        if owner == "nonexistent":
            some = self.key(model, "own")
            return NO_UUID if "-" in some else str(NO_KEY)
        tenant = self.own if owner == "own" else self.other
        found = apps.get_model("help_center", model)
        if found is get_tenant_model():
            return str(tenant.pk)
        rows = found._default_manager.filter(tenant=tenant)
        if found is HelpCategory:
            rows = rows.filter(slug__endswith="-empty")
        elif found is HelpLexeme:
            rows = rows.exclude(lexeme__in=(PASSAGES, LENGTHS))
        elif model == "helparticle":
            state = "published" if owner == "own" else "foreign"
            rows = rows.filter(pk=self.targets[state].pk)
        return str(rows.order_by("pk")[0].pk)


def admin_address(page: AdminPage, key: str) -> str:
    """Return the address of a page of the admin."""
    name = f"admin:help_center_{page.model}"
    if page.view == "shortcut":
        return reverse(f"{name}_change", args=[key]).removesuffix("change/")
    args = [key] if page.view in ROW_VIEWS else []
    if page.view == "content":
        file = HelpFile.objects.filter(pk=key).first()
        args = [file.file_name if file else Target("").file]
    return reverse(f"{name}_{page.view}", args=args)


def make_people() -> dict[str, Client]:
    """Create everybody, and sign in who has an account."""
    permissions = Permission.objects.filter(content_type__app_label="help_center")
    written = "article|articletemplate|category|tag|synonym|pinnedresult|snippet"
    writing = re.compile(f"(view|add|change)_help({written})")
    users = {
        "reader": make_user("reader"),
        "dispatcher": make_user("dispatcher", roles=(ROLE,)),
        "author": make_user("author", is_staff=True),
        "publisher": make_user("publisher", is_staff=True),
        "stranger": make_user("stranger", is_staff=True),
        "superuser": get_user_model().objects.create_superuser("superuser"),
    }
    users["author"].user_permissions.set(
        [each for each in permissions if writing.fullmatch(each.codename)]
    )
    for name in ("publisher", "stranger"):
        users[name].user_permissions.set(permissions)
    clients = {}
    for person in PEOPLE:
        clients[person] = Client(
            raise_request_exception=False,
            headers={"host": host_of(OWN_SLUG), "user-agent": BROWSER},
        )
        if person in users:
            clients[person].force_login(users[person])
    return clients


@contextmanager
def built_world() -> Iterator[World]:
    """Yield the world, in a transaction that is undone at the end."""
    with host_settings(), quiet_refusals(), transaction.atomic():
        own, other = make_tenants()
        yield World(own, other, fill(own, other), make_people())
        transaction.set_rollback(True)


@contextmanager
def quiet_refusals() -> Iterator[None]:
    """Keep Django from logging each of thousands of refusals: that would bury what deviates."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
