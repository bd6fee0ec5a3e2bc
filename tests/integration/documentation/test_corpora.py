"""Real documentation, when the machine has some.

``HELP_CENTER_CORPORA_DIR`` names a folder whose folders are trees of Markdown.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpPassage
from django_helpcenter.services.article_text import render_article
from django_helpcenter.services.documentation import DocumentationService
from tests.integration.documentation.conftest import figures

ROOT = Path(os.environ.get("HELP_CENTER_CORPORA_DIR") or "nowhere")
TREES = sorted(path.name for path in ROOT.glob("*") if path.is_dir())

pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not TREES, reason="HELP_CENTER_CORPORA_DIR names no folder with trees"),
]


@pytest.fixture(params=TREES or ["none"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of a tree, to write in."""
    copy = tmp_path / str(request.param)
    shutil.copytree(ROOT / str(request.param), copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def test_every_file_is_imported_or_reported(tree: Path, tenant: Model) -> None:
    files = {p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.suffix in (".md", ".mdx")}
    report = DocumentationService(tenant=tenant).sync(tree)
    imported = set(HelpArticle.objects.values_list("source_path", flat=True))
    skipped = {notice.path for notice in report.skips}
    assert not report.failures
    assert imported | skipped == files
    assert not imported & skipped
    assert all(notice.reason for notice in report.skips)
    visible = HelpArticle.objects.visible_to(tenant, None)
    for article in HelpArticle.objects.all():
        text = render_article(article, visible=visible)
        assert "article:" not in text.html
        assert article.title
        assert HelpPassage.objects.filter(article=article).exists()


def test_second_run_changes_and_embeds_nothing(tree: Path, tenant: Model) -> None:
    service = DocumentationService(tenant=tenant)
    first = service.sync(tree)
    before = list(HelpArticle.objects.order_by("pk").values_list("pk", "updated_at"))
    second = service.sync(tree)
    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert (second.passages, second.embedded) == (0, 0)
    assert list(HelpArticle.objects.order_by("pk").values_list("pk", "updated_at")) == before


def test_edited_file_embeds_only_what_changed(tree: Path, tenant: Model) -> None:
    service = DocumentationService(tenant=tenant)
    service.sync(tree)
    articles = HelpArticle.objects.filter(content__regex=r"\n\n[A-Za-z][^\n]{80,}\Z")
    edited = next(a for a in articles if a.passages.count() > 3)
    path = tree / edited.source_path
    text = path.read_text(encoding="utf-8").rstrip()
    path.write_text(re.sub(r"\S+\Z", "zebra.", text), encoding="utf-8")
    report = service.sync(tree)
    assert figures(report)["updated"] == 1
    assert 1 <= report.embedded <= 2
