"""Are the settings such as the code expects them?"""

from __future__ import annotations

import difflib
import ipaddress
from typing import Any, get_type_hints

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.forms import Widget
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from pydantic import TypeAdapter, ValidationError

from django_helpcenter.conf import PREFIX, HelpCenterSettings, conf, setting_names
from django_helpcenter.content.links import LINK_SCHEMES, is_safe_url

#: Smallest and largest value of every number; ``None``: no limit.
RANGES: dict[str, tuple[float | None, float | None]] = {
    "STALE_AFTER_DAYS": (1, 36_500),
    "PREVIEW_LINK_HOURS": (1, 8_760),
    "ARTICLE_MAX_CHARACTERS": (1, 2_000_000),
    "IMPORT_MAX_FILE_BYTES": (1, None),
    "IMPORT_MAX_IMAGE_BYTES": (1, None),
    "UPLOAD_MAX_BYTES": (1, None),
    "IMAGE_MAX_PIXELS": (1, 1_000_000_000),
    "LINK_CHECK_LIMIT": (1, 100_000),
    "LINK_CHECK_FAILURES": (1, 100),
    # The width of the column that records queries.
    "SEARCH_QUERY_MAX_LENGTH": (1, 512),
    "SEARCH_CANDIDATES": (1, 1_000),
    "SEARCH_CANDIDATE_ROWS": (1, 1_000_000),
    "SEARCH_SCAN_LIMIT": (0, 10_000),
    "SEARCH_EXACT_LIMIT": (0, None),
    # pgvector's own limits.
    "SEARCH_HNSW_EF": (1, 1_000),
    # The largest that PostgreSQL takes.
    "SEARCH_TIMEOUT_MS": (0, 2_147_483_647),
    "SEARCH_QUALITY_BAND": (0, 1),
    "SEARCH_SEMANTIC_FLOOR": (-1, 1),
    "SEARCH_UNCOVERED_FLOOR": (-1, 1),
    "SEARCH_KEYWORD_FLOOR": (0, 1),
}

CALLABLES = (
    "TENANT_RESOLVER", "ADMIN_TENANTS", "ROLE_RESOLVER", "ROLE_CHOICES", "WRITE_POLICY",
    "OWNER_CHOICES", "USER_LANGUAGE",
)  # fmt: skip
WEIGHTS = ("SEARCH_WEIGHTS", "SEARCH_QUALITY_WEIGHTS", "SEARCH_BM25", "SEARCH_FIELDS")
#: Parts that are shares; PostgreSQL takes no larger weight of a field.
SHARES = {"SEARCH_BM25": {"b", "synonyms"}, "SEARCH_FIELDS": {"title", "heading", "text"}}

#: Checked with their backend.
BACKENDS = ("EMBEDDINGS", "EMBEDDINGS_PREVIOUS")

REFERENCE = "See docs/reference/settings.md."


def check_names(**kwargs: Any) -> list[CheckMessage]:
    """W001: a setting that the help center does not know."""
    known = setting_names()
    messages: list[CheckMessage] = []
    for name in sorted(n for n in dir(settings) if n.startswith(PREFIX) and n not in known):
        alike = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        hint = f"Did you mean {alike[0]}?" if alike else f"Remove it. {REFERENCE}"
        messages.append(
            CheckWarning(
                f"The help center has no setting {name}.", hint=hint, id="help_center.W001"
            )
        )
    return messages


def check_types(**kwargs: Any) -> list[CheckMessage]:
    """E002: a value of another type."""
    messages: list[CheckMessage] = []
    for name in type_hints():
        reason = _type_error(name)
        if reason:
            messages.append(
                Error(
                    f"{PREFIX}{name} is {getattr(conf, name)!r}: {reason}.",
                    hint=f"Its default is {default(name)!r}. {REFERENCE}",
                    id="help_center.E002",
                )
            )
    return messages


def check_ranges(**kwargs: Any) -> list[CheckMessage]:
    """E003: a number that is too small or too large."""
    messages: list[CheckMessage] = []
    for name, (smallest, largest) in RANGES.items():
        value = getattr(conf, name)
        if _type_error(name):
            continue
        # Written so that NaN, which compares false with everything, is refused too.
        fits = (smallest is None or value >= smallest) and (largest is None or value <= largest)
        if not fits:
            limit = f"at least {smallest}" if largest is None else f"from {smallest} to {largest}"
            messages.append(
                Error(
                    f"{PREFIX}{name} is {value}; it must be {limit}.",
                    hint=f"Its default is {default(name)}.",
                    id="help_center.E003",
                )
            )
    return messages


def check_callables(**kwargs: Any) -> list[CheckMessage]:
    """E004: a dotted path that leads to nothing that can be called."""
    messages: list[CheckMessage] = []
    for name in CALLABLES:
        path = getattr(conf, name)
        if _type_error(name):
            continue
        try:
            found = import_string(path)
        except ImportError as exc:
            reason = f"which cannot be imported: {exc}"
        else:
            if callable(found):
                continue
            reason = f"which is {found!r} and cannot be called"
        messages.append(
            Error(
                f"{PREFIX}{name} names {path!r}, {reason}.",
                hint="Give the dotted path of a function, such as 'myproject.help.function'.",
                id="help_center.E004",
            )
        )
    return messages


def check_background(**kwargs: Any) -> list[CheckMessage]:
    """E005: an unknown way of doing background work."""
    from django_helpcenter.tasks import BACKGROUND_CELERY, BACKGROUND_INLINE

    if conf.BACKGROUND in (BACKGROUND_INLINE, BACKGROUND_CELERY):
        return []
    return [
        Error(
            f"{PREFIX}BACKGROUND is {conf.BACKGROUND!r}.",
            hint=f"Set it to {BACKGROUND_INLINE!r} or {BACKGROUND_CELERY!r}.",
            id="help_center.E005",
        )
    ]


