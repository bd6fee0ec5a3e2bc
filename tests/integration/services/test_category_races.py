"""Many people who reorganise the same trees at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F, Model

from django_helpcenter.models import HelpArticle, HelpCategory, HelpCategoryRedirect
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.category_order import POSITIONS, STEPS
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_tenant
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

#: What somebody may be told whose tree has changed meanwhile, or who asks for what cannot be.
REFUSALS = {"descendant", "deleted", "no_place", "not_empty", "depth"}


class Editor:
    """Somebody who changes the tree of a tenant at random, sure of nothing but what was there."""

    def __init__(self, tenant: Model, other: Model, seed: int) -> None:
        self.tenant, self.other = tenant, other
        self.random = random.Random(seed)
        self.seed, self.made = seed, 0
        self.service = CategoryService(tenant=tenant, actor=SYSTEM)

    def work(self, steps: int) -> None:
        """Change something so many times; raise what is no refusal."""
        for _step in range(steps):
            nodes = list(HelpCategory.objects.for_tenant(self.tenant))
            change = self.random.choices(self.changes(len(nodes)), self.weights)[0]
            try:
                change(*self.random.choices(nodes, k=2))
            except ValidationError as exc:
                codes = {error.code for error in getattr(exc, "error_list", [])}
                codes |= {e.code for es in getattr(exc, "error_dict", {}).values() for e in es}
                if not codes <= REFUSALS:
                    raise

    weights = (5, 6, 5, 3, 2, 2, 2, 1, 2)

    def changes(self, count: int) -> tuple[Callable[..., Any], ...]:
        """Return what can be done; trees neither vanish nor grow without end."""
        service, pick = self.service, self.random.choice
        return (
            self.create if count < 40 else self.remove,
            lambda one, two: service.place(one, two, pick(POSITIONS)),
            lambda one, two: service.step(one, pick(STEPS)),
            lambda one, two: service.move(one, pick([two, None])),
            self.rename,
            self.create if count < 10 else lambda one, two: service.merge(one, into=two),
            self.create if count < 10 else self.remove,
            lambda one, two: service.update(one, icon=pick("abc")),
            self.reach_over,
        )

    def create(self, one: HelpCategory, two: HelpCategory) -> None:
        self.made += 1
        self.service.create(name=f"New {self.seed} {self.made}", parent=one)

    def rename(self, one: HelpCategory, two: HelpCategory) -> None:
        self.made += 1
        self.service.rename(one, name=one.name, slug=f"slug-{self.seed}-{self.made}")

    def remove(self, one: HelpCategory, two: HelpCategory) -> None:
        self.service.delete(one, move_to=self.random.choice([two, None]))

    def reach_over(self, one: HelpCategory, two: HelpCategory) -> None:
        """Try to leave the tenant, which has to fail."""
        theirs = self.random.choice(list(HelpCategory.objects.for_tenant(self.other)))
        change = self.random.choice(
            [
                lambda: self.service.place(one, theirs, self.random.choice(POSITIONS)),
                lambda: self.service.place(theirs, one, self.random.choice(POSITIONS)),
                lambda: self.service.move(one, theirs),
                lambda: self.service.merge(one, into=theirs),
                lambda: self.service.delete(theirs, move_to=one),
            ]
        )
        with pytest.raises(ValidationError, match="was deleted meanwhile"):
            change()


def make_world(articles: int) -> list[Model]:
    """Make three tenants with a tree each, and articles in it."""
    tenants = [make_tenant(name) for name in ("left", "middle", "right")]
    for tenant in tenants:
        service = CategoryService(tenant=tenant, actor=SYSTEM)
        tops = [service.create(name=name) for name in "abcdef"]
        tops += [service.create(name=f"{top.name}1", parent=top) for top in tops]
        for number in range(articles):
            make_article(tenant, f"Article {number}", category=tops[number % len(tops)])
    return tenants


def faults_of(tenants: list[Model], articles: int) -> list[str]:
    """Return what is wrong: broken trees, rows of another tenant, and what is lost."""
    faults = [f"treebeard: {found}" for found in HelpCategory.objects.find_problems() if found]
    for tenant in tenants:
        root = HelpCategory.objects.hidden_root(tenant)
        inside = HelpCategory.objects.filter(path__startswith=root.path)
        own = HelpArticle.objects.for_tenant(tenant).filter(category__tenant=tenant.pk)
        own = own.filter(category__depth__gt=1, category__name=F("category_name"))
        redirects = HelpCategoryRedirect.objects.for_tenant(tenant)
        taken = HelpCategory.objects.for_tenant(tenant).values("slug")
        holds = {
            "tenants of a tree": set(inside.values_list("tenant", flat=True)) == {tenant.pk},
            "categories": inside.count() == HelpCategory.objects.filter(tenant=tenant).count(),
            "articles": own.count() == articles,
            "redirects": not redirects.exclude(category__tenant=tenant.pk).exists(),
            "slugs": not redirects.filter(slug__in=taken).exists(),
        }
        faults += [f"{tenant}: {name}" for name, is_so in holds.items() if not is_so]
    return faults


def reorganise(threads: int, steps: int, articles: int) -> list[str]:
    """Let people change all three trees at once, each in their own order; return the faults."""
    tenants = make_world(articles)

    def person(number: int) -> None:
        editors = [
            Editor(tenant, tenants[place - 1], seed=100 * number + place)
            for place, tenant in enumerate(tenants)
        ]
        order = [editor for editor in editors for _step in range(steps)]
        random.Random(number).shuffle(order)
        for editor in order:
            editor.work(1)

    run_at_once(*(partial(person, number) for number in range(1, threads + 1)))
    return faults_of(tenants, articles)


def test_several_people_leave_sound_trees() -> None:
    assert reorganise(threads=3, steps=10, articles=12) == []


@pytest.mark.soak
def test_six_people_leave_three_trees_sound_after_200_changes_each() -> None:
    assert reorganise(threads=6, steps=200, articles=60) == []
