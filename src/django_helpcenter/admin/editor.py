"""The text field of an article: a textarea for Markdown with a toolbar, or the host's editor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.module_loading import import_string

from django_helpcenter.choices import FILE_EXTENSIONS, FileType
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError

#: What an editor may ask while somebody writes, each the name of an attribute of the widget that
#: holds the address: the preview and the checks take a POST of the form, the search for articles
#: and the one for snippets a GET, the upload a POST of a file.
PREVIEW, CHECKS, SEARCH = "data-preview-url", "data-check-url", "data-find-url"
SNIPPETS, UPLOAD = "data-snippets-url", "data-upload-url"


class MarkdownWidget(forms.Textarea):
    """A textarea with a toolbar, searches for links and snippets, a preview, and checks.

    Whoever uses it sets the addresses among its ``attrs``; without that of the snippets or the
    upload it offers none of these. Without JavaScript it is a textarea whose preview opens on
    demand.
    """

    template_name = "admin/help_center/widgets/markdown.html"

    class Media:
        css = {
            "all": tuple(f"help_center/admin/{name}.css" for name in ("admin", "editor", "upload"))
        }
        js = tuple(
            forms.Script(f"help_center/admin/{name}.js", type="module")
            for name in (
                "preview",
                "editor",
                "link-dialog",
                "snippet-dialog",
                "writing-checks",
                "upload",
            )
        )

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"rows": 24, "class": "vLargeTextField hc-markdown", "dir": "auto"}
        super().__init__({**own, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        present = context["widget"]["attrs"]
        context["preview_url"] = present.pop(PREVIEW, "")
        context["check_url"] = present.pop(CHECKS, "")
        context["find_url"] = present.pop(SEARCH, "")
        context["snippets_url"] = present.pop(SNIPPETS, "")
        context["upload_url"] = present.pop(UPLOAD, "")
        context["accepted_files"] = _accepted_files()
        return context


def make_editor() -> forms.Widget:
    """Return the widget for the text of an article, as ``HELP_CENTER_ADMIN_EDITOR`` says.

    Raises ConfigurationError when it cannot be imported.
    """
    try:
        editor = import_string(conf.ADMIN_EDITOR)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_ADMIN_EDITOR is {conf.ADMIN_EDITOR!r}, which cannot be imported: {exc}"
        ) from exc
    widget: forms.Widget = editor()
    return widget


def _accepted_files() -> str:
    """Return what the field for files says that it accepts."""
    images = [str(kind) for kind in FileType if kind.is_image]
    others = [f".{ending}" for ending in FILE_EXTENSIONS.values() if ending in conf.UPLOAD_TYPES]
    return ",".join([*images, *others])
