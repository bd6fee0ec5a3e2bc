"""How the example project reads PostgreSQL URLs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from embedded_postgres import Server, django_database


def parameters(url: str, **extra: Any) -> dict[str, Any]:
    """Return what Django would give psycopg to connect with."""
    entry = {"CONN_MAX_AGE": 0, "TIME_ZONE": None} | django_database(url, **extra)
    found: dict[str, Any] = DatabaseWrapper(entry).get_connection_params()
    return {key: found.get(key) for key in ("dbname", "user", "password", "host", "port")}


def test_every_part_of_a_common_url_is_used() -> None:
    assert django_database("postgresql://ann:secret@db.example:6432/site") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "site",
        "USER": "ann",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {},
    }


def test_short_scheme_and_missing_parts_are_fine() -> None:
    entry = django_database("postgres:///site")
    assert [entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "site", "", "", "", "",
    ]  # fmt: skip


def test_percent_encoded_parts_are_decoded() -> None:
    entry = django_database("postgresql://a%40b:p%2Fw%3A%25%20x@host/my%20site")
    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == ("a@b", "p/w:% x", "my site")


def test_url_of_the_embedded_server_leads_back_to_its_socket() -> None:
    server = Server(Path("data"), Path("/tmp/help-center-Ab1_x"), 1)  # noqa: S108
    expected = {"dbname": "docs", "user": "help_center", "host": "/tmp/help-center-Ab1_x"}  # noqa: S108
    assert parameters(server.url("docs")) == expected | {"password": None, "port": None}


def test_url_of_the_embedded_server_has_the_documented_form() -> None:
    url = Server(Path("data"), Path("/run/pg"), 1).url()
    assert url == "postgresql://help_center@/help_center?host=%2Frun%2Fpg"


def test_socket_folder_in_place_of_the_host_keeps_its_case() -> None:
    entry = django_database("postgresql://%2FVar%2Frun/site")
    assert entry["HOST"] == "/Var/run"


def test_plus_in_a_password_stays_a_plus() -> None:
    assert django_database("postgresql://u@/site?password=a+b%2B")["PASSWORD"] == "a+b+"


def test_other_parameters_become_options() -> None:
    url = "postgresql://h/site?sslmode=verify-full&options=-c%20search_path%3Dx&connect_timeout=5"
    assert django_database(url)["OPTIONS"] == {
        "sslmode": "verify-full",
        "options": "-c search_path=x",
        "connect_timeout": "5",
    }


def test_query_names_what_the_rest_leaves_out() -> None:
    url = "postgresql:///?dbname=site&user=ann&port=6432&host=/run/pg"
    assert parameters(url) == {
        "dbname": "site",
        "user": "ann",
        "password": None,
        "host": "/run/pg",
        "port": "6432",
    }


def test_several_hosts_keep_their_ports() -> None:
    entry = django_database("postgresql://a,b:6432,[2001:db8::1]/site")
    assert (entry["HOST"], entry["PORT"]) == ("a,b,2001:db8::1", ",6432,")


def test_service_may_name_the_database() -> None:
    entry = django_database("postgresql:///?service=main")
    assert (entry["NAME"], entry["OPTIONS"]) == ("", {"service": "main"})


def test_extra_is_laid_over_the_entry_and_its_options() -> None:
    url = "postgresql://h/site?sslmode=require&application_name=web"
    entry = django_database(url, CONN_MAX_AGE=60, OPTIONS={"sslmode": "disable", "pool": True})
    assert entry["CONN_MAX_AGE"] == 60
    assert entry["OPTIONS"] == {"sslmode": "disable", "application_name": "web", "pool": True}


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/site",
        "hunter2",
        "postgresql://u:hun#ter2@h/site",
        "postgresql://u:hunter2/x@h/site",
        "postgresql://u:hunter2?x@h/site",
        "postgresql://u:hunter2[x@h/site",
        "postgresql://u:hunter2@h:port/site",
        "postgresql://u:hunter2@h/",
        "postgresql://u:hunter2@h/site?sslmode",
        "postgresql://u:hunter2\u2100@h/site",
    ],
)
def test_bad_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="^DATABASE_URL must be postgresql://") as caught:
        django_database(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
