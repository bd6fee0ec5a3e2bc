"""What the front matter of a file says, checked.

Our own names are taken at their word: a value that cannot be meant is an error with its line. Names
that other systems use are understood where they say the same, and ignored where they do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from django.utils import timezone
from django.utils.text import slugify

from django_helpcenter.choices import ArticleStatus, DifficultyLevel
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models.review_intervals import NEVER

#: Characters of the columns.
MAX_TITLE_LENGTH = 500
MAX_ID_LENGTH = 1_000
MAX_SLUG_LENGTH = 255
MAX_CATEGORY_LENGTH = 200
MAX_TAG_LENGTH = 100
MAX_SUMMARY_LENGTH = 5_000
MAX_CATEGORY_LEVELS = 50

#: Range of PostgreSQL's integer.
_MAX_INTEGER = 2_147_483_647

#: A name this like one of ours is taken for a slip: 1 is equal.
_SLIP_RATIO = 0.8

_OUR_NAMES = (
    "id", "title", "summary", "slug", "category", "tags", "status", "target_roles", "language",
    "difficulty_level", "order", "translation_of", "icon", "color", "publish_at", "expire_at",
    "foreign_markup", "owner", "review_interval", "verified_at",
)  # fmt: skip

#: Names of other systems that are like ours and mean something else, or the same in passing.
_FOREIGN_NAMES = frozenset(
    {
        "category_id", "colors", "colour", "expire", "expire_date", "expired_at", "expires_at",
        "languages", "ordered", "owners", "publish", "publish_date", "publishdate", "published_at",
        "stats", "subcategory", "tag", "titles", "translation", "translations", "uid",
    }
)  # fmt: skip

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class FolderMetadata:
    """What an index says of its folder alone, under ``folder``."""

    title: str = ""
    summary: str = ""
    order: int | None = None
    icon: str = ""
    color: str = ""
    review_interval: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The front matter of a file; empty values where it is silent.

    ``slug`` is one that the author chose; ``slug_hint`` is part of an address that another system
    gave the page. ``addresses`` are where that system served it. ``short_title`` is for menus.
    ``folder`` is what holds for the folder of an index in place of what holds for the page;
    ``has_no_summary`` says that the article is to have none. Without ``foreign_markup`` the text is
    the Markdown of articles, in which nothing is another system's.
    """

    id: str = ""
    title: str = ""
    short_title: str = ""
    summary: str = ""
    slug: str = ""
    slug_hint: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    status: str = ArticleStatus.PUBLISHED
    target_roles: tuple[str, ...] = ()
    language: str = ""
    difficulty_level: str = DifficultyLevel.BEGINNER
    order: int | None = None
    translation_of: str = ""
    icon: str = ""
    color: str = ""
    addresses: tuple[str, ...] = ()
    folder: FolderMetadata | None = None
    has_no_summary: bool = False
    foreign_markup: bool = True
    publish_at: datetime | None = None
    expire_at: datetime | None = None
    owner: str = ""
    review_interval: int | None = None
    verified_at: datetime | None = None

    @property
    def names_upkeep(self) -> bool:
        """Whether it says who sees to the article, how often, or when it was found right."""
        return bool(self.owner or self.review_interval or self.verified_at)


def read_metadata(values: Mapping[str, object], source: str) -> Metadata:
    """Check front matter and return what it says; ``source`` is the file's text, for line numbers.

    Raises ContentError with the line of the value that cannot be used.
    """
    reader = _Reader(values, source)
    reader.refuse_slips()
    slug_hint, addresses = reader.addresses()
    has_no_summary = reader.values.get("summary") is False
    return Metadata(
        id=reader.text("id", limit=MAX_ID_LENGTH),
        title=reader.text("title", limit=MAX_TITLE_LENGTH),
        short_title=reader.foreign_text(
            "sidebartitle", "sidebar_label", "sidebar_title", "nav_title", "linktitle"
        )[:MAX_TITLE_LENGTH],
        summary="" if has_no_summary else reader.summary(),
        slug=reader.slug(),
        slug_hint=slug_hint,
        category=reader.category(),
        tags=reader.texts("tags", limit=MAX_TAG_LENGTH),
        status=reader.status(),
        target_roles=reader.roles(),
        language=reader.language(),
        difficulty_level=reader.choice(
            "difficulty_level", dict(DifficultyLevel.choices), DifficultyLevel.BEGINNER
        ),
        order=reader.order(),
        translation_of=reader.text("translation_of", limit=MAX_ID_LENGTH),
        icon=reader.foreign_text("icon")[:50],
        color=reader.color(),
        addresses=addresses,
        folder=reader.folder(),
        has_no_summary=has_no_summary,
        foreign_markup=reader.values.get("foreign_markup") is not False,
        publish_at=reader.time("publish_at"),
        expire_at=reader.time("expire_at"),
        owner=reader.owner(),
        review_interval=reader.review_interval(),
        verified_at=reader.past_time("verified_at"),
    )


