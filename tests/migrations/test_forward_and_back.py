"""Migrations lead from nothing to everything, and back to nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from tests.scratch_database import ALIAS, Scratch

IS_SWAPPED = conf.TENANT_MODEL != "help_center.HelpTenant"

#: The indexes that the first version of the help center had, under its names.
FORMER_INDEXES = {
    "help_article_search_idx": "gin (search_vector)",
    "help_article_published_idx": "btree (status, published_date)",
    "help_article_category_idx": "btree (category_id, status)",
    "help_article_popularity_idx": "btree (view_count)",
    "help_search_zero_idx": "btree (query, results_count)",
    "help_interaction_type_idx": "btree (article_id, interaction_type)",
}
#: Vectors near a question: cosine distance of half-precision numbers.
VECTOR_INDEX = "hnsw (embedding halfvec_cosine_ops) WITH (m='16', ef_construction='128')"


def wanted_tables() -> list[str]:
    models = apps.get_app_config("help_center").get_models(include_auto_created=True)
    return sorted(model._meta.db_table for model in models if not model._meta.swapped)


def test_forward_makes_every_table(scratch: Scratch) -> None:
    scratch.migrate()
    assert scratch.tables() == wanted_tables()


def test_back_to_zero_takes_every_table_and_leaves_the_extension(migrated: Scratch) -> None:
    migrated.migrate("help_center", "zero")
    assert migrated.tables() == []
    assert "vector" in migrated.extensions()


def test_back_to_zero_takes_every_function(migrated: Scratch) -> None:
    ours = "SELECT proname FROM pg_proc WHERE proname LIKE 'help_center%%'"
    assert sorted(migrated.rows(ours)) == [("help_center_rank_1",), ("help_center_synonyms_1",)]
    migrated.migrate("help_center", "zero")
    assert migrated.rows(ours) == []


def test_back_to_zero_leaves_the_tables_of_others(migrated: Scratch) -> None:
    before = set(migrated.tables("")) - set(migrated.tables())
    migrated.migrate("help_center", "zero")
    assert set(migrated.tables("")) == before


def test_forward_again_is_as_good_as_new(migrated: Scratch) -> None:
    migrated.migrate("help_center", "zero")
    migrated.migrate()
    assert migrated.tables() == wanted_tables()


def test_one_step_back_and_forward_again(migrated: Scratch) -> None:
    migrated.migrate("help_center", "0001")
    assert migrated.tables() == ([] if IS_SWAPPED else ["help_center_helptenant"])
    migrated.migrate()
    assert migrated.tables() == wanted_tables()


def test_only_the_vector_extension_is_added(scratch: Scratch) -> None:
    before = scratch.extensions()
    scratch.migrate()
    assert scratch.extensions() - before == {"vector"}


def test_extension_that_is_there_already_is_fine(scratch: Scratch) -> None:
    scratch.execute("CREATE EXTENSION vector")
    scratch.migrate()
    assert scratch.tables() == wanted_tables()


def test_indexes_of_the_first_version_keep_their_names(migrated: Scratch) -> None:
    rows = migrated.rows("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    found = {name: definition.split(" USING ")[1] for name, definition in rows}
    assert {name: found.get(name) for name in FORMER_INDEXES} == FORMER_INDEXES
    for name in ("help_passage_embedding_idx", "help_article_embedding_idx"):
        assert found[name] == VECTOR_INDEX


def test_vectors_of_passages_stay_in_their_rows(migrated: Scratch) -> None:
    storage = "SELECT attstorage FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s"
    assert migrated.rows(storage, "help_center_helppassageembedding", "embedding") == [("p",)]


def test_migrations_are_in_step_with_the_models(db: None) -> None:
    out = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()


@pytest.mark.parametrize("name", ["0001", "0002"])
def test_migrations_can_be_read_as_sql(migrated: Scratch, name: str) -> None:
    out = StringIO()
    call_command("sqlmigrate", "help_center", name, database=ALIAS, stdout=out)
    expected = HelpArticle._meta.db_table if name == "0002" else ""
    assert expected in out.getvalue()
