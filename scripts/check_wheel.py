"""Check that a wheel holds the whole package, no more: ``python -m scripts.check_wheel FOLDER``."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

PACKAGE = "django_helpcenter"
#: Folders that tools leave behind.
TOOLS = {"__pycache__", ".mypy_cache", ".ruff_cache"}
SOURCE = Path(__file__).resolve().parent.parent / "src"


def expected_files(source: Path) -> set[str]:
    """Return every file of the package, as paths inside a wheel."""
    return {
        path.relative_to(source).as_posix()
        for path in (source / PACKAGE).rglob("*")
        if path.is_file() and not TOOLS.intersection(path.parts)
    }


def faults(names: set[str], expected: set[str]) -> list[str]:
    """Compare the names in a wheel with what belongs there; return what is wrong."""
    packaged = {name for name in names if ".dist-info/" not in name}
    metadata = {name.partition(".dist-info/")[2] for name in names - packaged}
    return [
        *(f"missing: {name}" for name in sorted(expected - packaged)),
        *(f"does not belong there: {name}" for name in sorted(packaged - expected)),
        *(f"missing: {name}" for name in sorted({"METADATA", "licenses/LICENSE"} - metadata)),
    ]


def main(folder: Path) -> int:
    """Check the one wheel in a folder; return the exit code."""
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        print(f"{folder} holds {len(wheels)} wheels, not one.", file=sys.stderr)
        return 1
    with zipfile.ZipFile(wheels[0]) as archive:
        found = faults(set(archive.namelist()), expected_files(SOURCE))
    print(*found or [f"{wheels[0].name}: complete."], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