class _Reader:
    def __init__(self, values: Mapping[str, object], source: str) -> None:
        self.values = {name.lower().replace("-", "_"): value for name, value in values.items()}
        self.source = source

    def error(self, name: str, message: str) -> ContentError:
        pattern = rf"^[\"']?{re.escape(name).replace('_', '[-_]')}[\"']?[ \t]*:"
        match = re.search(pattern, self.source, re.MULTILINE | re.IGNORECASE)
        line = self.source.count("\n", 0, match.start()) + 1 if match else 1
        return ContentError(message, line=line)

    def refuse_slips(self) -> None:
        """Refuse misspelt names of ours: what they were to restrict would be published."""
        for name in self.values:
            if name in _OUR_NAMES or name in _FOREIGN_NAMES:
                continue
            close = get_close_matches(name, _OUR_NAMES, n=1, cutoff=_SLIP_RATIO)
            if close:
                raise self.error(name, f"`{name[:50]}` is unknown; did you mean `{close[0]}`?")

    def text(self, name: str, *, limit: int) -> str:
        """Return a value as one line of text."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            raise self.error(name, f"`{name}` must be a text, not a list.")
        text = self._clean(name, _words(value))
        if len(text) > limit:
            raise self.error(
                name, f"`{name}` has {len(text):,} characters; at most {limit:,} are allowed."
            )
        return text

    def summary(self) -> str:
        """Return the summary, also one that another system keeps under a name of its own."""
        own = self.text("summary", limit=MAX_SUMMARY_LENGTH)
        return own or self.foreign_text("description", "excerpt")[:MAX_SUMMARY_LENGTH]

    def folder(self) -> FolderMetadata | None:
        """Return what stands under ``folder``; a word there means something else elsewhere."""
        values = self.values.get("folder")
        if not isinstance(values, dict):
            return None
        reader = _Reader(values, self.source)
        return FolderMetadata(
            title=reader.text("title", limit=MAX_CATEGORY_LENGTH),
            summary=reader.text("summary", limit=MAX_SUMMARY_LENGTH),
            order=reader.order(),
            icon=reader.foreign_text("icon")[:50],
            color=reader.color(),
            review_interval=reader.review_interval(),
        )

    def time(self, name: str) -> datetime | None:
        """Return a moment; without an offset it is one of the site's time zone."""
        text = self.text(name, limit=100)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            return found if found.tzinfo else timezone.make_aware(found)
        except (ValueError, OverflowError):
            raise self.error(
                name, f"`{name}` is {text!r}; write a time such as 2030-01-31T08:00+00:00."
            ) from None

    def past_time(self, name: str) -> datetime | None:
        """Return a moment that has been."""
        found = self.time(name)
        if found is not None and found > timezone.now():
            raise self.error(name, f"`{name}` is in the future.")
        return found

    def owner(self) -> str:
        """Return who sees to the article; a list means something else elsewhere."""
        value = self.values.get("owner")
        return "" if isinstance(value, dict | list) else self.text("owner", limit=254)

    def review_interval(self) -> int | None:
        """Return days, those that stand for never included."""
        text = self.text("review_interval", limit=100)
        if not text:
            return None
        if text.lower() == "never":
            return NEVER
        days = int(text) if text.isascii() and text.isdigit() else 0
        if not 1 <= days <= NEVER:
            raise self.error(
                "review_interval",
                f"`review_interval` is {text!r}; write days from 1 to {NEVER}, or never.",
            )
        return days

    def texts(self, name: str, *, limit: int) -> tuple[str, ...]:
        """Return a list, also one that is written as ``a, b``; doubles are dropped."""
        value = self.values.get(name)
        if isinstance(value, dict):
            raise self.error(name, f"`{name}` must be a list such as [one, two].")
        items = value if isinstance(value, list) else _words(value).split(",")
        texts: dict[str, None] = {}
        for item in items:
            if isinstance(item, dict | list):
                raise self.error(name, f"`{name}` must be a plain list such as [one, two].")
            text = self._clean(name, _words(item))
            if len(text) > limit:
                raise self.error(
                    name, f"An entry of `{name}` has {len(text):,} characters; at most {limit}."
                )
            if text:
                texts[text] = None
        return tuple(texts)

    def roles(self) -> tuple[str, ...]:
        """Return who may read the file; a restriction without a name must not publish it."""
        roles = self.texts("target_roles", limit=MAX_TAG_LENGTH)
        if not roles and self.values.get("target_roles", []) != []:
            raise self.error(
                "target_roles",
                "`target_roles` names no role; name one, or leave it out for everybody.",
            )
        return roles

    def foreign_text(self, *names: str) -> str:
        """Return the first of these that is a text; other values mean something else elsewhere."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and value.strip():
                return _printable(" ".join(value.split()))
        return ""

    def choice(self, name: str, choices: Mapping[str, object], default: str) -> str:
        text = self.text(name, limit=100)
        wanted = text.upper().replace(" ", "_").replace("-", "_")
        if not text:
            return default
        if wanted not in choices:
            known = ", ".join(choices)
            raise self.error(name, f"`{name}` is {text!r}; it must be one of {known}.")
        return wanted

    def status(self) -> str:
        status = self.choice("status", dict(ArticleStatus.choices), "")
        if status:
            return status
        is_draft = self._flag("draft") is True or self._flag("published") is False
        return ArticleStatus.DRAFT if is_draft else ArticleStatus.PUBLISHED

    def slug(self) -> str:
        """Return the chosen slug; of a path, as other systems have it, the last part."""
        text = self.text("slug", limit=MAX_ID_LENGTH).strip("/").rpartition("/")[2]
        slug = slugify(text, allow_unicode=True)
        if text and not slug:
            raise self.error("slug", f"`slug` is {text!r}, which has neither letters nor digits.")
        if len(slug) > MAX_SLUG_LENGTH:
            raise self.error(
                "slug", f"`slug` has {len(slug)} characters; at most {MAX_SLUG_LENGTH} are allowed."
            )
        return slug

    def category(self) -> tuple[str, ...]:
        value = self.values.get("category")
        text = "" if isinstance(value, list) else self.text("category", limit=10_000)
        parts = (
            self.texts("category", limit=MAX_CATEGORY_LENGTH)
            if isinstance(value, list)
            else tuple(part.strip() for part in re.split(r"\s/\s", text) if part.strip())
        )
        if len(parts) > MAX_CATEGORY_LEVELS:
            raise self.error("category", f"`category` has over {MAX_CATEGORY_LEVELS} levels.")
        if any(len(part) > MAX_CATEGORY_LENGTH for part in parts):
            raise self.error(
                "category", f"A category name has at most {MAX_CATEGORY_LENGTH} characters."
            )
        return parts

    def language(self) -> str:
        name = next((n for n in ("language", "lang", "locale") if self.values.get(n)), "language")
        text = self.text(name, limit=100)
        code = text.lower().replace("_", "-")
        if code and (len(code) > 16 or not _LANGUAGE.fullmatch(code)):
            raise self.error(name, f"`{name}` is {text!r}; write a code such as en or pt-br.")
        return code

    def order(self) -> int | None:
        value = self.values.get("order")
        if value is not None:
            text = _words(value) if not isinstance(value, dict | list) else ""
            if not re.fullmatch(r"[+-]?\d{1,10}", text) or abs(int(text)) > _MAX_INTEGER:
                raise self.error("order", f"`order` is {text!r}; write a whole number.")
            return int(text)
        for name in ("nav_order", "weight", "sidebar_position", "position"):
            other = self.values.get(name)
            if (
                isinstance(other, int)
                and not isinstance(other, bool)
                and abs(other) <= _MAX_INTEGER
            ):
                return other
        return None

    def color(self) -> str:
        text = self.foreign_text("color")
        return text if _COLOR.fullmatch(text) else ""

    def addresses(self) -> tuple[str, tuple[str, ...]]:
        """Return a slug from the page's former address, and all addresses that it had."""
        found: list[str] = []
        for name in ("permalink", "redirect_from", "aliases"):
            value = self.values.get(name)
            items = value if isinstance(value, list) else [value]
            found += [_printable(i) for i in items if isinstance(i, str) and i.startswith("/")]
        permalink = self.foreign_text("permalink")
        last = permalink.strip("/").rpartition("/")[2].removesuffix(".html")
        is_plain = bool(permalink) and ":" not in last and "{" not in last
        return slugify(last, allow_unicode=True)[:MAX_SLUG_LENGTH] if is_plain else "", tuple(found)

    def _flag(self, name: str) -> bool | None:
        word = _words(self.values.get(name)).strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def _clean(self, name: str, text: str) -> str:
        text = " ".join(text.split())
        if _printable(text) != text:
            raise self.error(name, f"`{name}` contains a control character; remove it.")
        return text


def _words(value: object) -> str:
    """Return a scalar as its author wrote it, ``""`` for none."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _printable(text: str) -> str:
    """Drop what cannot be stored and what no reader can see: controls, lone surrogates."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))
