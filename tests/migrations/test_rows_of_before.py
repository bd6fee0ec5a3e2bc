"""Migrations of a help center that is in use: what they make of the rows that are there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from django_helpcenter.conf import conf
from tests.scratch_database import ALIAS, Scratch

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        conf.TENANT_MODEL != "help_center.HelpTenant",
        reason="this run has the host's own tenant model",
    ),
]

TITLES = ("Größe", "Reset it", "密码")


def models_of(migration: str) -> Any:
    """Return the models as they were after a migration."""
    loader = MigrationExecutor(connections[ALIAS]).loader
    return loader.project_state(("help_center", migration)).apps


def write_titles(migration: str) -> None:
    """Write published articles, each in a category of its own, and a search for each."""
    models = models_of(migration)
    tenant = models.get_model("help_center", "HelpTenant").objects.using(ALIAS).get()
    for number, title in enumerate(TITLES):
        category = models.get_model("help_center", "HelpCategory").objects.using(ALIAS).create(
            tenant=tenant, name=title, slug=f"s{number}", path=f"{number:04}", depth=1
        )  # fmt: skip
        models.get_model("help_center", "HelpArticle").objects.using(ALIAS).create(
            tenant=tenant, category=category, title=title, slug=f"s{number}", status="PUBLISHED",
            index_state="FRESH",
        )  # fmt: skip
        models.get_model("help_center", "HelpSearchHistory").objects.using(ALIAS).create(
            tenant=tenant, query=title
        )


def test_suggestions_come_to_articles_in_any_script(scratch: Scratch) -> None:
    scratch.migrate("help_center", "0005_search_rules")
    write_titles("0005_search_rules")
    scratch.migrate("help_center", "0006_suggestions")
    found = dict(scratch.rows("SELECT title, title_words FROM help_center_helparticle"))
    words = {title: [word.partition(" ")[2] for word in words] for title, words in found.items()}
    assert words == {
        "Größe": ["^größe", "größe"], "Reset it": ["^reset it", "it", "reset"],
        "密码": ["^密码", "密码"],
    }  # fmt: skip


def test_titles_that_only_python_takes_apart_are_indexed_anew(scratch: Scratch) -> None:
    scratch.migrate("help_center", "0005_search_rules")
    write_titles("0005_search_rules")
    scratch.migrate("help_center", "0006_suggestions")
    states = dict(scratch.rows("SELECT title, index_state FROM help_center_helparticle"))
    assert states == {"Größe": "STALE", "Reset it": "FRESH", "密码": "STALE"}