def check_weights(**kwargs: Any) -> list[CheckMessage]:
    """E006: weights that cannot be summed up to a score."""
    messages: list[CheckMessage] = []
    for name in WEIGHTS:
        weights = getattr(conf, name)
        if _type_error(name):
            continue
        parts = default(name)
        if weights.keys() != parts.keys():
            reason = f"needs exactly the parts {', '.join(parts)}"
        elif not all(0 <= weight < float("inf") for weight in weights.values()):
            reason = "has a part that is negative or no finite number"
        elif any(weights[part] > 1 for part in SHARES.get(name, ())):
            reason = f"has more than 1 in {' or '.join(sorted(SHARES[name]))}"
        elif not any(weights.values()):
            reason = "is zero in all its parts"
        else:
            continue
        messages.append(
            Error(
                f"{PREFIX}{name} {reason}: {weights!r}.",
                hint=f"Its default is {parts!r}.",
                id="help_center.E006",
            )
        )
    return messages


def check_coverage_shift(**kwargs: Any) -> list[CheckMessage]:
    """E008: a shift that no share can make."""
    name = "SEARCH_COVERAGE_SHIFT"
    shifts = getattr(conf, name)
    # Written so that NaN is refused too.
    if _type_error(name) or all(-1 <= shift <= 1 for shift in shifts):
        return []
    return [
        Error(
            f"{PREFIX}{name} is {shifts!r}; both numbers must be from -1 to 1.",
            hint=f"Its default is {default(name)!r}.",
            id="help_center.E008",
        )
    ]


def check_support_url(**kwargs: Any) -> list[CheckMessage]:
    """E007: an address that must not stand in a page."""
    if _type_error("SUPPORT_URL") or conf.SUPPORT_URL is None or is_safe_url(str(conf.SUPPORT_URL)):
        return []
    return [
        Error(
            f"{PREFIX}SUPPORT_URL is {conf.SUPPORT_URL!r}, which readers could not follow safely.",
            hint=f"Give a path, or an address that begins with {', '.join(sorted(LINK_SCHEMES))}.",
            id="help_center.E007",
        )
    ]


def check_editor(**kwargs: Any) -> list[CheckMessage]:
    """E009: an editor of the admin that is no form widget."""
    name = "ADMIN_EDITOR"
    path = conf.ADMIN_EDITOR
    # Our own is not imported: that would load the admin, which a project need not have.
    if path == default(name) or _type_error(name):
        return []
    try:
        found = import_string(path)
    except ImportError as exc:
        reason = f"which cannot be imported: {exc}"
    else:
        if isinstance(found, type) and issubclass(found, Widget):
            return []
        reason = f"which is {found!r} and no form widget"
    return [
        Error(
            f"{PREFIX}{name} names {path!r}, {reason}.",
            hint="Give the dotted path of a class such as 'myproject.forms.Editor', made from "
            "django.forms.Widget.",
            id="help_center.E009",
        )
    ]


def check_file_storage(**kwargs: Any) -> list[CheckMessage]:
    """E014: a storage that the project does not have."""
    if _type_error("FILE_STORAGE") or conf.FILE_STORAGE in settings.STORAGES:
        return []
    return [
        Error(
            f"{PREFIX}FILE_STORAGE is {conf.FILE_STORAGE!r}, which is not in STORAGES.",
            hint=f"Use one of {', '.join(sorted(settings.STORAGES))}, or add it to STORAGES.",
            id="help_center.E014",
        )
    ]


def check_link_networks(**kwargs: Any) -> list[CheckMessage]:
    """E015: a network that is none, or ports that there are not."""
    messages: list[CheckMessage] = []
    if not _type_error("LINK_CHECK_NETWORKS"):
        for network in conf.LINK_CHECK_NETWORKS:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                messages.append(_link_check_error("LINK_CHECK_NETWORKS", str(exc), "10.1.0.0/16"))
    if not _type_error("LINK_CHECK_PORTS"):
        wrong = [port for port in conf.LINK_CHECK_PORTS if not 0 < port < 65_536]
        if wrong:
            reason = f"{wrong[0]} is no port"
            messages.append(_link_check_error("LINK_CHECK_PORTS", reason, "8080"))
    return messages


def _link_check_error(name: str, reason: str, example: str) -> CheckMessage:
    return Error(
        f"{PREFIX}{name} is {getattr(conf, name)!r}: {reason}.",
        hint=f"List what may be asked, such as {example}. {REFERENCE}",
        id="help_center.E015",
    )


def type_hints() -> dict[str, Any]:
    """Return the types of all settings but those that declare a backend."""
    hints = get_type_hints(HelpCenterSettings)
    return {name: hint for name, hint in hints.items() if name not in BACKENDS}


def default(name: str) -> Any:
    """Return the value that a setting has when the host does not set it."""
    return vars(HelpCenterSettings)[name]


def _type_error(name: str) -> str:
    value = getattr(conf, name)
    if isinstance(value, Promise):  # a lazy string, such as reverse_lazy() returns
        value = str(value)
    try:
        TypeAdapter(type_hints()[name]).validate_python(value, strict=True)
    except ValidationError as exc:
        error = exc.errors()[0]
        where = ".".join(str(part) for part in error["loc"] if isinstance(value, dict))
        reason = error["msg"][0].lower() + error["msg"][1:]
        return f"{where}: {reason}" if where else reason
    return ""
