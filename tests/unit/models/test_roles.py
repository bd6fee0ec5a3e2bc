"""Which roles a reader has, and for whom an article is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import override_settings

from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models.roles import audience_of, group_names, roles_of


def two_roles(user: Any, tenant: Any) -> Iterable[Any]:
    return (role for role in ("manager", "dispatcher", "manager"))


def number_roles(user: Any, tenant: Any) -> Iterable[Any]:
    return [7]


def tenants_name(user: Any, tenant: Any) -> Iterable[Any]:
    return [f"of {tenant}"]


def one_string(user: Any, tenant: Any) -> Iterable[Any]:
    return "manager"


def nothing(user: Any, tenant: Any) -> Any:
    return None


def resolver(name: str) -> Any:
    return override_settings(HELP_CENTER_ROLE_RESOLVER=f"{__name__}.{name}")


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_who_is_not_signed_in_has_the_role_of_everybody(nobody: Any) -> None:
    with resolver("two_roles"):
        assert roles_of(nobody, "tenant") == ["all"]


def test_roles_are_sorted_without_doubles_and_include_everybody() -> None:
    with resolver("two_roles"):
        assert roles_of(User(pk=1), "tenant") == ["all", "dispatcher", "manager"]


def test_resolver_is_told_the_tenant() -> None:
    with resolver("tenants_name"):
        assert roles_of(User(pk=1), "Acme") == ["all", "of Acme"]


def test_roles_that_are_no_strings_become_some() -> None:
    with resolver("number_roles"):
        assert roles_of(User(pk=1), "tenant") == ["7", "all"]


def test_resolver_without_an_answer_means_no_roles() -> None:
    with resolver("nothing"):
        assert roles_of(User(pk=1), "tenant") == ["all"]


def test_resolver_that_answers_with_one_string_is_refused() -> None:
    with resolver("one_string"), pytest.raises(ConfigurationError, match="a list of role names"):
        roles_of(User(pk=1), "tenant")


def test_resolver_that_cannot_be_imported_is_named() -> None:
    with (
        resolver("no_such_function"),
        pytest.raises(ConfigurationError, match=r"HELP_CENTER_ROLE_RESOLVER.*no_such_function"),
    ):
        roles_of(User(pk=1), "tenant")


def test_user_that_is_not_stored_has_no_groups() -> None:
    assert list(group_names(User(), "tenant")) == []


def test_user_model_without_groups_has_no_roles() -> None:
    class Person:
        pk = 1
        is_authenticated = True

    assert list(group_names(Person(), "tenant")) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target_roles", "audience"),
    [
        ([], ["all"]),
        (["all"], ["all"]),
        (["manager", "all"], ["all"]),
        (["manager", "dispatcher", "manager"], ["dispatcher", "manager"]),
        # Nobody has a role without a name: such an article is hidden, not open to all.
        ([""], [""]),
    ],
)
def test_audience_is_what_the_target_roles_say(
    target_roles: list[str], audience: list[str]
) -> None:
    assert audience_of(target_roles) == audience
