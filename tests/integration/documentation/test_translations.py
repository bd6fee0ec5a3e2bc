"""Articles in several languages."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.documentation import DocumentationService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import TranslationState, state_of
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_tenant
from tests.integration.documentation.conftest import Folder, Sync, article, figures, reasons
from tests.integration.documentation.round_trip import export
from tests.integration.documentation.round_trip import sync as import_folder


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


TWO = {
    "en/a.md": "# Valve\n\nOpen the valve.",
    "de/a.md": "# Ventil\n\nVentil öffnen.",
}


def state(path: str) -> TranslationState | None:
    return state_of(article(path))


def is_outdated(path: str) -> bool:
    found = state(path)
    assert found is not None
    return found.is_outdated


def test_file_in_the_language_of_the_site_is_the_original(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    found = state("de/a.md")
    assert found is not None
    assert (found.original, found.version) == (article("en/a.md"), 1)
    assert state("en/a.md") is None
    assert not found.is_outdated


def test_front_matter_may_name_another_original(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\ntranslation_of: ventil\n---\n# Valve\n\nOpen.",
            "z.md": "---\nid: ventil\nlanguage: de\n---\n# Ventil\n\nAuf.",
        }
    )
    sync()
    found = state("a.md")
    assert found is not None
    assert (found.original, found.version) == (article("z.md"), 1)
    assert state("z.md") is None


def test_front_matter_may_exchange_original_and_translation(folder: Folder, sync: Sync) -> None:
    english, german = "# Valve\n\nOpen.", "---\nid: v\nlanguage: de\n---\n# Ventil\n\nAuf."
    folder.write({"a.md": "---\nid: a\n---\n" + english, "z.md": german})
    folder.write({"z.md": german.replace("id: v", "id: v\ntranslation_of: a")})
    sync()
    folder.write({"a.md": "---\nid: a\ntranslation_of: v\n---\n" + english, "z.md": german})
    sync()
    found = state("a.md")
    assert found is not None
    assert found.original == article("z.md")
    assert state("z.md") is None


def test_changed_original_makes_the_translation_outdated(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write({"en/a.md": "# Valve\n\nClose the valve."})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    assert is_outdated("de/a.md")


def test_original_changed_in_blanks_alone_leaves_it_current(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write({"en/a.md": "# Valve\n\nOpen  the valve!"})
    sync()
    assert not is_outdated("de/a.md")


def test_changed_translation_is_current_again(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write({"en/a.md": "# Valve\n\nClose the valve."})
    sync()
    folder.write({"de/a.md": "# Ventil\n\nVentil schließen."})
    sync()
    assert not is_outdated("de/a.md")


def test_translation_changed_in_blanks_alone_stays_outdated(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write({"en/a.md": "# Valve\n\nClose the valve."})
    sync()
    folder.write({"de/a.md": "# Ventil\n\nVentil  öffnen!"})
    sync()
    assert is_outdated("de/a.md")


def test_original_and_translation_changed_together_are_in_step(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write(
        {"en/a.md": "# Valve\n\nClose the valve.", "de/a.md": "# Ventil\n\nVentil schließen."}
    )
    assert figures(sync()) == {"updated": 2}
    assert not is_outdated("de/a.md")


def test_second_run_leaves_what_is_outdated_so(folder: Folder, sync: Sync) -> None:
    folder.write(TWO)
    sync()
    folder.write({"en/a.md": "# Valve\n\nClose the valve."})
    sync()
    assert figures(sync()) == {"unchanged": 2}
    assert is_outdated("de/a.md")


def test_original_that_comes_later_is_found_for_unchanged_files(folder: Folder, sync: Sync) -> None:
    folder.write({"de/a.md": TWO["de/a.md"], "en/b.md": "y"})
    sync()
    folder.write(TWO)
    assert figures(sync()) == {"created": 1, "unchanged": 2}
    found = state("de/a.md")
    assert found is not None
    assert found.original == article("en/a.md")


def test_original_that_somebody_chose_in_the_admin_stays_it(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write(TWO)
    sync()
    TranslationService(tenant=tenant, actor=SYSTEM).make_original(article("de/a.md"))
    folder.write({"de/a.md": "# Ventil\n\nVentil schließen."})
    sync()
    assert state("de/a.md") is None
    assert is_outdated("en/a.md")


def test_translation_made_in_the_admin_follows_an_imported_original(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": TWO["en/a.md"]})
    sync()
    service = TranslationService(tenant=tenant, actor=SYSTEM)
    german = service.start(article("a.md"), "de")
    folder.write({"a.md": "# Valve\n\nClose the valve."})
    sync()
    found = state_of(german)
    assert found is not None
    assert found.is_outdated


def test_export_names_the_original_that_an_import_takes(
    folder: Folder, sync: Sync, tenant: Model, tmp_path: Path
) -> None:
    german = make_article(tenant, "Ventil", language="de")
    service = TranslationService(tenant=tenant, actor=SYSTEM)
    service.link(make_article(tenant, "Valve"), german)
    export(tenant, tmp_path / "out")
    other = make_tenant("Other")
    import_folder(other, tmp_path / "out", "docs")
    english = HelpArticle.objects.get(tenant=other.pk, language="en")
    found = state_of(english)
    assert found is not None
    assert (found.original.language, found.is_outdated) == ("de", False)


EDITOR = ("add_helparticle", "change_helparticle", "add_helpcategory", "change_helpcategory")


def test_editor_imports_the_draft_of_a_translation_of_what_is_published(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x"})
    sync()
    folder.write({"a.de.md": "---\nstatus: draft\nlanguage: de\ntranslation_of: a.md\n---\ny"})
    service = DocumentationService(tenant=tenant, actor=make_author("ed", *EDITOR))
    assert figures(service.sync(folder.root)) == {"created": 1, "unchanged": 1}
    assert article("a.de.md").translated_from == article("a.md")
    assert article("a.de.md").status == "DRAFT"


def test_what_the_actor_may_not_write_stops_none_of_the_other_files(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x"})
    sync()
    folder.write({"a.md": "y", "b.md": "z", "c.md": "---\nstatus: draft\n---\nz"})
    service = DocumentationService(tenant=tenant, actor=make_author("ed", *EDITOR))
    report = service.sync(folder.root)
    assert figures(report) == {"created": 1, "conflicts": 2}
    assert "publish_helparticle" in reasons(report.conflict_notices)["b.md"]
    assert article("a.md").content == "x"


def test_translation_that_the_actor_may_not_note_stops_nothing(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x", "a.de.md": "---\nlanguage: de\ntranslation_of: a.md\n---\ny"})
    sync()
    HelpArticle.objects.update(translated_from=None)
    service = DocumentationService(tenant=tenant, actor=make_author("ed", *EDITOR))
    report = service.sync(folder.root)
    assert "publish_helparticle" in reasons(report.conflict_notices)["a.de.md"]


def test_category_that_the_actor_may_not_delete_stays(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    draft = "---\nstatus: draft\n---\nx"
    folder.write({"one/a.md": draft, "b.md": draft})
    sync()
    folder.move("one/a.md", "a.md")
    service = DocumentationService(tenant=tenant, actor=make_author("ed", *EDITOR))
    assert not service.sync(folder.root).failures
    assert HelpCategory.objects.for_tenant(tenant).filter(name="One").exists()
