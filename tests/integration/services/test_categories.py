"""The category tree under its service."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory, HelpIndexState, get_tenant_model
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.category_base import MAX_DEPTH
from django_helpcenter.types import SYSTEM


@pytest.fixture
def service(tenant: Any) -> CategoryService:
    return CategoryService(tenant=tenant, actor=SYSTEM)


def names(categories: Any) -> list[str]:
    return [category.name for category in categories]


def test_category_without_slug_gets_a_free_one(service: CategoryService) -> None:
    service.create(name="Work orders")
    assert service.create(name="Work orders").slug == "work-orders-2"


def test_category_is_created_below_its_parent(service: CategoryService) -> None:
    parent = service.create(name="Devices")
    child = service.create(name="Scanners", parent=parent, icon="scan", color="#a0b1c2")
    assert names(child.get_breadcrumb()) == ["Devices", "Scanners"]
    assert (child.icon, child.color) == ("scan", "#a0b1c2")


def test_taken_slug_is_refused(service: CategoryService) -> None:
    service.create(name="Devices", slug="devices")
    with pytest.raises(ValidationError) as caught:
        service.create(name="Other", slug="devices")
    assert caught.value.message_dict == {"slug": ["The slug “devices” is taken."]}


def test_slug_of_another_tenant_is_free(service: CategoryService, other_tenant: Any) -> None:
    CategoryService(tenant=other_tenant, actor=SYSTEM).create(name="Devices", slug="devices")
    assert service.create(name="Devices", slug="devices").slug == "devices"


@pytest.mark.parametrize("color", ["red", "#fff", "#12345g", "#123456;x"])
def test_color_that_is_none_is_refused(service: CategoryService, color: str) -> None:
    with pytest.raises(ValidationError, match="#rrggbb|at most 7"):
        service.create(name="Devices", color=color)


def test_blank_name_is_refused(service: CategoryService) -> None:
    with pytest.raises(ValidationError, match="blank"):
        service.create(name="", slug="x")


def test_only_plain_fields_can_be_updated(service: CategoryService) -> None:
    category = service.create(name="Devices")
    with pytest.raises(TypeError, match="'path'"):
        service.update(category, path="0001")


def test_update_changes_what_is_given_and_nothing_else(service: CategoryService) -> None:
    category = service.create(name="Devices", icon="box")
    service.update(category, display_order=5)
    category.refresh_from_db()
    assert (category.display_order, category.icon, category.name) == (5, "box", "Devices")


def test_renaming_keeps_the_slug_and_reaches_the_articles(service: CategoryService) -> None:
    category = service.create(name="Devices")
    article = HelpArticle.objects.create(
        tenant_id=service.tenant.pk, title="A", slug="a", category=category, category_name="Devices"
    )
    renamed = service.rename(category, name="Equipment")
    article.refresh_from_db()
    assert (renamed.slug, article.category_name) == ("devices", "Equipment")
    assert "equip" in str(article.search_vector)


def test_renaming_does_not_count_as_an_edit_of_the_articles(service: CategoryService) -> None:
    category = service.create(name="Devices")
    article = HelpArticle.objects.create(
        tenant_id=service.tenant.pk, title="A", slug="a", category=category
    )
    service.rename(category, name="Equipment", slug="equipment")
    assert HelpArticle.objects.get().updated_at == article.updated_at


def test_changes_raise_the_corpus_version(service: CategoryService) -> None:
    category = service.create(name="Devices")
    service.rename(category, name="Equipment")
    before = HelpIndexState.objects.get(tenant_id=service.tenant.pk).corpus_version
    service.rename(category, name="Gear")
    assert HelpIndexState.objects.get(tenant_id=service.tenant.pk).corpus_version == before + 1


def test_move_takes_the_subtree_along(service: CategoryService) -> None:
    devices, sites = service.create(name="Devices"), service.create(name="Sites")
    scanners = service.create(name="Scanners", parent=devices)
    batteries = service.create(name="Batteries", parent=scanners)
    service.move(scanners, sites)
    batteries.refresh_from_db()
    assert names(batteries.get_breadcrumb()) == ["Sites", "Scanners", "Batteries"]


def test_move_to_the_top(service: CategoryService) -> None:
    child = service.create(name="Scanners", parent=service.create(name="Devices"))
    assert names(service.move(child, None).get_breadcrumb()) == ["Scanners"]


def test_move_to_where_it_is_changes_no_path(service: CategoryService) -> None:
    devices = service.create(name="Devices")
    first = service.create(name="Scanners", parent=devices)
    service.create(name="Printers", parent=devices)
    assert service.move(first, devices).path == first.path


@pytest.mark.parametrize("target", ["itself", "child"])
def test_move_below_itself_is_refused(service: CategoryService, target: str) -> None:
    devices = service.create(name="Devices")
    places = {"itself": devices, "child": service.create(name="Scanners", parent=devices)}
    with pytest.raises(ValidationError, match="below itself"):
        service.move(devices, places[target])


def test_move_works_with_instances_from_before_other_moves(service: CategoryService) -> None:
    a, b, c = (service.create(name=name) for name in "abc")
    service.move(b, a)
    service.move(c, b)  # b's path in this instance is the one from before
    assert names(HelpCategory.objects.get(pk=c.pk).get_breadcrumb()) == ["a", "b", "c"]
    assert not any(HelpCategory.objects.find_problems())


def test_parent_of_another_tenant_is_refused(service: CategoryService, other_tenant: Any) -> None:
    foreign = CategoryService(tenant=other_tenant, actor=SYSTEM).create(name="Theirs")
    own = service.create(name="Ours")
    for change in (
        lambda: service.move(own, foreign),
        lambda: service.create(name="New", parent=foreign),
    ):
        with pytest.raises(ValidationError, match="“Theirs” was deleted meanwhile"):
            change()


def test_category_of_another_tenant_cannot_be_changed(
    service: CategoryService, other_tenant: Any
) -> None:
    foreign = CategoryService(tenant=other_tenant, actor=SYSTEM).create(name="Theirs")
    for change in (
        lambda: service.rename(foreign, name="Ours"),
        lambda: service.update(foreign, icon="x"),
        lambda: service.move(foreign, None),
        lambda: service.delete(foreign),
    ):
        with pytest.raises(ValidationError, match="“Theirs” was deleted meanwhile"):
            change()


def test_hidden_root_cannot_be_changed(service: CategoryService) -> None:
    root = HelpCategory.objects.hidden_root(service.tenant)
    with pytest.raises(ValidationError, match="deleted"):
        service.delete(root)


def test_deleted_category_cannot_be_moved(service: CategoryService) -> None:
    category = service.create(name="Devices")
    service.delete(category)
    category.pk = 1_000_000
    with pytest.raises(ValidationError, match="“Devices” was deleted meanwhile"):
        service.move(category, None)


def test_tree_does_not_grow_deeper_than_its_paths(service: CategoryService) -> None:
    parent = None
    for level in range(MAX_DEPTH - 1):
        parent = service.create(name=f"Level {level}", parent=parent)
    with pytest.raises(ValidationError, match="at most 62 levels"):
        service.create(name="One more", parent=parent)
    branch = service.create(name="Branch")
    with pytest.raises(ValidationError, match="at most 62 levels"):
        service.move(branch, parent)


def test_empty_category_is_deleted(service: CategoryService) -> None:
    parent = service.create(name="Devices")
    service.delete(service.create(name="Scanners", parent=parent))
    assert names(HelpCategory.objects.for_tenant(service.tenant)) == ["Devices"]
    assert not any(HelpCategory.objects.find_problems())


def test_category_that_is_not_empty_stays(service: CategoryService) -> None:
    category = service.create(name="Devices")
    for number in range(2):
        HelpArticle.objects.create(
            tenant_id=service.tenant.pk, title="A", slug=f"a-{number}", category=category
        )
    service.create(name="Scanners", parent=category)
    with pytest.raises(ValidationError, match="it has 2 articles, 1 subcategory"):
        service.delete(category)


@pytest.mark.parametrize(
    ("permission", "change"),
    [
        ("add_helpcategory", lambda service, category: service.create(name="New")),
        ("change_helpcategory", lambda service, category: service.rename(category, name="New")),
        ("change_helpcategory", lambda service, category: service.update(category, icon="x")),
        ("change_helpcategory", lambda service, category: service.move(category, None)),
        ("delete_helpcategory", lambda service, category: service.delete(category)),
    ],
)
def test_every_change_needs_its_permission(
    service: CategoryService, permission: str, change: Any
) -> None:
    category = service.create(name="Devices")
    user = get_user_model().objects.create_user("editor")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="help_center").exclude(
            codename=permission
        )
    )
    with pytest.raises(PermissionRefused, match=permission):
        change(CategoryService(tenant=service.tenant, actor=user), category)
    user.user_permissions.add(Permission.objects.get(codename=permission))
    user = get_user_model().objects.get(pk=user.pk)  # permissions are cached on the instance
    change(CategoryService(tenant=service.tenant, actor=user), category)


def run_in_threads(count: int, work: Any) -> list[Exception]:
    errors: list[Exception] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except Exception as exc:  # noqa: BLE001 - handed to the assertion
            errors.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return errors


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_leave_a_sound_tree() -> None:
    tenants = [
        get_tenant_model()._default_manager.create(
            **{conf.TENANT_NAME_FIELD: name, conf.TENANT_SLUG_FIELD: name}
        )
        for name in ("left", "right")
    ]
    for tenant in tenants:
        for name in "abcdef":
            CategoryService(tenant=tenant, actor=SYSTEM).create(name=name)
    start = threading.Barrier(4)

    def work(number: int) -> None:
        service = CategoryService(tenant=tenants[number % 2], actor=SYSTEM)
        start.wait(30)
        for step in range(15):
            nodes = list(HelpCategory.objects.for_tenant(service.tenant))
            node = nodes[(step * 7 + number) % len(nodes)]
            parent = nodes[(step * 5 + number * 3) % len(nodes)]
            if step % 4 == 0:
                service.create(name=f"new {number} {step}", parent=parent)
            else:
                try:
                    service.move(node, parent)
                except ValidationError as exc:
                    if "below itself" not in str(exc):
                        raise

    assert run_in_threads(4, work) == []
    assert not any(HelpCategory.objects.find_problems())
    for tenant, other in itertools.permutations(tenants):
        root = HelpCategory.objects.hidden_root(tenant)
        below = HelpCategory.objects.filter(path__startswith=root.path)
        assert not below.filter(tenant=other).exists()
        assert HelpCategory.objects.for_tenant(tenant).count() == 6 + 2 * 4
