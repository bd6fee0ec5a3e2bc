"""Saving and changing filters of lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpSavedFilter
from django_helpcenter.services.saved_filters import SavedFilterService
from tests.factories import make_user
from tests.threads import run_at_once


@pytest.fixture
def service(tenant: Model) -> SavedFilterService:
    return SavedFilterService(tenant=tenant, actor=make_user("ann", is_staff=True))


def save(service: SavedFilterService, **fields: Any) -> HelpSavedFilter:
    return service.save(**{"list_name": "helparticle", "name": "Mine", "query": "q=x", **fields})


@pytest.mark.parametrize("field", ["name", "query"])
def test_null_character_is_refused(service: SavedFilterService, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        save(service, **{field: "a\0b"})
    assert field in refusal.value.error_dict


def test_null_character_in_a_new_name_is_refused(service: SavedFilterService) -> None:
    with pytest.raises(ValidationError):
        service.change(save(service), name="a\0b", is_shared=False)


def test_change_of_what_was_deleted_meanwhile_is_a_conflict(service: SavedFilterService) -> None:
    saved = save(service)
    HelpSavedFilter.objects.all().delete()
    with pytest.raises(ArticleConflict, match="deleted meanwhile"):
        service.change(saved, name="Other", is_shared=False)


@pytest.mark.django_db(transaction=True)
def test_filters_of_one_name_that_are_saved_at_once_replace_each_other(tenant: Model) -> None:
    service = SavedFilterService(tenant=tenant, actor=make_user("ann", is_staff=True))
    run_at_once(*[lambda: save(service)] * 6)
    assert HelpSavedFilter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rename_to_a_name_that_is_saved_at_once_is_refused(tenant: Model) -> None:
    service = SavedFilterService(tenant=tenant, actor=make_user("ann", is_staff=True))
    other = save(service, name="Other")

    def rename() -> str:
        try:
            service.change(other, name="Mine", is_shared=False)
        except ValidationError:
            return "refused"
        return "renamed"

    run_at_once(*[rename] * 3, *[lambda: save(service)] * 3)
    assert HelpSavedFilter.objects.filter(name="Mine").count() == 1
