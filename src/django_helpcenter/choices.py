"""The closed sets of values that models and services share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    REVIEW = "REVIEW", _("In review")
    PUBLISHED = "PUBLISHED", _("Published")
    ARCHIVED = "ARCHIVED", _("Archived")


class DraftState(models.TextChoices):
    """Whether an editor is still writing, or waits for somebody who publishes."""

    WRITING = "WRITING", _("Being written")
    REVIEW = "REVIEW", _("In review")


class DifficultyLevel(models.TextChoices):
    BEGINNER = "BEGINNER", _("Beginner")
    INTERMEDIATE = "INTERMEDIATE", _("Intermediate")
    ADVANCED = "ADVANCED", _("Advanced")


class IndexState(models.TextChoices):
    """Whether the passages are in step with the article."""

    STALE = "STALE", _("Waiting")
    FRESH = "FRESH", _("Up to date")
    FAILED = "FAILED", _("Failed")


class FileType(models.TextChoices):
    """What kinds of files are kept; the value is what browsers are told."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    GIF = "image/gif", "GIF"
    WEBP = "image/webp", "WebP"
    SVG = "image/svg+xml", "SVG"
    PDF = "application/pdf", "PDF"
    TEXT = "text/plain", "TXT"
    CSV = "text/csv", "CSV"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX"
    ODT = "application/vnd.oasis.opendocument.text", "ODT"
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "ODS"
    ODP = "application/vnd.oasis.opendocument.presentation", "ODP"
    ZIP = "application/zip", "ZIP"

    @property
    def extension(self) -> str:
        """How the names of such files end."""
        return FILE_EXTENSIONS[self]

    @property
    def is_image(self) -> bool:
        """Whether pages show it, instead of linking to it."""
        return self.startswith("image/")


class InteractionType(models.TextChoices):
    VIEW = "VIEW", _("View")
    BOOKMARK = "BOOKMARK", _("Bookmark")
    SHARE = "SHARE", _("Share")
    VOTE_HELPFUL = "VOTE_HELPFUL", _("Helpful vote")
    VOTE_NOT_HELPFUL = "VOTE_NOT_HELPFUL", _("Not helpful vote")
    FEEDBACK_INCORRECT = "FEEDBACK_INCORRECT", _("Feedback: incorrect")
    FEEDBACK_OUTDATED = "FEEDBACK_OUTDATED", _("Feedback: outdated")
    FEEDBACK_UNCLEAR = "FEEDBACK_UNCLEAR", _("Feedback: unclear")
    FEEDBACK_OTHER = "FEEDBACK_OTHER", _("Feedback: other")


class SearchMode(models.TextChoices):
    HYBRID = "hybrid", _("Hybrid")
    LEXICAL = "lexical", _("Lexical")
    SEMANTIC = "semantic", _("Semantic")


class SuggestionKind(models.TextChoices):
    """What a suggestion leads to."""

    QUERY = "query", _("Search")
    ARTICLE = "article", _("Article")
    CATEGORY = "category", _("Category")


#: How the names of files end, by their type.
FILE_EXTENSIONS: dict[FileType, str] = {
    FileType.PNG: "png",
    FileType.JPEG: "jpg",
    FileType.GIF: "gif",
    FileType.WEBP: "webp",
    FileType.SVG: "svg",
    FileType.PDF: "pdf",
    FileType.TEXT: "txt",
    FileType.CSV: "csv",
    FileType.DOCX: "docx",
    FileType.XLSX: "xlsx",
    FileType.PPTX: "pptx",
    FileType.ODT: "odt",
    FileType.ODS: "ods",
    FileType.ODP: "odp",
    FileType.ZIP: "zip",
}

#: The role that every reader has, signed in or not.
ROLE_ALL = "all"

#: language code → PostgreSQL text search configuration; languages not listed use ``simple``.
SEARCH_CONFIGS: dict[str, str] = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish",
    "nl": "dutch", "en": "english", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def search_config(language: str) -> str:
    """Return the text search configuration of a language code such as ``en`` or ``pt-br``."""
    return SEARCH_CONFIGS.get(language.lower().replace("_", "-").split("-")[0], "simple")
