"""What the tools do to a text, without the page: « and » mark the selection, ¦ the caret."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page

MODULES = [f"/static/help_center/admin/markdown-{name}.js" for name in ("edits", "links")]
RUN = """async ([modules, name, state, args]) => {
    const [edits, links] = await Promise.all(modules.map((each) => import(each)));
    const edit = { ...edits, ...links }[name](state, ...args);
    if (!edit) return null;
    const { from, to, insert, start, end } = edit;
    return [state.text.slice(0, from) + insert + state.text.slice(to), start, end];
}"""


@pytest.fixture
def run(page: Page, site: str) -> Any:
    """Return a function that applies a tool to a marked text."""
    page.goto(f"{site}/")

    def apply(name: str, marked: str, *args: Any) -> str | None:
        result = page.evaluate(RUN, [MODULES, name, parse(marked), list(args)])
        return None if result is None else mark(*result)

    return apply


def parse(marked: str) -> dict[str, Any]:
    if "¦" in marked:
        place = marked.index("¦")
        return {"text": marked.replace("¦", ""), "start": place, "end": place}
    start, end = marked.index("«"), marked.index("»") - 1
    return {"text": marked.replace("«", "").replace("»", ""), "start": start, "end": end}


def mark(text: str, start: int, end: int) -> str:
    if start == end:
        return f"{text[:start]}¦{text[start:]}"
    return f"{text[:start]}«{text[start:end]}»{text[end:]}"


def deviations(run: Any, name: str, cases: list[tuple[str, str]], *args: Any) -> list[str]:
    """Return where a tool does not lead from one text to the other, and back again."""
    ways = [way for before, after in cases for way in ((before, after), (after, before))]
    results = [(start, run(name, start, *args), wanted) for start, wanted in ways]
    return [f"{start} became {got}" for start, got, wanted in results if got != wanted]


def test_bold_goes_on_and_off(run: Any) -> None:
    cases = [
        ("Hold «the button» now", "Hold **«the button»** now"),
        ("Hold but¦ton", "Hold **but¦ton**"),
        ("*«both»*", "***«both»***"),
        ("Přidej zař¦ízení", "Přidej **zař¦ízení**"),
    ]
    assert deviations(run, "toggleInline", cases, "**", "bold text") == []


def test_italic_leaves_bold_alone(run: Any) -> None:
    cases = [("**«word»**", "***«word»***"), ("a «b» c", "a *«b»* c")]
    assert deviations(run, "toggleInline", cases, "*", "italic text") == []


def test_bold_of_nothing_is_a_place_to_type(run: Any) -> None:
    assert run("toggleInline", "Hold ¦ now", "**", "bold text") == "Hold **«bold text»** now"


def test_bold_does_not_include_blanks_at_the_ends(run: Any) -> None:
    assert run("toggleInline", "Hold« the »now", "**", "x") == "Hold **«the»** now"


def test_bold_takes_selected_marks_away(run: Any) -> None:
    assert run("toggleInline", "a «**b**» c", "**", "x") == "a «b» c"


def test_bold_over_bold_parts_is_one(run: Any) -> None:
    assert run("toggleInline", "«**a** and **b**»", "**", "x") == "**«a and b»**"


def test_bold_of_several_lines_marks_each(run: Any) -> None:
    before = "«- one\n\n> two\n## three»"
    after = "«- **one**\n\n> **two**\n## **three**»"
    assert deviations(run, "toggleInline", [(before, after)], "**", "x") == []


def test_heading_goes_through_the_levels(run: Any) -> None:
    steps = ["On¦e", "## On¦e", "### On¦e", "#### On¦e", "On¦e"]
    for before, after in pairwise(steps):
        assert run("toggleHeading", before) == after


def test_first_level_heading_becomes_one_below_the_title(run: Any) -> None:
    assert run("toggleHeading", "# One¦") == "## One¦"


def test_heading_on_an_empty_line_begins_one(run: Any) -> None:
    assert run("toggleHeading", "a\n¦") == "a\n## ¦"
    assert run("toggleHeading", "¦\na") == "## ¦\na"


def test_list_goes_on_and_off(run: Any) -> None:
    cases = [
        ("«one\ntwo»", "«- one\n- two»"),
        ("«one\n\n  two»", "«- one\n\n  - two»"),
        ("«> one\n> two»", "«> - one\n> - two»"),
    ]
    assert deviations(run, "toggleList", cases, "bullet") == []


def test_numbers_go_on_and_off(run: Any) -> None:
    assert deviations(run, "toggleList", [("«one\n\ntwo»", "«1. one\n\n2. two»")], "number") == []


def test_list_becomes_one_of_the_other_kind(run: Any) -> None:
    assert run("toggleList", "«- one\n- [ ] two»", "number") == "«1. one\n2. two»"
    assert run("toggleList", "«3) one\n4) two»", "bullet") == "«- one\n- two»"


def test_list_leaves_the_line_after_the_selection_alone(run: Any) -> None:
    assert run("toggleList", "«one\n»two", "bullet") == "«- one»\ntwo"


def test_list_on_an_empty_line_begins_one(run: Any) -> None:
    assert run("toggleList", "¦", "bullet") == "- ¦"


def test_admonition_goes_on_and_off(run: Any) -> None:
    assert run("toggleAdmonition", "«one\n\ntwo»", "x") == "> [!NOTE]\n«> one\n>\n> two»"
    assert run("toggleAdmonition", "«> [!TIP]\n> one\n>\n> two»", "x") == "«one\n\ntwo»"


def test_admonition_is_taken_away_from_within(run: Any) -> None:
    after = run("toggleAdmonition", "a\n\n> [!NOTE]\n> o¦ne\n> two\n\nb", "x")
    assert after == "a\n\n«one\ntwo»\n\nb"


def test_admonition_stands_apart(run: Any) -> None:
    after = run("toggleAdmonition", "a\n¦\nb", "Text.")
    assert after == "a\n\n> [!NOTE]\n> «Text.»\n\nb"


def test_code_within_a_line_is_in_backticks(run: Any) -> None:
    cases = [("press «Ctrl K» now", "press `«Ctrl K»` now")]
    assert deviations(run, "toggleCode", cases, "code") == []


def test_code_of_whole_lines_is_in_a_fence(run: Any) -> None:
    assert run("toggleCode", "a\n\n«one\n```\ntwo»", "code") == ("a\n\n````\n«one\n```\ntwo»\n````")
    assert run("toggleCode", "«```\none\n```»", "code") == "«one»"


def test_code_on_an_empty_line_is_a_fence(run: Any) -> None:
    assert run("toggleCode", "a\n¦", "code") == "a\n\n```\n«code»\n```"


def test_code_does_not_break_on_backticks(run: Any) -> None:
    assert run("toggleCode", "a «b`c» d", "code") is None


def test_table_stands_below_the_line(run: Any) -> None:
    table = "| «Column 1» | Column 2 |\n| --- | --- |\n|  |  |\n|  |  |"
    assert run("insertTable", "on¦e\ntwo", "Column") == f"one\n\n{table}\n\ntwo"
    assert run("insertTable", "¦", "Column") == table


def test_image_asks_for_its_description(run: Any) -> None:
    texts = {"description": "description", "address": "https://"}
    assert run("insertImage", "a ¦", texts) == "a ![«description»](https://)"
    assert run("insertImage", "«A [lamp]»", texts) == "![A \\[lamp\\]](«https://»)"


def test_link_holds_whatever_its_words_are(run: Any) -> None:
    for label, address, link in (
        ("Pair", "article:12", "[Pair](article:12)"),
        ("a](b) [c", "article:12", "[a\\](b) \\[c](article:12)"),
        ("x\\", "/a (b)/", "[x\\\\](/a%20%28b%29/)"),
        ("x", "https://x.example/<a>", "[x](https://x.example/%3Ca%3E)"),
    ):
        assert run("insertLink", "«old»", label, address) == f"{link}¦"


def test_addresses_are_told_from_words(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    call = "async ([module, typed]) => (await import(module)).asAddress(typed)"
    addresses = {
        " https://example.com/a ": "https://example.com/a",
        "www.example.com": "https://www.example.com",
        "mailto:a@b.example": "mailto:a@b.example",
        "/pricing/": "/pricing/",
        "#part": "#part",
        "article:5": "article:5",
        "//evil.example": "",
        "javascript:alert(1)": "",
        "JavaScript://x": "",
        "pair a scanner": "",
        "": "",
    }
    found = {typed: page.evaluate(call, [MODULES[1], typed]) for typed in addresses}
    assert found == addresses


def test_enter_goes_on_with_a_list(run: Any) -> None:
    edits = {
        "- one¦": "- one\n- ¦",
        "  * on¦e": "  * on\n  * ¦e",
        "9. nine¦": "9. nine\n10. ¦",
        "2) two¦": "2) two\n3) ¦",
        "- [x] done¦": "- [x] done\n- [ ] ¦",
        "> said¦": "> said\n> ¦",
        "> - one¦": "> - one\n> - ¦",
        "- one\n- ¦": "- one\n\n¦",
        "> - one\n> - ¦": "> - one\n>\n> ¦",
        "> one\n> ¦": "> one\n\n¦",
        "1. one\n   - two\n   - ¦": "1. one\n   - two\n2. ¦",
        "- one\n\ntext\n\n  - two\n  - ¦": "- one\n\ntext\n\n  - two\n\n¦",
        "plain¦": None,
        "¦- one": None,
        "«- one»": None,
        "```\n- code¦\n```": None,
        "```\ncode\n```\n- one¦": "```\ncode\n```\n- one\n- ¦",
        "**bold** text¦": None,
    }
    assert {before: run("continueLine", before) for before in edits} == edits
