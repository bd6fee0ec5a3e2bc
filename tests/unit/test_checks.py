"""System checks: each fires on its mistake, names the mend, and is silent otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.apps import apps
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.checks.registry import registry
from django.db import connections, models
from django.test.utils import isolate_apps
from django.urls import reverse_lazy

from django_helpcenter import checks
from django_helpcenter.checks.database import check_databases
from django_helpcenter.checks.project import check_database_engines, check_installed_apps
from django_helpcenter.checks.settings import RANGES, type_hints
from django_helpcenter.checks.tenants import (
    check_models_that_point_at_the_tenant,
    fields_that_point_at_the_tenant,
)
from django_helpcenter.conf import HelpCenterSettings, conf
from django_helpcenter.models import HelpTenant

HASHING = "django_helpcenter.backends.embeddings.hashing.HashingEmbeddings"
ONNX = "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings"
KEYWORDS = {"keyword": 1, "semantic": 0.5, "quality": 0}


def ours(*, deploy: bool = False) -> list[CheckMessage]:
    return run_checks(tags=[checks.TAG], include_deployment_checks=deploy)


def found(*, deploy: bool = False) -> list[str]:
    return [str(message.id) for message in ours(deploy=deploy)]


def test_defaults_are_fine() -> None:
    assert ours(deploy=True) == []


@pytest.mark.parametrize(
    ("name", "value", "identifier", "text"),
    [
        ("SERCH_HISTORY", True, "W001", "HELP_CENTER_SERCH_HISTORY"),
        ("SEARCH_HISTORY", "yes", "E002", "valid boolean"),
        ("SEARCH_CANDIDATES", "100", "E002", "'100': input should be a valid integer"),
        ("SEARCH_CANDIDATES", True, "E002", "valid integer"),
        ("TENANT_SLUG_FIELD", None, "E002", "valid string"),
        ("SUPPORT_URL", 5, "E002", "valid string"),
        ("SEARCH_WEIGHTS", {"keyword": "much"}, "E002", "keyword: input should be a valid number"),
        ("SEARCH_CANDIDATES", 0, "E003", "it must be from 1 to 1000"),
        ("SEARCH_HNSW_EF", 1001, "E003", "it must be from 1 to 1000"),
        ("SEARCH_QUERY_MAX_LENGTH", 513, "E003", "it must be from 1 to 512"),
        ("SEARCH_TIMEOUT_MS", -1, "E003", "it must be from 0"),
        ("IMPORT_MAX_FILE_BYTES", 0, "E003", "it must be at least 1"),
        ("SEARCH_QUALITY_BAND", 1.5, "E003", "it must be from 0 to 1"),
        ("SEARCH_QUALITY_BAND", float("nan"), "E003", "it must be from 0 to 1"),
        ("TENANT_RESOLVER", "nowhere.resolver", "E004", "cannot be imported: No module named"),
        ("ROLE_RESOLVER", "roles", "E004", "cannot be imported"),
        ("ADMIN_TENANTS", "django_helpcenter.conf.PREFIX", "E004", "cannot be called"),
        ("ADMIN_EDITOR", "nowhere.Editor", "E009", "cannot be imported: No module named"),
        ("ADMIN_EDITOR", "django.forms.CharField", "E009", "no form widget"),
        ("ADMIN_EDITOR", "django_helpcenter.conf.conf", "E009", "no form widget"),
        ("BACKGROUND", "thread", "E005", "'thread'"),
        ("SEARCH_WEIGHTS", {"keyword": 1.0}, "E006", "keyword, semantic, quality"),
        ("SEARCH_WEIGHTS", {**KEYWORDS, "luck": 1}, "E006", "keyword, semantic, quality"),
        ("SEARCH_WEIGHTS", {**KEYWORDS, "quality": -0.1}, "E006", "negative"),
        ("SEARCH_WEIGHTS", {**KEYWORDS, "quality": float("inf")}, "E006", "finite"),
        ("SEARCH_WEIGHTS", dict.fromkeys(KEYWORDS, 0), "E006", "zero in all"),
        ("SEARCH_QUALITY_WEIGHTS", {"helpful": 1.0}, "E006", "helpful, views, recency"),
        (
            "SEARCH_BM25",
            {"k1": 1.2, "b": 1.5, "pairs": 0, "synonyms": 0.7},
            "E006",
            "more than 1 in b",
        ),
        ("SEARCH_FIELDS", {"title": 3, "heading": 1, "text": 1}, "E006", "more than 1 in heading"),
        ("SEARCH_COVERAGE_SHIFT", (0.0, 1.5), "E008", "from -1 to 1"),
        ("SEARCH_COVERAGE_SHIFT", (-1.5, 0.0), "E008", "from -1 to 1"),
        ("SEARCH_COVERAGE_SHIFT", (float("nan"), 0.0), "E008", "from -1 to 1"),
        ("SEARCH_COVERAGE_SHIFT", (0.1,), "E002", "COVERAGE_SHIFT"),
        ("FILE_STORAGE", "nowhere", "E014", "not in STORAGES"),
        ("FILE_STORAGE", None, "E002", "FILE_STORAGE"),
        ("LINK_CHECK_NETWORKS", ["10.0.0.1/8"], "E015", "host bits set"),
        ("LINK_CHECK_NETWORKS", ["intranet"], "E015", "'intranet'"),
        ("LINK_CHECK_PORTS", [80, 70_000], "E015", "70000 is no port"),
        ("LINK_CHECK_ALLOWED_HOSTS", "a.example", "E002", "valid list"),
        ("LINK_CHECK_LIMIT", 0, "E003", "it must be from 1"),
        ("SUPPORT_URL", "javascript:alert(1)", "E007", "follow safely"),
        ("BASE_URL", "help.example.com", "E018", "could not begin with"),
        ("BASE_URL", "", "E018", "could not begin with"),
        ("BASE_URL", "javascript:alert(1)", "E018", "could not begin with"),
        ("BASE_URL", "https://example.com/?page=", "E018", "could not begin with"),
        ("BASE_URL", "https://[::1", "E018", "could not begin with"),
        ("BASE_URL", 5, "E002", "BASE_URL"),
        ("STALE_AFTER_DAYS", 0, "E003", "it must be from 1 to 36500"),
        ("OWNER_CHOICES", "nowhere.people", "E004", "cannot be imported"),
        ("USER_LANGUAGE", "nowhere.language", "E004", "cannot be imported"),
        ("TENANT_MODEL", "nowhere.Model", "E010", "'nowhere.Model'"),
        ("TENANT_MODEL", "Model", "E010", "'Model'"),
        ("TENANT_SLUG_FIELD", "handle", "E011", "no field 'handle'"),
        ("TENANT_NAME_FIELD", "label", "W013", "'label'"),
        ("TENANT_DOMAIN_FIELD", "host", "W013", "'host'"),
        ("EMBEDDINGS", HASHING, "E050", "must be a dictionary"),
        ("EMBEDDINGS", {"BACKEND": "nowhere.Backend"}, "E050", "cannot be imported"),
        ("EMBEDDINGS", {"BACKEND": "builtins.dict"}, "E050", "not a subclass"),
        ("EMBEDDINGS", {"BACKEND": HASHING, "OPTIONS": {"modle": 1}}, "E050", "modle"),
        ("EMBEDDINGS_PREVIOUS", {"BACKEND": "nowhere.Backend"}, "E050", "EMBEDDINGS_PREVIOUS"),
        ("EMBEDDINGS", {"BACKEND": HASHING, "OPTIONS": {"query_cache": "no"}}, "E051", "'no'"),
    ],
)
def test_mistake_is_reported_once_with_its_mend(
    settings: Any, name: str, value: object, identifier: str, text: str
) -> None:
    setattr(settings, f"HELP_CENTER_{name}", value)
    messages = ours()
    assert [message.id for message in messages] == [f"help_center.{identifier}"]
    assert text in messages[0].msg
    assert messages[0].hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEARCH_QUALITY_BAND", 1),
        ("SEARCH_TIMEOUT_MS", 0),
        ("SEARCH_WEIGHTS", KEYWORDS),
        ("BACKGROUND", "celery"),
        ("BASE_URL", "https://example.com/intranet/"),
        ("BASE_URL", "http://127.0.0.1:8000"),
        ("SUPPORT_URL", "/support/"),
        ("SUPPORT_URL", "mailto:help@example.com"),
        ("SUPPORT_URL", reverse_lazy("admin:index")),
        ("ROLE_RESOLVER", "tests.unit.test_checks.ours"),
        ("EMBEDDINGS", {"BACKEND": HASHING}),
        ("EMBEDDINGS_PREVIOUS", {"BACKEND": HASHING, "OPTIONS": {}}),
        ("TENANT_NAME_FIELD", "slug"),
        ("LINK_CHECK_NETWORKS", ["10.1.0.0/16", "fd00::/8", "10.0.0.1"]),
        ("LINK_CHECK_PORTS", [80, 443, 8080]),
    ],
)
def test_values_that_work_are_not_reported(settings: Any, name: str, value: object) -> None:
    setattr(settings, f"HELP_CENTER_{name}", value)
    assert ours() == []


def test_misspelled_name_gets_a_suggestion(settings: Any) -> None:
    settings.HELP_CENTER_SERCH_HISTORY = False
    assert ours()[0].hint == "Did you mean HELP_CENTER_SEARCH_HISTORY?"


def test_name_like_no_other_gets_the_reference(settings: Any) -> None:
    settings.HELP_CENTER_COFFEE = True
    assert "docs/reference/settings.md" in str(ours()[0].hint)


def test_hint_names_the_fields_that_could_be_meant(settings: Any) -> None:
    settings.HELP_CENTER_TENANT_SLUG_FIELD = "handle"
    assert "name, slug, domain" in str(ours()[0].hint)


def test_reverse_relation_is_no_field_of_the_tenant(settings: Any) -> None:
    settings.HELP_CENTER_TENANT_SLUG_FIELD = "+"
    assert found() == ["help_center.E011"]


def test_missing_model_warns_and_stops_a_deployment(settings: Any, tmp_path: Any) -> None:
    options = {"model_dir": str(tmp_path)}
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": ONNX, "OPTIONS": options}
    assert found() == ["help_center.W052"]
    assert found(deploy=True) == ["help_center.W052", "help_center.E052"]


def test_broken_backend_is_said_once_before_a_deployment(settings: Any) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": "nowhere.Backend"}
    assert found(deploy=True) == ["help_center.E050"]


def test_every_number_has_a_range() -> None:
    numbers = {name for name, hint in type_hints().items() if hint in (int, float)}
    assert set(RANGES) == numbers


def test_every_dotted_path_is_followed() -> None:
    paths = {
        name
        for name, value in vars(HelpCenterSettings).items()
        if name.isupper() and isinstance(value, str) and value.startswith("django_helpcenter.")
    }
    assert paths == {*checks.settings.CALLABLES, "ADMIN_EDITOR"}


@pytest.fixture
def unset_tenant_model(settings: Any) -> None:
    if hasattr(settings, "HELP_CENTER_TENANT_MODEL"):
        del settings.HELP_CENTER_TENANT_MODEL


@isolate_apps("django.contrib.messages")
def test_models_that_point_at_the_default_tenant_are_found() -> None:
    class Ticket(models.Model):  # noqa: DJ008
        tenant = models.ForeignKey(HelpTenant, on_delete=models.CASCADE, related_name="+")
        watchers = models.ManyToManyField(HelpTenant, related_name="+")
        other = models.ForeignKey("self", on_delete=models.CASCADE)

        class Meta:
            app_label = "messages"

    registry = Ticket._meta.apps
    assert list(fields_that_point_at_the_tenant(registry)) == [
        "messages.Ticket.tenant",
        "messages.Ticket.watchers",
    ]


@pytest.fixture
def ticket_of_the_host() -> Iterator[None]:
    """A model of the host that points at the default tenant, in the registry of all models."""

    class Ticket(models.Model):  # noqa: DJ008
        tenant = models.ForeignKey(HelpTenant, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "auth"

    yield
    del apps.all_models["auth"]["ticket"]
    apps.clear_cache()


@pytest.mark.usefixtures("unset_tenant_model", "ticket_of_the_host")
def test_model_that_points_at_the_tenant_needs_the_setting() -> None:
    (message,) = check_models_that_point_at_the_tenant()
    assert message.id == "help_center.E012"
    assert "auth.Ticket.tenant" in message.msg
    assert "HELP_CENTER_TENANT_MODEL = 'help_center.HelpTenant'" in str(message.hint)


@pytest.mark.usefixtures("ticket_of_the_host")
def test_spelled_out_setting_is_enough(settings: Any) -> None:
    settings.HELP_CENTER_TENANT_MODEL = conf.TENANT_MODEL
    assert check_models_that_point_at_the_tenant() == []


def test_missing_support_for_postgres_is_reported(settings: Any) -> None:
    settings.INSTALLED_APPS = [
        app for app in settings.INSTALLED_APPS if app != "django.contrib.postgres"
    ]
    assert [message.id for message in check_installed_apps()] == ["help_center.E020"]


def test_treebeard_need_not_be_installed(settings: Any) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "treebeard"]
    assert run_checks() == []


class ToLegacy:
    """Routes everything to the database ``legacy``."""

    def db_for_read(self, model: object, **hints: object) -> str:
        return "legacy"

    db_for_write = db_for_read


def test_another_database_than_postgres_is_reported(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    legacy = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3"}
    monkeypatch.setitem(connections.settings, "legacy", legacy)
    settings.DATABASE_ROUTERS = [f"{__name__}.ToLegacy"]
    (message,) = check_database_engines()
    assert message.id == "help_center.E021"
    assert "'legacy' is sqlite" in message.msg
    del connections["legacy"]


def test_databases_are_asked_only_when_told() -> None:
    # Without ``databases`` nothing may open a connection, which this test has no right to.
    assert check_databases() == []
    tagged: list[Any] = [c for c in registry.get_checks() if Tags.database in c.tags]
    assert check_databases in tagged


def test_server_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    entry = {**connections.settings["default"], "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setitem(connections.settings, "unreachable", entry)
    with django_db_blocker.unblock():
        (message,) = check_databases(databases=["unreachable"])
    del connections["unreachable"]
    assert message.id == "help_center.E030"
    assert "refused" in message.msg


def test_checks_can_be_registered_again() -> None:
    before = len(registry.get_checks(include_deployment_checks=True))
    checks.register_checks()
    assert len(registry.get_checks(include_deployment_checks=True)) == before
