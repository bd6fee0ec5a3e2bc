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


class ReviewAction(models.TextChoices):
    """What was done to keep an article right."""

    VERIFIED = "VERIFIED", _("Found still right")
    OWNER = "OWNER", _("Owner changed")
    INTERVAL = "INTERVAL", _("Interval changed")


class Significance(models.TextChoices):
    """How much a change of an article asks of its translations."""

    MINOR = "MINOR", _("Minor: translations stay up to date")
    NORMAL = "NORMAL", _("Normal: translations should follow")
    MAJOR = "MAJOR", _("Major: translations say something wrong now")


class DifficultyLevel(models.TextChoices):
    BEGINNER = "BEGINNER", _("Beginner")
    INTERMEDIATE = "INTERMEDIATE", _("Intermediate")
    ADVANCED = "ADVANCED", _("Advanced")


class IndexState(models.TextChoices):
    """Whether the passages are in step with the article."""

    STALE = "STALE", _("Waiting")
    FRESH = "FRESH", _("Up to date")
    FAILED = "FAILED", _("Failed")


class BuiltInTemplate(models.TextChoices):
    """The article templates that come with the help center."""

    HOW_TO = "how-to", _("How-to")
    TROUBLESHOOTING = "troubleshooting", _("Troubleshooting")
    RELEASE_NOTE = "release-note", _("Release note")


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


class LinkState(models.TextChoices):
    """What is known of an address."""

    NEW = "NEW", _("Not checked yet")
    GOOD = "GOOD", _("Works")
    MOVED = "MOVED", _("Moved")
    FAILING = "FAILING", _("Failing")
    BROKEN = "BROKEN", _("Broken")
    UNSURE = "UNSURE", _("Cannot tell")


class LinkReason(models.TextChoices):
    """Why an address has its state, in words."""

    STATUS = "status", _("the server answers with an error")
    TIMEOUT = "timeout", _("does not answer in time")
    NAME = "name", _("there is no such host")
    REFUSED = "refused", _("refuses the connection")
    TLS = "tls", _("has no valid certificate")
    NETWORK = "network", _("cannot be reached")
    ANSWER = "answer", _("does not answer as a web server does")
    LOOP = "loop", _("redirects in circles")
    PRIVATE = "private", _("is not in the public internet, so it is not asked")
    PORT = "port", _("has a port that is not asked")
    SCHEME = "scheme", _("leads away from the web, so it is not followed")
    HOST = "host", _("is a host that is not asked")
    ADDRESS = "address", _("is no valid address")
    NO_ARTICLE = "no_article", _("the article does not exist")
    DELETED = "deleted", _("the article was deleted")
    ARCHIVED = "archived", _("the article is archived")
    UNPUBLISHED = "unpublished", _("the article is not published")
    NO_HEADING = "no_heading", _("the article has no such heading")
    NO_CATEGORY = "no_category", _("the category does not exist")
    NO_TAG = "no_tag", _("the tag does not exist")
    NO_FILE = "no_file", _("the file does not exist")
    NO_PAGE = "no_page", _("the help center has no such page")
    FORMER = "former", _("the address has changed and redirects")


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
