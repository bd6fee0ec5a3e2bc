"""The settings of the help center: every name, its type, its default, its meaning.

A setting ``HELP_CENTER_X`` of the host project is read as ``conf.X``, at each use and without a
cache, so ``override_settings`` works and nothing needs a restart in tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from django.conf import settings as django_settings

PREFIX = "HELP_CENTER_"

#: Endings of the kinds of files that are known, besides images.
UploadType = Literal["pdf", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"]

_tried: ContextVar[Mapping[str, Any] | None] = ContextVar("help_center_settings", default=None)


class HelpCenterSettings:
    """Defaults as class attributes, read through to the host's settings."""

    TENANT_MODEL: str = "help_center.HelpTenant"
    """The model that owns help content, as ``app_label.Model``; set before the first migration."""

    TENANT_RESOLVER: str = "django_helpcenter.services.tenancy.resolve_tenant"
    """Dotted path of a callable that maps a request (or an ASGI scope) to a tenant."""

    TENANT_SLUG_FIELD: str = "slug"
    """The field of the tenant model that commands accept as ``--tenant`` and resolvers may use."""

    TENANT_NAME_FIELD: str = "name"
    """The field of the tenant model that holds its display name."""

    TENANT_DOMAIN_FIELD: str = "domain"
    """The field of the tenant model that holds its host name; a model without it has no domains."""

    ADMIN_TENANTS: str = "django_helpcenter.services.tenant_access.all_or_sole_tenant"
    """Dotted path of a callable ``(user) -> queryset of tenants`` whose content the admin shows."""

    ADMIN_EDITOR: str = "django_helpcenter.admin.editor.MarkdownWidget"
    """Dotted path of the form widget in which the admin edits the text of an article."""

    ROLE_RESOLVER: str = "django_helpcenter.models.roles.group_names"
    """Dotted path of a callable ``(user, tenant) -> iterable of role names``."""

    ROLE_CHOICES: str = "django_helpcenter.models.roles.all_group_names"
    """Dotted path of a callable ``(tenant) -> iterable of role names`` that authors may choose."""

    WRITE_POLICY: str = "django_helpcenter.services.workflow.django_permissions"
    """Dotted path of a callable ``(actor, permission, article or None) -> bool``: who may write."""

    OWNER_CHOICES: str = "django_helpcenter.services.ownership.people_with_permission"
    """Dotted path of a callable ``(tenant) -> iterable of users`` that articles may be given to."""

    USER_LANGUAGE: str = "django_helpcenter.services.review_mail.language_of"
    """Dotted path of a callable ``(user) -> language code``, in which mails are written."""

    BASE_URL: str | None = None
    """Where the site is, such as ``https://example.com``, for links in mails; ``None``: no
    mails."""

    PREVIEW_LINK_HOURS: int = 72
    """Hours that a link to the preview of a draft opens it."""

    BACKGROUND: str = "inline"
    """Where background work runs: ``inline`` (after the commit, same process) or ``celery``."""

    EMBEDDINGS: dict[str, Any] | None = None
    """The embedding backend: ``{"BACKEND": path, "OPTIONS": {…}}``; ``None``: words alone."""

    EMBEDDINGS_PREVIOUS: dict[str, Any] | None = None
    """The backend that serves a tenant until its articles are embedded with ``EMBEDDINGS``."""

    STALE_AFTER_DAYS: int = 180
    """Days after which a published article is due for review, where neither it nor a category says
    otherwise; 36500 is never."""

    ARTICLE_MAX_CHARACTERS: int = 500_000
    """Longest article body; PostgreSQL refuses to index much more than this."""

    IMPORT_MAX_FILE_BYTES: int = 5_000_000
    """Largest Markdown file that ``sync_documentation`` reads."""

    IMPORT_MAX_IMAGE_BYTES: int = 10_000_000
    """Largest image or other file that ``sync_documentation`` copies to the storage."""

    UPLOAD_MAX_BYTES: int = 10_000_000
    """Largest file that the editor takes."""

    UPLOAD_TYPES: list[UploadType] = [
        "pdf",
        "txt",
        "csv",
        "docx",
        "xlsx",
        "pptx",
        "odt",
        "ods",
        "odp",
    ]
    """Kinds of files that articles may link to, besides images; ``zip`` is known, too."""

    IMAGE_MAX_PIXELS: int = 40_000_000
    """Width times height of the largest image that is kept, uploaded or imported."""

    FILE_STORAGE: str = "default"
    """The name in ``STORAGES`` of the storage that keeps images and other files."""

    LINK_CHECK: bool = False
    """Whether ``check_help_links`` asks other hosts if the addresses in articles still work."""

    LINK_CHECK_ALLOWED_HOSTS: list[str] = []
    """Hosts that are asked, as in ``ALLOWED_HOSTS``; empty: all but the denied ones."""

    LINK_CHECK_DENIED_HOSTS: list[str] = []
    """Hosts that are never asked, as in ``ALLOWED_HOSTS``."""

    LINK_CHECK_NETWORKS: list[str] = []
    """Networks that are asked although they are not public, such as ``10.1.0.0/16``."""

    LINK_CHECK_PORTS: list[int] = [80, 443]
    """Ports that are asked."""

    LINK_CHECK_LIMIT: int = 300
    """Addresses that one run asks."""

    LINK_CHECK_FAILURES: int = 3
    """Days in a row on which an address has to fail before it counts as broken."""

    LINK_CHECK_USER_AGENT: str | None = None
    """What the check calls itself; ``None``: the package and its version."""

    SEARCH_QUERY_MAX_LENGTH: int = 512
    """Characters of a query that are looked at; the rest is ignored."""

    SEARCH_CANDIDATES: int = 60
    """Passages that each side (lexical, semantic) may bring to the ranking."""

    SEARCH_CANDIDATE_ROWS: int = 240
    """Rows that the rarest words of a query may bring; five times as many where they are alone,
    twice as many where the rarest word is a common one."""

    SEARCH_SCAN_LIMIT: int = 200
    """Passages of a tenant up to which all of them are scored, without choosing candidates."""

    SEARCH_EXACT_LIMIT: int = 15_000
    """Vectors of a tenant up to which the semantic side scans exactly; above, by the HNSW index."""

    SEARCH_HNSW_EF: int = 100
    """``hnsw.ef_search`` of the index scan: higher finds more and costs more."""

    SEARCH_TIMEOUT_MS: int = 2_000
    """``statement_timeout`` of a search, in milliseconds; 0 leaves the server's."""

    SEARCH_WEIGHTS: dict[str, float] = {"keyword": 0.4, "semantic": 0.4, "quality": 0.2}
    """Parts of the score: the lexical side, the semantic side, the quality of the article."""

    SEARCH_BM25: dict[str, float] = {"k1": 0.9, "b": 0.75, "pairs": 0.35, "synonyms": 0.7}
    """How words score: saturation, discount of long passages, what words near each other add, what
    a synonym counts beside the word itself."""

    SEARCH_FIELDS: dict[str, float] = {"title": 1.0, "heading": 1.0, "text": 1.0}
    """What a word counts by where it stands, 0 to 1."""

    SEARCH_COVERAGE_SHIFT: tuple[float, float] = (-0.1, 0.45)
    """What the semantic side's share gains when words cover all of a query, or nothing of it."""

    SEARCH_QUALITY_WEIGHTS: dict[str, float] = {"helpful": 0.5, "views": 0.3, "recency": 0.2}
    """Parts of the quality: smoothed helpful votes, views, freshness."""

    SEARCH_QUALITY_BAND: float = 0.25
    """How much of the quality weight counts, 0 to 1: small values let it reorder near-ties only."""

    SEARCH_SEMANTIC_FLOOR: float = 0.25
    """Cosine similarity below which a passage does not count as a semantic hit."""

    SEARCH_UNCOVERED_FLOOR: float = 0.35
    """Cosine similarity below which the nearest passage is no answer, where none of a query's words
    occurs; it falls to the semantic floor where words cover the keyword floor."""

    SEARCH_KEYWORD_FLOOR: float = 0.25
    """Share of a query's information, 0 to 1, that words must cover for a passage that is not near
    in meaning; where meaning takes no part, any word counts."""

    SEARCH_HISTORY: bool = True
    """Whether searches are recorded."""

    SUPPORT_URL: str | None = None
    """Where readers go when the help center has no answer; shown on empty results."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or not name.isupper():
            return super().__getattribute__(name)
        default = super().__getattribute__(name)
        tried = _tried.get()
        if tried is not None and name in tried:
            return tried[name]
        return getattr(django_settings, PREFIX + name, default)


conf = HelpCenterSettings()


@contextmanager
def trying(values: Mapping[str, Any]) -> Iterator[None]:
    """Let settings, named without their prefix, have other values within the block.

    For measurements: only what runs in this thread or task sees them.
    """
    token = _tried.set({**(_tried.get() or {}), **values})
    try:
        yield
    finally:
        _tried.reset(token)


def setting_names() -> tuple[str, ...]:
    """Return the full names of all settings, ``HELP_CENTER_`` included."""
    return tuple(PREFIX + name for name in HelpCenterSettings.__annotations__)
