"""There and back: real documentation and small trees."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db.models import Model

from tests.integration.documentation.round_trip import (
    assert_import_changes_nothing,
    assert_import_makes_the_same,
    export,
    sync,
)

ROOT = Path(os.environ.get("HELP_CENTER_CORPORA_DIR") or "nowhere")
TREES = sorted(path.name for path in ROOT.glob("*") if path.is_dir())
DEMO = Path(__file__).resolve().parents[3] / "example_project" / "content"


def assert_round_trip(tenant: Model, original: Path, target: Path) -> None:
    first = sync(tenant, original, "docs")
    report = export(tenant, target, source="docs")
    assert not report.failures
    assert not report.warnings
    assert report.articles == first.created
    again = assert_import_changes_nothing(tenant, target, "docs")
    assert again.unchanged == first.created
    assert_import_makes_the_same(tenant, target, "docs")


def test_demo_content_comes_back_the_same(tenant: Model, tmp_path: Path) -> None:
    assert_round_trip(tenant, DEMO, tmp_path / "out")


@pytest.mark.scale
@pytest.mark.skipif(not TREES, reason="HELP_CENTER_CORPORA_DIR names no folder with trees")
@pytest.mark.parametrize("name", TREES or ["none"])
def test_real_documentation_comes_back_the_same(name: str, tenant: Model, tmp_path: Path) -> None:
    assert_round_trip(tenant, ROOT / name, tmp_path / "out")
