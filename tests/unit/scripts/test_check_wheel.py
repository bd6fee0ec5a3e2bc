"""What belongs in a wheel."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from scripts.check_wheel import expected_files, faults, main

METADATA = {"x-1.dist-info/METADATA", "x-1.dist-info/licenses/LICENSE"}


def test_complete_wheel_has_no_faults() -> None:
    assert faults({"django_helpcenter/py.typed"} | METADATA, {"django_helpcenter/py.typed"}) == []


def test_missing_file_is_a_fault() -> None:
    assert faults(METADATA, {"django_helpcenter/py.typed"}) == [
        "missing: django_helpcenter/py.typed"
    ]


def test_file_of_another_place_is_a_fault() -> None:
    assert faults({"tests/a.py"} | METADATA, set()) == ["does not belong there: tests/a.py"]


def test_missing_license_is_a_fault() -> None:
    assert faults({"x-1.dist-info/METADATA"}, set()) == ["missing: licenses/LICENSE"]


def test_compiled_files_are_not_expected(tmp_path: Path) -> None:
    package = tmp_path / "django_helpcenter"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__pycache__" / "a.pyc").touch()
    (package / "a.html").touch()
    assert expected_files(tmp_path) == {"django_helpcenter/a.html"}


def test_folder_without_a_wheel_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 1
    assert "0 wheels" in capsys.readouterr().err


def test_incomplete_wheel_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "x-1-py3-none-any.whl", "w") as archive:
        archive.writestr("x-1.dist-info/METADATA", "")
    assert main(tmp_path) == 1
    assert "missing: django_helpcenter/__init__.py" in capsys.readouterr().out
