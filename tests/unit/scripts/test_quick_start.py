"""How a README becomes a script."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.quick_start import QuickStart, QuickStartError, read_quick_start

ENDING = """
```bash
python manage.py runserver
```

Open <http://127.0.0.1:8000/help/>.
"""


def read(body: str, ending: str = ENDING) -> QuickStart:
    readme = f"# Package\n\n## Quick start\n\n{body}\n{ending}\n## Next\n\n```bash\nfalse\n```\n"
    return read_quick_start(readme, address="127.0.0.1:9")


def follow(body: str, folder: Path) -> str:
    """Run what a quick start says, but for its server, and return what it printed."""
    commands = read(body).script.replace("exec python manage.py runserver", "echo serves")
    done = subprocess.run(
        ["bash", "-c", commands], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_bash_blocks_share_one_shell(tmp_path: Path) -> None:
    body = "```bash\nmkdir a\ncd a\n```\n\nThen:\n\n```bash\nbasename $PWD\n```"
    assert follow(body, tmp_path) == "a\nserves 127.0.0.1:9\n"


def test_block_with_a_path_makes_the_file_without_the_comment(tmp_path: Path) -> None:
    body = '```python\n# site/settings.py\nNAME = "it\'s \\n $HOME"\n```'
    follow(body, tmp_path)
    assert (tmp_path / "site" / "settings.py").read_text() == 'NAME = "it\'s \\n $HOME"\n'


def test_block_with_a_path_appends_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "urls.py").write_text("first\n")
    follow("```python\n# urls.py\nsecond\n```", tmp_path)
    assert (tmp_path / "urls.py").read_text() == "first\nsecond\n"


def test_path_of_a_markdown_block_stands_in_an_html_comment(tmp_path: Path) -> None:
    follow("```markdown\n<!-- help/a.md -->\n---\ntitle: A\n---\n```", tmp_path)
    assert (tmp_path / "help" / "a.md").read_text() == "---\ntitle: A\n---\n"


def test_text_block_is_only_shown(tmp_path: Path) -> None:
    assert follow("```text\nrm everything\n```", tmp_path) == "serves 127.0.0.1:9\n"


def test_failing_command_ends_the_script(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        follow("```bash\nfalse\ntrue\n```", tmp_path)


def test_addresses_are_found_once_each() -> None:
    body = "`http://127.0.0.1:8000/help/` and http://127.0.0.1:8000/help/search/?q=a"
    assert read(body).paths == ("/help/", "/help/search/?q=a")


def test_titles_are_those_of_the_articles() -> None:
    body = "```markdown\n<!-- a.md -->\n# One\n```\n```python\n# a.py\n# Two\n```"
    assert read(body).titles == ("One",)


def test_code_block_without_a_path_is_refused() -> None:
    with pytest.raises(QuickStartError, match="no path in its first line"):
        read("```python\nx = 1\n```")


def test_readme_without_the_section_is_refused() -> None:
    with pytest.raises(QuickStartError, match="no section"):
        read_quick_start("# Package\n", address="127.0.0.1:9")


def test_section_without_an_address_is_refused() -> None:
    with pytest.raises(QuickStartError, match="names no address"):
        read("", ending="```bash\npython manage.py runserver\n```")


@pytest.mark.parametrize("last", ["python manage.py migrate", "python manage.py runserver\nls"])
def test_section_that_does_not_end_with_the_server_is_refused(last: str) -> None:
    with pytest.raises(QuickStartError, match="last command"):
        read("", ending=f"```bash\n{last}\n```\nhttp://127.0.0.1:8000/")
