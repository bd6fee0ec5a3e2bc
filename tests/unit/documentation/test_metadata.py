"""Front matter, checked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, DifficultyLevel
from django_helpcenter.content.front_matter import parse_front_matter
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.documentation.metadata import (
    FolderMetadata,
    Metadata,
    read_metadata,
)


def read(front_matter: str) -> Metadata:
    source = f"---\n{front_matter}\n---\ntext\n"
    return read_metadata(parse_front_matter(source).metadata, source)


def test_every_name_of_ours_is_read() -> None:
    metadata = read(
        "id: a-1\ntitle: A title\nsummary: A summary\nslug: a-slug\ncategory: Billing\n"
        "tags: [one, two]\nstatus: draft\ntarget_roles: [staff]\nlanguage: pt-BR\n"
        "difficulty_level: advanced\norder: 7\ntranslation_of: a-0\nicon: star\ncolor: '#aabbcc'"
    )
    assert metadata == Metadata(
        id="a-1",
        title="A title",
        summary="A summary",
        slug="a-slug",
        category=("Billing",),
        tags=("one", "two"),
        status=ArticleStatus.DRAFT,
        target_roles=("staff",),
        language="pt-br",
        difficulty_level=DifficultyLevel.ADVANCED,
        order=7,
        translation_of="a-0",
        icon="star",
        color="#aabbcc",
    )


def test_silent_front_matter_publishes_for_beginners() -> None:
    metadata = read("")
    assert (metadata.status, metadata.difficulty_level) == ("PUBLISHED", "BEGINNER")
    assert metadata.order is None


def test_unknown_names_are_ignored() -> None:
    assert read("layout: wide\nhero: {a: [1, 2]}\nx: null") == Metadata()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("target_rolls", "target_roles"),
        ("targetRoles", "target_roles"),
        ("target-role", "target_roles"),
        ("statuss", "status"),
        ("langauge", "language"),
        ("difficulty_levl", "difficulty_level"),
    ],
)
def test_misspelt_name_is_an_error_with_its_line(name: str, meant: str) -> None:
    with pytest.raises(ContentError, match=rf"did you mean `{meant}`\?") as caught:
        read(f"layout: wide\n{name}: x")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "name",
    ["categories", "subtitle", "tag", "uid", "languages", "translations", "sidebarTitle"],
)
def test_name_of_another_system_is_no_slip(name: str) -> None:
    assert read(f"{name}: x").title == ""


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("description: D", "summary", "D"),
        ("excerpt: D", "summary", "D"),
        ("sidebarTitle: Short", "short_title", "Short"),
        ("sidebar_label: Short", "short_title", "Short"),
        ("linkTitle: Short", "short_title", "Short"),
        ("nav_order: 4", "order", 4),
        ("weight: 4", "order", 4),
        ("sidebar_position: 4", "order", 4),
        ("weight: heavy", "order", None),
        ("weight: 99999999999", "order", None),
        ("lang: de", "language", "de"),
        ("locale: zh_Hans", "language", "zh-hans"),
        ("draft: true", "status", "DRAFT"),
        ("draft: 'yes'", "status", "DRAFT"),
        ("draft: false", "status", "PUBLISHED"),
        ("published: false", "status", "DRAFT"),
        ("published: true", "status", "PUBLISHED"),
        ("permalink: /help/reset/", "slug_hint", "reset"),
        ("permalink: /help/reset.html", "slug_hint", "reset"),
        ("permalink: /:categories/:title/", "slug_hint", ""),
        ("permalink: pretty", "slug_hint", "pretty"),
        ("Title: Upper", "title", "Upper"),
        ("target-roles: [a]", "target_roles", ("a",)),
        ("color: red", "color", ""),
    ],
)
def test_names_of_other_systems_are_understood(line: str, field: str, value: object) -> None:
    assert getattr(read(line), field) == value


def test_our_name_wins_over_the_foreign_one() -> None:
    metadata = read(
        "description: theirs\nsummary: ours\nweight: 1\norder: 2\ndraft: true\nstatus: review"
    )
    assert (metadata.summary, metadata.order, metadata.status) == ("ours", 2, "REVIEW")


def test_former_addresses_are_kept_for_links() -> None:
    metadata = read("permalink: /a/\nredirect_from: [/b/, /c/, https://x.test/d]\naliases: /e")
    assert metadata.addresses == ("/a/", "/b/", "/c/", "/e")


@pytest.mark.parametrize("line", ["tags: a, b", "tags: [a, b, a]", "tags:\n  - a\n  - b\n  -"])
def test_list_may_be_written_in_several_ways(line: str) -> None:
    assert read(line).tags == ("a", "b")


def test_tag_that_looks_like_something_else_stays_a_word() -> None:
    assert read("tags: [2024, true, 1.5, no]").tags == ("2024", "true", "1.5", "no")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("category: Setup", ("Setup",)),
        ("category: Setup / Network", ("Setup", "Network")),
        ("category: [Setup, Network]", ("Setup", "Network")),
        ("category: TCP/IP", ("TCP/IP",)),
        ("category:", ()),
    ],
)
def test_category_may_be_a_path(line: str, wanted: tuple[str, ...]) -> None:
    assert read(line).category == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("slug: Reset your Password", "reset-your-password"),
        ("slug: /docs/setup/", "setup"),
        ("slug: /", ""),
        ("slug: приветствие", "приветствие"),
    ],
)
def test_slug_is_made_fit_for_an_address(line: str, wanted: str) -> None:
    assert read(line).slug == wanted


def test_text_on_several_lines_becomes_one() -> None:
    assert read("summary: >\n  one\n  two\n\n  three").summary == "one two three"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "status: gone",
            "`status` is 'gone'; it must be one of DRAFT, REVIEW, PUBLISHED, ARCHIVED",
        ),
        ("difficulty_level: hard", "`difficulty_level` is 'hard'"),
        ("order: first", "`order` is 'first'; write a whole number"),
        ("order: 1.5", "`order` is '1.5'"),
        ("order: [1]", "`order` is ''"),
        ("order: 99999999999", "`order` is '99999999999'"),
        ("language: klingonese", "`language` is 'klingonese'"),
        ("lang: '../etc'", "`lang` is '../etc'"),
        ("language: aa-bbbbbbbb-cccccccc", "`language` is"),
        ("title: [a, b]", "`title` must be a text, not a list"),
        ("title: {a: b}", "`title` must be a text, not a list"),
        (f"title: {'x' * 501}", "`title` has 501 characters; at most 500"),
        (f"id: {'x' * 1001}", "`id` has 1,001 characters"),
        (f"slug: {'x' * 256}", "`slug` has 256 characters"),
        ("slug: '!!!'", "`slug` is '!!!', which has neither letters nor digits"),
        ("tags: {a: b}", "`tags` must be a list"),
        ("tags: [[a]]", "`tags` must be a plain list"),
        (f"tags: [{'x' * 101}]", "An entry of `tags` has 101 characters"),
        (f"category: {'x' * 201}", "A category name has at most 200"),
        (f"category: {' / '.join('x' * 51)}", "`category` has over 50 levels"),
        (r'title: "a\0b"', "`title` contains a control character"),
        (r'id: "\ud800"', "`id` contains a control character"),
        (r'tags: ["\x07"]', "`tags` contains a control character"),
    ],
)
def test_value_that_cannot_be_meant_is_an_error_with_its_line(line: str, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(f"layout: wide\n{line}")
    assert message in str(caught.value)
    assert caught.value.line == 3


def test_title_of_500_characters_is_fine() -> None:
    assert len(read(f"title: {'x' * 500}").title) == 500


def test_times_are_read_with_and_without_an_offset() -> None:
    found = read("publish_at: 2031-01-31T08:00+02:00\nexpire_at: 2031-02-01")
    assert found.publish_at == datetime(2031, 1, 31, 6, tzinfo=UTC)
    assert found.expire_at == timezone.make_aware(datetime(2031, 2, 1))  # noqa: DTZ001


@pytest.mark.parametrize("line", ["publish_at: soon", "expire_at: 2031-13-01", "expire_at: [1]"])
def test_time_that_is_none_is_an_error(line: str) -> None:
    with pytest.raises(ContentError):
        read(line)


def test_upkeep_is_read() -> None:
    found = read("owner: ana@example.com\nreview_interval: 30\nverified_at: 2026-01-31")
    assert (found.owner, found.review_interval) == ("ana@example.com", 30)
    assert found.verified_at == timezone.make_aware(datetime(2026, 1, 31))  # noqa: DTZ001


def test_article_may_never_be_due() -> None:
    assert read("review_interval: Never").review_interval == NEVER


@pytest.mark.parametrize("value", ["0", "-1", "36501", "soon", "1.5", "[1]"])
def test_interval_that_is_none_is_an_error(value: str) -> None:
    with pytest.raises(ContentError, match="review_interval"):
        read(f"review_interval: {value}")


@pytest.mark.parametrize("value", ["2999-01-01", "yes"])
def test_verification_that_has_not_been_is_an_error(value: str) -> None:
    with pytest.raises(ContentError, match="verified_at"):
        read(f"verified_at: {value}")


@pytest.mark.parametrize("line", ["owner: [a, b]", "owners: x", "owner:\n  name: x"])
def test_owner_of_another_system_is_none(line: str) -> None:
    assert read(line).owner == ""


def test_article_may_have_no_summary() -> None:
    found = read("summary: false\ndescription: Of another system")
    assert (found.summary, found.has_no_summary) == ("", True)


def test_text_may_be_without_foreign_markup() -> None:
    assert not read("foreign_markup: false").foreign_markup
    assert read("title: x").foreign_markup


def test_index_may_say_something_of_its_folder_alone() -> None:
    found = read("title: Page\norder: 1\nfolder:\n  title: Folder\n  order: 2\n  color: '#aabbcc'")
    assert (found.title, found.order) == ("Page", 1)
    assert found.folder == FolderMetadata(title="Folder", order=2, color="#aabbcc")


def test_folder_of_another_system_is_no_folder_of_ours() -> None:
    assert read("folder: product1").folder is None
