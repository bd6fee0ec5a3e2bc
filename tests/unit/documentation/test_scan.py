"""Finding files in folders that hold anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.services.documentation.scan import MAX_DEPTH, FolderScan, scan_folder
from tests.permissions import folder_for_everybody, locked


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("text", encoding="utf-8")


def paths(scan: FolderScan) -> list[str]:
    return [file.path for file in scan.files]


def reasons(scan: FolderScan) -> dict[str, str]:
    return {notice.path: notice.reason for notice in scan.skips}


def test_markdown_files_are_found_at_every_depth_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/c.mdx", "a/b/d.markdown", "E.MD")
    assert paths(scan_folder(tmp_path)) == ["E.MD", "a/b/d.markdown", "a/c.mdx", "b.md"]


def test_other_files_are_passed_over_in_silence(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.png", "md", "LICENSE")
    scan = scan_folder(tmp_path)
    assert (scan.files, scan.skips, scan.failures) == ([], [], [])


def test_hidden_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, ".git/a.md", ".github/b/c.md")
    scan = scan_folder(tmp_path)
    assert (scan.files, scan.skips) == ([], [])


def test_hidden_files_are_reported(tmp_path: Path) -> None:
    write(tmp_path, ".draft.md", ".md")
    assert reasons(scan_folder(tmp_path)) == dict.fromkeys(
        [".draft.md", ".md"], "Hidden files are not imported."
    )


def test_packages_of_node_are_not_entered_and_noted(tmp_path: Path) -> None:
    write(tmp_path, "site/node_modules/x/README.md")
    scan = scan_folder(tmp_path)
    assert not scan.files
    assert [note.path for note in scan.notes] == ["site/node_modules"]


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentationError, match="There is no folder '.*nowhere'"):
        scan_folder(tmp_path / "nowhere")


def test_path_with_a_nul_is_refused() -> None:
    with pytest.raises(DocumentationError, match="There is no folder"):
        scan_folder(Path("a\0b"))


def test_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    with pytest.raises(DocumentationError, match="is a file; give the folder"):
        scan_folder(tmp_path / "a.md")


def test_root_may_be_a_symbolic_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to("real")
    scan = scan_folder(tmp_path / "link")
    assert (scan.root, paths(scan)) == (tmp_path / "real", ["a.md"])


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md", "root/a.md")
    (tmp_path / "root/file.md").symlink_to("../outside/secret.md")
    (tmp_path / "root/folder").symlink_to("../outside")
    scan = scan_folder(tmp_path / "root")
    assert paths(scan) == ["a.md"]
    assert set(reasons(scan)) == {"file.md", "folder"}
    assert all("leads out of the folder" in reason for reason in reasons(scan).values())


def test_link_to_a_file_that_is_found_anyway_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, "z/real.md")
    (tmp_path / "alias.md").symlink_to("z/real.md")
    scan = scan_folder(tmp_path)
    assert paths(scan) == ["z/real.md"]
    assert "z/real.md, which is read itself" in reasons(scan)["alias.md"]


def test_link_to_a_file_that_is_only_found_by_it_is_followed(tmp_path: Path) -> None:
    # A mounted ConfigMap of Kubernetes: a.md -> ..data/a.md, ..data -> ..2024_01_01.
    write(tmp_path, "..2024_01_01/a.md")
    (tmp_path / "..data").symlink_to("..2024_01_01")
    (tmp_path / "a.md").symlink_to("..data/a.md")
    assert paths(scan_folder(tmp_path)) == ["a.md"]


def test_link_to_a_folder_inside_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, ".store/a.md")
    (tmp_path / "one").symlink_to(".store")
    (tmp_path / "two").symlink_to(".store")
    assert paths(scan_folder(tmp_path)) == ["one/a.md"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c.md")
    (tmp_path / "a/b/up").symlink_to("../..")
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "x.md").symlink_to("y.md")
    (tmp_path / "y.md").symlink_to("x.md")
    scan = scan_folder(tmp_path)
    assert paths(scan) == ["a/b/c.md"]
    assert all("leads nowhere" in reasons(scan)[name] for name in ("x.md", "y.md"))


def test_dangling_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to("nothing.md")
    assert "leads nowhere" in reasons(scan_folder(tmp_path))["gone.md"]


def test_links_that_are_no_markdown_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to("nothing.png")
    (tmp_path / "node_modules").symlink_to("/")
    scan = scan_folder(tmp_path)
    assert (scan.files, scan.skips, scan.failures) == ([], [], [])


def test_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert reasons(scan_folder(tmp_path)) == {"pipe.md": "This is not an ordinary file."}


def test_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "notes.md/a.md")
    assert paths(scan_folder(tmp_path)) == ["notes.md/a.md"]


def test_name_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "w", encoding="utf-8"):  # noqa: PTH123
        pass
    scan = scan_folder(tmp_path)
    assert not scan.files
    assert [(f.path, f.reason) for f in scan.failures] == [
        ("caf\\udce9.md", "The name of the file is not UTF-8; rename it.")
    ]


def test_composed_and_decomposed_names_are_the_same_path(tmp_path: Path) -> None:
    write(tmp_path, "cafe\u0301.md")
    assert paths(scan_folder(tmp_path)) == ["café.md"]


def test_path_that_is_too_long_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "/".join(["x" * 200] * 5) + "/a.md")
    scan = scan_folder(tmp_path)
    assert not scan.files
    assert "longer than 1000 characters" in scan.failures[0].reason


def test_folders_deeper_than_the_bound_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "/".join(["d"] * (MAX_DEPTH + 1)) + "/b.md")
    scan = scan_folder(tmp_path)
    assert paths(scan) == ["a.md"]
    assert "nest more than" in scan.failures[0].reason


def test_folder_that_cannot_be_read_is_reported() -> None:
    with folder_for_everybody() as root:
        write(root, "a.md", "locked/b.md")
        with locked(root / "locked"):
            scan = scan_folder(root)
    assert paths(scan) == ["a.md"]
    assert [(f.path, f.reason) for f in scan.failures] == [
        ("locked", "The folder cannot be read: permission denied.")
    ]
