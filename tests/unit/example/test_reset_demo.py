"""Deleting what the demo has made."""

from __future__ import annotations

from pathlib import Path

from reset_demo import reset


def test_databases_behind_the_link_are_deleted_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "PG_VERSION").write_text("17\n")
    (tmp_path / "var" / "postgres").mkdir(parents=True)
    (tmp_path / "var" / "postgres" / "cluster").symlink_to(elsewhere)
    (tmp_path / "var" / "media").mkdir()
    (tmp_path / "var" / "help_center").mkdir()
    reset(tmp_path / "var")
    assert not elsewhere.exists()
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["help_center"]


def test_second_reset_finds_nothing(tmp_path: Path) -> None:
    assert reset(tmp_path) == ["There was nothing to delete."]
