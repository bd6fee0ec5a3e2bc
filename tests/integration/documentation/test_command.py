"""sync_documentation, as scripts and people use it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.models.signals import post_save

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, get_tenant_model
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.documentation.conftest import Folder, article

KEYS = [
    "created",
    "updated",
    "unchanged",
    "archived",
    "failed",
    "skipped",
    "conflicts",
    "passages",
    "embedded",
    "seconds",
    "dry_run",
    "failures",
]


class Outcome:
    """What a run printed, and its exit code."""

    def __init__(self, path: Path, options: list[str]) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = 0
        self.message = ""
        try:
            call_command("sync_documentation", str(path), *options, stdout=out, stderr=err)
        except CommandError as exc:
            self.code = exc.returncode
            self.message = str(exc)
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def json(self) -> dict[str, Any]:
        """The object on standard output, which must be one line."""
        (line,) = self.out.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found


def run(folder: Folder, *options: str) -> Outcome:
    return Outcome(folder.root, ["--tenant", "acme", *options])


@pytest.fixture(autouse=True)
def acme(tenant: Model) -> Model:
    return tenant


def test_clean_run_prints_figures_and_exits_0(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    outcome = run(folder)
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(
        "created 1, updated 0, unchanged 0, archived 0, failed 0, skipped 0, conflicts 0; "
        "passages 1, embedded 1; "
    )


def test_json_is_one_line_with_one_object(folder: Folder) -> None:
    folder.write({"a.md": "[x](gone.md)", "b.md": b"one\n\xff", "LICENSE.md": "x"})
    outcome = run(folder, "--format", "json")
    assert list(outcome.json) == KEYS
    assert outcome.json["failures"] == [
        {
            "path": "b.md",
            "line": 2,
            "reason": "The byte 0xff is not UTF-8; save the file as UTF-8.",
        }
    ]
    figures = {key: outcome.json[key] for key in ("created", "failed", "skipped", "passages")}
    assert figures == {"created": 1, "failed": 1, "skipped": 1, "passages": 1}
    assert (outcome.code, outcome.json["dry_run"]) == (1, False)
    assert isinstance(outcome.json["seconds"], float)


@pytest.mark.parametrize("format_", ["json", "text"])
def test_everything_else_goes_to_standard_error(folder: Folder, format_: str) -> None:
    folder.write({"a.md": "\n[x](gone.md)", "b.md": b"\xff", "LICENSE.md": "x"})
    outcome = run(folder, "--format", format_)
    assert "failed: b.md:1: The byte 0xff" in outcome.err
    assert "skipped: LICENSE.md: It is about" in outcome.err
    assert "warning: a.md:2: gone.md leads" in outcome.err
    assert len(outcome.out.splitlines()) == 1
    assert "1 failed, 0 in conflict" in outcome.message


def test_some_failed_exits_1_and_the_rest_is_in(folder: Folder) -> None:
    folder.write({"a.md": "x", "b.md": b"\xff"})
    assert run(folder).code == 1
    assert HelpArticle.objects.count() == 1


def test_all_failed_exits_2(folder: Folder) -> None:
    folder.write({"b.md": b"\xff"})
    outcome = run(folder, "--format", "json")
    assert (outcome.code, outcome.json["failed"]) == (2, 1)


def test_conflict_exits_1_and_says_why(folder: Folder, tenant: Model) -> None:
    folder.write({"a.md": "x"})
    run(folder)
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article("a.md"), content="hand")
    outcome = run(folder, "--format", "json")
    assert (outcome.code, outcome.json["conflicts"], outcome.json["failures"]) == (1, 1, [])
    assert "conflict: a.md: The article" in outcome.err


@pytest.mark.parametrize("what", ["missing", "empty", "file"])
def test_folder_that_is_none_exits_2(folder: Folder, what: str) -> None:
    folder.write({"empty/x.txt": "x", "file": "x"})
    outcome = Outcome(folder.root / what, ["--tenant", "acme", "--format", "json"])
    assert outcome.code == 2
    assert outcome.json["failures"][0]["reason"] == outcome.message
    assert outcome.json["failed"] == 1


def test_unknown_tenant_exits_2_and_names_the_option(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    outcome = run(folder, "--tenant", "nobody")
    assert outcome.code == 2
    assert "There is no tenant 'nobody'" in outcome.message
    assert "--create-tenant" in outcome.message


def test_tenant_may_be_named_by_its_key(folder: Folder, tenant: Model) -> None:
    folder.write({"a.md": "x"})
    assert run(folder, "--tenant", str(tenant.pk)).code == 0


def test_tenant_is_created_when_asked(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    for _ in range(2):
        assert run(folder, "--tenant", "new", "--create-tenant").code == 0
    tenants = get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: "new"})
    assert HelpArticle.objects.get().tenant == tenants.get()


def test_dry_run_creates_no_tenant(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    outcome = run(folder, "--tenant", "new", "--create-tenant", "--dry-run")
    assert (outcome.code, "a dry run does not create it" in outcome.message) == (2, True)


def test_only_tenant_need_not_be_named(folder: Folder, tenant: Model) -> None:
    get_tenant_model()._default_manager.exclude(pk=tenant.pk).delete()
    folder.write({"a.md": "x"})
    assert Outcome(folder.root, []).code == 0


def test_one_of_several_tenants_must_be_named(folder: Folder, other_tenant: Model) -> None:
    folder.write({"a.md": "x"})
    outcome = Outcome(folder.root, [])
    assert (outcome.code, "--tenant" in outcome.message) == (2, True)


def test_dry_run_prints_the_plan(folder: Folder) -> None:
    folder.write({"b.md": "x", "a.md": "x", "LICENSE.md": "x"})
    outcome = run(folder, "--dry-run")
    assert outcome.code == 0
    plan = ["skip      LICENSE.md", "create    a.md", "create    b.md"]
    assert outcome.out.splitlines()[:3] == plan
    assert "Dry run, nothing was changed: created 2" in outcome.out
    assert not HelpArticle.objects.exists()
    planned = run(folder, "--dry-run", "--format", "json")
    assert (planned.json["created"], planned.json["dry_run"]) == (2, True)
    assert all(line in planned.err for line in plan)


def test_source_keeps_trees_apart(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    run(folder)
    run(folder, "--source", "handbook")
    sources = HelpArticle.objects.values_list("source", flat=True)
    assert sorted(sources) == ["docs", "handbook"]


def test_mass_archive_is_refused_with_exit_2_but_for_force(folder: Folder) -> None:
    folder.write({f"{name}.md": name for name in "abc"})
    run(folder)
    folder.remove("a.md", "b.md")
    refused = run(folder, "--archive-missing", "--format", "json")
    assert (refused.code, "--force" in refused.message) == (2, True)
    assert HelpArticle.objects.filter(status="ARCHIVED").count() == 0
    forced = run(folder, "--archive-missing", "--force", "--format", "json")
    assert (forced.code, forced.json["archived"]) == (0, 2)


def test_articles_that_have_lost_their_file_are_named(folder: Folder) -> None:
    folder.write({f"{name}.md": name for name in "abcde"})
    run(folder)
    folder.remove("a.md", "b.md")
    outcome = run(folder)
    assert outcome.err.splitlines()[-2:] == ["missing: a.md", "missing: b.md"]


def test_articles_that_were_archived_are_named(folder: Folder) -> None:
    folder.write({f"{name}.md": name for name in "abcde"})
    run(folder)
    folder.remove("a.md", "b.md")
    outcome = run(folder, "--archive-missing")
    assert outcome.err.splitlines() == ["archived: a.md", "archived: b.md"]


@pytest.mark.parametrize(("option", "kind"), [([], "missing"), (["--archive-missing"], "archived")])
def test_twenty_articles_without_a_file_are_named_at_most(
    folder: Folder, option: list[str], kind: str
) -> None:
    names = [f"{number:02}.md" for number in range(22)]
    folder.write({name: name for name in [*names, *(f"stay{name}" for name in names)]})
    run(folder)
    folder.remove(*names)
    lines = run(folder, *option).err.splitlines()
    assert lines[-21:] == [*(f"{kind}: {name}" for name in names[:20]), f"{kind}: and 2 more"]


def test_dry_run_names_what_it_would_archive_only_in_its_plan(folder: Folder) -> None:
    folder.write({f"{name}.md": name for name in "abc"})
    run(folder)
    folder.remove("a.md")
    outcome = run(folder, "--archive-missing", "--dry-run")
    assert "archive   a.md" in outcome.out.splitlines()
    assert outcome.err == ""


def test_articles_without_a_file_do_not_change_the_json(folder: Folder) -> None:
    folder.write({f"{name}.md": name for name in "abc"})
    run(folder)
    folder.remove("a.md")
    outcome = run(folder, "--format", "json")
    assert list(outcome.json) == KEYS
    assert "missing: a.md" in outcome.err


def test_names_of_files_cannot_command_the_terminal(folder: Folder) -> None:
    folder.write({"\x1b[2J.md": b"\xff", "b.md": "x"})
    outcome = run(folder)
    assert "\x1b" not in outcome.err
    assert "\\x1b[2J.md" in outcome.err


def test_missing_model_is_told(folder: Folder, settings: Any, tmp_path: Path) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {
        "BACKEND": "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings",
        "OPTIONS": {"model_dir": str(tmp_path / "nothing")},
    }
    folder.write({"a.md": "x"})
    outcome = run(folder)
    assert outcome.code == 0
    assert "Nothing was embedded" in outcome.err
    assert "install_help_model" in outcome.err


def test_model_that_fails_exits_1(folder: Folder, settings: Any) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {
        "BACKEND": "tests.integration.documentation.failing.FailingEmbeddings"
    }
    folder.write({"a.md": "x"})
    outcome = run(folder)
    assert (outcome.code, "The model broke down." in outcome.err) == (1, True)


def test_database_that_is_not_migrated_is_told(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE help_center_helparticle RENAME TO elsewhere")
    outcome = run(folder, "--format", "json")
    assert outcome.code == 2
    assert "The database cannot be used" in outcome.message
    assert "run migrate" in outcome.message
    assert outcome.json["failed"] == 1


def test_interruption_is_told_in_json_too(folder: Folder) -> None:
    folder.write({"a.md": "x"})

    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    post_save.connect(interrupt, sender=HelpArticle)
    try:
        outcome = run(folder, "--format", "json")
    finally:
        post_save.disconnect(interrupt, sender=HelpArticle)
    assert outcome.code == 130
    assert "Run the command again" in outcome.json["failures"][0]["reason"]


def test_path_that_is_empty_is_not_the_working_directory(folder: Folder) -> None:
    with pytest.raises(CommandError, match="path of the folder is empty") as refused:
        call_command("sync_documentation", "", "--tenant", "acme")
    assert refused.value.returncode == 2


def test_tenant_is_not_created_for_a_folder_that_is_none(folder: Folder) -> None:
    outcome = Outcome(folder.root / "nowhere", ["--tenant", "ghost", "--create-tenant"])
    assert outcome.code == 2
    assert not has_tenant("ghost")


def test_tenant_is_not_created_in_a_database_that_is_not_migrated(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE help_center_helparticle RENAME TO elsewhere")
    outcome = Outcome(folder.root, ["--tenant", "ghost", "--create-tenant"])
    assert (outcome.code, "run migrate" in outcome.message) == (2, True)
    assert not has_tenant("ghost")


def test_tenant_is_not_created_in_a_database_that_lacks_a_migration(folder: Folder) -> None:
    folder.write({"a.md": "x"})
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("help_center", "0007_files")
    outcome = Outcome(folder.root, ["--tenant", "ghost", "--create-tenant"])
    assert outcome.code == 2
    assert outcome.message == "The database lacks help_center.0007_files. Run migrate."
    assert not has_tenant("ghost")


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"a.md": "x"}, ["--source", " "]),
        ({"LICENSE.md": "x"}, []),
        ({"a.md": b"\xff"}, []),
    ],
    ids=["source without a name", "no article", "every file fails"],
)
def test_tenant_is_not_created_when_nothing_can_be_imported(
    folder: Folder, files: dict[str, str | bytes], options: list[str]
) -> None:
    folder.write(files)
    outcome = Outcome(folder.root, ["--tenant", "ghost", "--create-tenant", *options])
    assert outcome.code == 2
    assert not has_tenant("ghost")


def test_failures_are_told_though_the_tenant_is_not_created(folder: Folder) -> None:
    folder.write({"a.md": b"\xff", "LICENSE.md": "x"})
    outcome = Outcome(folder.root, ["--tenant", "ghost", "--create-tenant"])
    assert "failed: a.md:1: The byte 0xff" in outcome.err
    assert "skipped: LICENSE.md: It is about" in outcome.err
    assert outcome.out.startswith("created 0, updated 0, unchanged 0, archived 0, failed 1, ")


def test_warnings_are_told_once_when_the_tenant_is_created(folder: Folder) -> None:
    folder.write({"a.md": "[x](gone.md)"})
    outcome = Outcome(folder.root, ["--tenant", "new", "--create-tenant"])
    assert outcome.err.count("warning: a.md:1: gone.md leads") == 1


def has_tenant(slug: str) -> bool:
    tenants = get_tenant_model()._default_manager
    return tenants.filter(**{conf.TENANT_SLUG_FIELD: slug}).exists()
