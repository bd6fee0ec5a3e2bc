"""Articles in several languages."""

from __future__ import annotations

from django.db.models import Model

from tests.factories import make_article
from tests.integration.documentation.conftest import Folder, Sync, article, figures, reasons


def test_translation_of_an_id_joins_its_group(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\nid: one\n---\nx",
            "a.de.md": "---\nid: one-de\nlanguage: de\ntranslation_of: one\n---\nx",
        }
    )
    assert figures(sync()) == {"created": 2}
    assert article("a.md").translation_group == article("a.de.md").translation_group


def test_translation_joins_an_article_that_is_there_already(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nid: one\n---\nx", "b.md": "y"})
    sync()
    group = article("a.md").translation_group
    folder.write({"0.md": "---\nlanguage: fr\ntranslation_of: one\n---\nx"})
    assert figures(sync()) == {"created": 1, "unchanged": 2}
    assert article("0.md").translation_group == article("a.md").translation_group == group
    assert article("b.md").translation_group != group


def test_same_place_in_language_folders_is_a_translation(folder: Folder, sync: Sync) -> None:
    folder.write({f"_{code}/setup/a.md": f"# Text {code}\n\nx" for code in ("en", "es", "fr")})
    sync()
    found = [article(f"_{code}/setup/a.md") for code in ("en", "es", "fr")]
    assert [each.language for each in found] == ["en", "es", "fr"]
    assert len({each.translation_group for each in found}) == 1
    assert len({each.category_id for each in found}) == 1


def test_language_that_comes_later_joins_its_group(folder: Folder, sync: Sync) -> None:
    folder.write({"en/a.md": "x", "en/b.md": "y"})
    sync()
    folder.write({"de/a.md": "z"})
    assert figures(sync()) == {"created": 1, "unchanged": 2}
    assert article("de/a.md").translation_group == article("en/a.md").translation_group


def test_second_text_of_one_language_fails(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\nid: one\n---\nx",
            "b.md": "---\nlanguage: de\ntranslation_of: one\n---\nx",
            "c.md": "---\nlanguage: de\ntranslation_of: one\n---\nx",
            "d.md": "---\ntranslation_of: one\n---\nx",
        }
    )
    report = sync()
    assert figures(report) == {"created": 2, "failed": 2}
    assert "b.md is the 'de' text" in reasons(report.failures)["c.md"]
    assert "a.md is the 'en' text" in reasons(report.failures)["d.md"]


def test_translation_of_nothing_is_imported_and_reported(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nlanguage: de\ntranslation_of: nothing\n---\nx"})
    report = sync()
    assert figures(report) == {"created": 1}
    assert "'nothing', which is no file's id" in report.warnings[0].reason


def test_translation_of_a_file_that_is_broken_today_keeps_its_group(
    folder: Folder, sync: Sync
) -> None:
    folder.write(
        {
            "a.md": "---\nid: one\n---\nx",
            "b.md": "---\nlanguage: de\ntranslation_of: one\n---\nx",
        }
    )
    sync()
    folder.write({"a.md": b"\xff"})
    assert figures(sync()) == {"unchanged": 1, "failed": 1}


def test_translation_that_is_none_any_more_leaves_the_group(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\nid: one\n---\nx",
            "b.md": "---\nlanguage: de\ntranslation_of: one\n---\nx",
        }
    )
    sync()
    folder.write({"b.md": "---\nlanguage: de\n---\nx"})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    assert article("a.md").translation_group != article("b.md").translation_group


def test_changed_language_leaves_a_redirect_and_moves_the_slug(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Info\n\nx"})
    sync()
    folder.write({"a.md": "---\nlanguage: de\n---\n# Info\n\nx"})
    sync()
    assert (article("a.md").language, article("a.md").slug) == ("de", "info")


GERMAN = "---\nid: {}\nlanguage: de\ntranslation_of: one\n---\n# {}\n\nx"


def test_new_translation_takes_the_place_of_one_that_is_gone(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nid: one\n---\nx", "b.md": GERMAN.format("b", "Alt")})
    sync()
    group = article("a.md").translation_group
    folder.remove("b.md")
    folder.write({"c.md": GERMAN.format("c", "Neu")})
    assert figures(sync(archive_missing=True)) == {"created": 1, "unchanged": 1, "archived": 1}
    assert article("c.md").translation_group == article("a.md").translation_group == group
    assert article("b.md").translation_group != group


def test_translations_may_exchange_their_originals(folder: Folder, sync: Sync) -> None:
    text = "---\nid: {}\nlanguage: de\ntranslation_of: {}\n---\nx"
    originals = {f"{name}.md": f"---\nid: {name}\n---\nx" for name in ("one", "two")}
    folder.write({**originals, "x.md": text.format("x", "one"), "y.md": text.format("y", "two")})
    sync()
    folder.write({"x.md": text.format("x", "two"), "y.md": text.format("y", "one")})
    assert figures(sync()) == {"updated": 2, "unchanged": 2}
    assert article("x.md").translation_group == article("two.md").translation_group
    assert article("y.md").translation_group == article("one.md").translation_group


def test_file_that_takes_the_language_of_its_original_leaves_the_original_alone(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"b.md": "---\nid: b\n---\nx"})
    sync()
    folder.write(
        {"a.md": "---\nid: one\n---\nx", "b.md": "---\nid: b\ntranslation_of: one\n---\nx"}
    )
    report = sync()
    assert figures(report) == {"created": 1, "failed": 1}
    assert "a.md is the 'en' text" in reasons(report.failures)["b.md"]


def test_translation_made_by_hand_is_left_in_its_place(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "---\nid: one\n---\nx"})
    sync()
    group = article("a.md").translation_group
    make_article(tenant, "Von Hand", language="de", translation_group=group)
    folder.write({"b.md": GERMAN.format("b", "Neu")})
    report = sync()
    assert figures(report) == {"unchanged": 1, "failed": 1}
    assert "“Von Hand” is the 'de' text" in reasons(report.failures)["b.md"]


def test_second_translation_beside_one_that_is_broken_today_fails(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "---\nid: one\n---\nx", "b.md": GERMAN.format("b", "Eins")})
    sync()
    folder.write({"b.md": b"\xff", "c.md": GERMAN.format("c", "Zwei")})
    report = sync()
    assert figures(report) == {"unchanged": 1, "failed": 2}
    assert "b.md is the 'de' text" in reasons(report.failures)["c.md"]
