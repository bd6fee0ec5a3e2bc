"""Migrations lead from nothing to everything, and back to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from tests.scratch_database import ALIAS, Scratch, scratch_database

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("migrations")]

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


def test_forward_makes_every_table_and_adds_the_vector_extension_alone(scratch: Scratch) -> None:
    before = scratch.extensions()
    scratch.migrate()
    assert scratch.tables() == wanted_tables()
    assert scratch.extensions() - before == {"vector"}


@dataclass(frozen=True, slots=True)
class State:
    """What is in a database."""

    ours: list[str]
    others: set[str]
    functions: list[str]
    extensions: set[str]

    @classmethod
    def of(cls, database: Scratch) -> State:
        functions = database.rows("SELECT proname FROM pg_proc WHERE proname LIKE 'help_center%%'")
        return cls(
            ours=database.tables(),
            others=set(database.tables("")) - set(database.tables()),
            functions=sorted(name for (name,) in functions),
            extensions=database.extensions(),
        )


@pytest.fixture(scope="module")
def states(database_url: str, template: str, django_db_blocker: Any) -> tuple[State, State, State]:
    """Return what is there after all migrations, back at zero, and forward again."""
    with django_db_blocker.unblock(), scratch_database(database_url, template) as database:
        before = State.of(database)
        database.migrate("help_center", "zero")
        back = State.of(database)
        database.migrate()
        return before, back, State.of(database)


def test_back_to_zero_takes_every_table_and_leaves_the_extension(
    states: tuple[State, State, State],
) -> None:
    _, back, _ = states
    assert back.ours == []
    assert "vector" in back.extensions


def test_back_to_zero_takes_every_function(states: tuple[State, State, State]) -> None:
    before, back, _ = states
    assert before.functions == [
        "help_center_hidden_1", "help_center_is_open_1", "help_center_known_1",
        "help_center_known_words_1", "help_center_meant_1", "help_center_popular_1",
        "help_center_rank_1", "help_center_suggest_1", "help_center_synonyms_1",
        "help_center_written_1",
    ]  # fmt: skip
    assert back.functions == []


def test_back_to_zero_leaves_the_tables_of_others(states: tuple[State, State, State]) -> None:
    before, back, _ = states
    assert back.others == before.others


def test_forward_again_is_as_good_as_new(states: tuple[State, State, State]) -> None:
    before, _, again = states
    assert again == before
    assert again.ours == wanted_tables()


def test_functions_name_no_setting_that_needs_a_superuser(migrated: Scratch) -> None:
    named = migrated.rows(
        "SELECT proname, setting FROM pg_proc, unnest(proconfig) setting"
        " WHERE proname LIKE 'help_center%%'"
    )
    assert named
    assert not [setting for _, setting in named if "." in setting.partition("=")[0]]


def test_one_step_back_and_forward_again(migrated: Scratch) -> None:
    migrated.migrate("help_center", "0001")
    assert migrated.tables() == ([] if IS_SWAPPED else ["help_center_helptenant"])
    migrated.migrate()
    assert migrated.tables() == wanted_tables()


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
