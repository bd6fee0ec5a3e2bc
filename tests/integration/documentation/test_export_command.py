"""export_documentation, as scripts and people use it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from django_helpcenter.conf import conf
from tests.factories import make_article

KEYS = [
    "articles",
    "written",
    "unchanged",
    "removed",
    "images",
    "failed",
    "skipped",
    "seconds",
    "failures",
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return where to export to."""
    return tmp_path / "out"


def run(path: Path, *options: str, tenant: Model | None = None) -> tuple[int, str, str]:
    """Run the command, and return its exit code, its output, and what it complained of."""
    out, err = io.StringIO(), io.StringIO()
    if tenant is not None:
        options = (*options, "--tenant", str(tenant.pk))
    try:
        call_command("export_documentation", str(path), *options, stdout=out, stderr=err)
    except CommandError as exc:
        return exc.returncode, out.getvalue(), f"{err.getvalue()}{exc}"
    return 0, out.getvalue(), err.getvalue()


def figures(output: str) -> dict[str, Any]:
    """Return the object on standard output, which must be one line."""
    (line,) = output.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_summary_says_what_was_done(tenant: Model, out: Path) -> None:
    make_article(tenant, "One")
    code, output, errors = run(out, tenant=tenant)
    assert (code, errors) == (0, "")
    assert output.startswith("articles 1, written 2, unchanged 0, removed 0, images 0, failed 0,")


def test_json_is_one_line_with_all_figures(tenant: Model, out: Path) -> None:
    make_article(tenant, "One")
    code, output, _errors = run(out, "--format", "json", tenant=tenant)
    assert code == 0
    assert list(figures(output)) == KEYS
    assert figures(output)["articles"] == 1


def test_tenant_must_be_named_where_there_are_several(
    tenant: Model, other_tenant: Model, out: Path
) -> None:
    make_article(tenant, "One")
    code, _output, errors = run(out)
    assert code == 2
    assert "--tenant" in errors
    assert run(out, "--tenant", getattr(tenant, conf.TENANT_SLUG_FIELD))[0] == 0


def test_statuses_may_be_repeated(tenant: Model, out: Path) -> None:
    for status in ("DRAFT", "REVIEW", "PUBLISHED", "ARCHIVED"):
        make_article(tenant, status.title(), status=status)
    code, output, _errors = run(
        out, "--status", "draft", "--status", "REVIEW", "--format", "json", tenant=tenant
    )
    assert code == 0
    assert figures(output)["articles"] == 2


def test_unknown_source_is_refused_with_those_that_there_are(tenant: Model, out: Path) -> None:
    make_article(tenant, "A", source="handbook", source_id="a")
    make_article(tenant, "B", source="site", source_id="b")
    code, _output, errors = run(out, "--source", "sight", tenant=tenant)
    assert code == 2
    assert "no article of the source 'sight'; there are 'handbook', 'site'." in errors


def test_refusal_is_json_too(tenant: Model, out: Path) -> None:
    code, output, errors = run(out, "--format", "json", tenant=tenant)
    assert code == 2
    assert figures(output)["failures"][0]["reason"] == "There is no article to export."
    assert "no article" in errors


def test_folder_with_other_files_is_refused(tenant: Model, out: Path) -> None:
    make_article(tenant, "One")
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    code, _output, errors = run(out, tenant=tenant)
    assert code == 2
    assert "--force" in errors
    assert run(out, "--force", tenant=tenant)[0] == 0


def test_path_that_is_a_file_is_refused(tenant: Model, out: Path) -> None:
    make_article(tenant, "One")
    out.write_text("mine")
    assert run(out, tenant=tenant)[0] == 2


def test_part_that_fails_is_told(tenant: Model, out: Path) -> None:
    make_article(tenant, "One")
    make_article(tenant, "Two", target_roles=["two  blanks"])
    code, output, errors = run(out, "--format", "json", tenant=tenant)
    assert code == 1
    assert figures(output)["failed"] == 1
    assert "roles" in errors
    assert not (out / "general/two.md").exists()


def test_control_characters_reach_no_terminal(tenant: Model, out: Path) -> None:
    make_article(tenant, "\x1b[31mred", target_roles=["two  blanks"])
    assert "\x1b" not in run(out, tenant=tenant)[2]
