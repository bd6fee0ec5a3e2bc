"""Whatever is posted: no category is moved, merged or emptied across tenants."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpCategory
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.pages import address, nonexistent, seen

NAME = "Globex secret"
PLACE_IS_GONE = "There is no such place. Reload the page and try again."


@pytest.fixture
def theirs(other_tenant: Any, make_category: Any, make_article: Any) -> HelpCategory:
    """A category of the other tenant with an article and one below it."""
    category: HelpCategory = make_category(other_tenant, NAME)
    make_article(other_tenant, NAME, category=category)
    make_category(other_tenant, NAME, parent=category)
    return category


def stored_tree() -> list[tuple[Any, ...]]:
    """Where every category of every tenant stands."""
    columns = ("pk", "tenant_id", "path", "depth", "numchild", "display_order")
    return list(HelpCategory.objects.order_by("pk").values_list(*columns))


def outcome(client: Client, url: str, data: dict[str, Any], key: Any) -> Any:
    """What a person can tell from a post, the messages of it among that."""
    response = client.post(url, data)
    answer = seen(response, key)
    client.get(reverse("admin:index"))  # takes the messages out of the session
    return answer


@pytest.mark.parametrize("person", ["editor_client", "root_client"])
@pytest.mark.parametrize("position", ["before", "after", "inside", "first"])
def test_category_cannot_be_placed_at_one_of_another_tenant(
    request: pytest.FixtureRequest, theirs: HelpCategory, tenant: Any,
    make_category: Any, person: str, position: str,
) -> None:  # fmt: skip
    client = request.getfixturevalue(person)
    own, before = make_category(tenant, "Ours"), stored_tree()
    page = address(HelpCategory, "place", own.pk)
    root = HelpCategory.objects.hidden_root(theirs.tenant_id)
    answers = [
        outcome(client, page, {"target": key, "position": position}, key)
        for key in (nonexistent(theirs), theirs.pk, root.pk, "x", "-1", "9" * 40, "\0", "1 OR 1=1")
    ]
    assert answers == [answers[0]] * len(answers)
    assert (answers[0][0], answers[0][3]) == (302, [PLACE_IS_GONE])
    assert stored_tree() == before


@pytest.mark.parametrize("step", ["up", "down", "in", "out", ""])
def test_category_of_another_tenant_cannot_be_moved(
    editor_client: Client, theirs: HelpCategory, tenant: Any, make_category: Any,
    step: str,
) -> None:  # fmt: skip
    own = make_category(tenant, "Ours")
    make_category(theirs.tenant, "Beside")
    before = stored_tree()
    root = HelpCategory.objects.hidden_root(tenant)
    data = {"step": step, "target": own.pk, "position": "inside"}
    answers = [
        outcome(editor_client, address(HelpCategory, "place", key), data, key)
        for key in (nonexistent(theirs), theirs.pk, root.pk, "x", "9" * 40)
    ]
    assert answers == [answers[0]] * len(answers)
    assert answers[0][:2] == (302, reverse("admin:index"))
    assert stored_tree() == before


@pytest.mark.parametrize("page", ["merge", "delete"])
@pytest.mark.parametrize("person", ["editor_client", "root_client"])
def test_category_cannot_be_given_to_one_of_another_tenant(
    request: pytest.FixtureRequest, theirs: HelpCategory, tenant: Any,
    make_article: Any, person: str, page: str,
) -> None:  # fmt: skip
    client = request.getfixturevalue(person)
    own = make_article(tenant).category
    make_article(tenant, category=CategoryService(tenant=tenant, actor=SYSTEM).create(name="Other"))
    before = stored_tree()
    url = address(HelpCategory, page, own.pk)
    assert NAME not in client.get(url).content.decode()
    answers = [
        outcome(client, url, {"receiver": key, "post": "yes"}, key)
        for key in (nonexistent(theirs), theirs.pk, "x", "9" * 40)
    ]
    assert answers == [answers[0]] * len(answers)
    assert "Select a valid choice" in answers[0][2]
    assert stored_tree() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_category_of_another_tenant_cannot_be_merged(
    editor_client: Client, theirs: HelpCategory, tenant: Any, make_category: Any,
    method: str,
) -> None:  # fmt: skip
    own, answers = make_category(tenant, "Ours"), []
    for key in (nonexistent(theirs), theirs.pk):
        send = getattr(editor_client, method)
        response = send(address(HelpCategory, "merge", key), {"receiver": own.pk})
        answers.append(seen(response, key))
        editor_client.get(reverse("admin:index"))
    assert answers[0] == answers[1]
    assert HelpCategory.objects.filter(pk=theirs.pk).exists()
