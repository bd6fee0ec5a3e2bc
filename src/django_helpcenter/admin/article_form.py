"""The form of an article, and how it notices that somebody else was faster."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.ageing_fields import AGEING, AgeingForm
from django_helpcenter.admin.translation_fields import (
    confirmed_version,
    current_field,
    fit_fields,
    significance_field,
    version_field,
)
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.drafts import DraftText, text_of
from django_helpcenter.services.workflow import reachable_statuses
from django_helpcenter.types import SYSTEM

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: What the form edits and hands to the service.
CONTENT = ("title", "slug", "summary", "content")
TARGETING = ("category", "tags", "language", "target_roles", "difficulty_level", "display_order")
PUBLISHING_FIELDS = ("status", "publish_at", "expire_at")
EDITED = (*CONTENT, *TARGETING, *PUBLISHING_FIELDS)

#: The name of the buttons that take an article to a status.
STEP = "_step"

_BASE_SALT = "django_helpcenter.admin.base"


def fingerprint(article: HelpArticle) -> str:
    """Return a hash of what the form edits; another one means that somebody saved meanwhile.

    Without owner and interval: these say for themselves what the person saw, since whoever changes
    them has not changed the article.
    """
    names = [name for name in EDITED if name != "tags"]
    values: list[Any] = [article.serializable_value(name) for name in names]
    values.append(sorted(article.tags.values_list("pk", flat=True)))
    return hashlib.sha256(json.dumps(values, default=str).encode("utf-8", "replace")).hexdigest()


def pack_text(text: DraftText) -> str:
    """Return a text as a hidden field holds it."""
    return signing.dumps(list(text), salt=_BASE_SALT, compress=True)


def unpack_text(packed: str) -> DraftText | None:
    """Undo ``pack_text``; ``None`` for anything else."""
    try:
        return DraftText(*signing.loads(packed, salt=_BASE_SALT))
    except signing.BadSignature:
        return None


def conflict_message(article: HelpArticle, address: str) -> str:
    """Say who was faster and where their text is; ``address`` shows the article as it is now."""
    return format_html(
        _t(
            "{who} changed this article on {when}, after you opened it. Nothing was saved and your "
            'text is kept below. <a href="{address}" target="_blank" rel="noopener">Open the '
            "article as it is now</a> and apply your change there."
        ),
        who=article.last_updated_by or _t("Somebody"),
        when=timezone.localtime(article.updated_at).strftime("%Y-%m-%d %H:%M"),
        address=address,
    )


class RolesField(forms.MultipleChoiceField):
    """Roles to choose from; those that an article has already may stay, whatever they are."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, roles: Sequence[str], present: Sequence[str]) -> None:
        """Offer these roles, and those that the article has and that are none any more."""
        former = [role for role in present if role not in roles]
        labels = [(role, role) for role in roles]
        labels += [(role, _t("%s (no role now)") % role) for role in former]
        self.choices = labels


def unix_lines(text: str) -> str:
    """Return a text with the line ends that are stored; browsers send CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def title_widget() -> forms.Widget:
    """Return where a title is typed."""
    return forms.TextInput(attrs={"class": "vTextField hc-wide", "dir": "auto"})


def summary_widget() -> forms.Widget:
    """Return where a summary is typed."""
    return forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField", "dir": "auto"})


def note_field() -> forms.CharField:
    """Return the field for the note of a version or a step."""
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=_("What changed and why, for the list of versions."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class LinesField(forms.CharField):
    """Text of several lines; line ends of browsers would make every save a change."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return unix_lines(text) if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class MemoryField(forms.CharField):
    """What a form remembers of the article that somebody saw, which is no change of it."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class StatusWidget(forms.HiddenInput):
    """The stored status, unless the button that was pressed names another one."""

    def __init__(self, stored: str) -> None:
        super().__init__()
        self.stored = stored

    def format_value(self, value: Any) -> str:
        """Return the stored status: a form that was refused must not keep the button pressed."""
        return self.stored

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(STEP) or super().value_from_datadict(data, files, name)


class ArticleForm(AgeingForm):
    """An article with a note for its version and a memory of what the writer saw."""

    seen = MemoryField(widget=forms.HiddenInput, required=False)
    #: The text that the writer saw, to merge theirs with somebody else's.
    base = MemoryField(widget=forms.HiddenInput, required=False)
    target_roles = RolesField(
        label=_("Target roles"),
        required=False,
        help_text=_("Roles that may read this; none chosen: everybody."),
    )
    note = note_field()
    significance = significance_field()
    is_current = current_field()
    original_version = version_field()

    #: The version of the original that a translation follows by now, once the form is valid.
    confirmed_version: int | None = None
    #: Who edits; set on the class that the admin builds for a request.
    editor: Actor = SYSTEM
    #: What may be chosen as target roles; set likewise.
    roles: Sequence[str] = ()

    class Meta:
        model = HelpArticle
        fields = (*EDITED, *AGEING)
        field_classes = {"summary": LinesField, "content": LinesField}
        # The field's own hint stands below it.
        help_texts = {"content": ""}
        widgets = {
            "title": title_widget(),
            "slug": forms.TextInput(attrs={"class": "vTextField"}),
            "summary": summary_widget(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit_fields(self, self.instance)
        # Validation writes what was posted to the instance; pages say what the database has.
        self.stored = copy(self.instance)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "status" in self.fields:
            self.fields["status"].widget = StatusWidget(self.instance.status)
            self.fields["status"].choices = self._reachable_statuses()  # type: ignore[attr-defined]
        if "target_roles" in self.fields:
            roles = cast("RolesField", self.fields["target_roles"])
            roles.offer(self.roles, self.instance.target_roles)
        if "language" in self.fields:
            field = self.fields["language"]
            field.widget = forms.Select(choices=language_choices(self.instance.language))
            # Its default is a callable, for which Django would trust a hidden copy of the value.
            field.show_hidden_initial = False
        if "content" in self.fields:
            self.fields["content"].strip = False  # type: ignore[attr-defined]
        if self.instance.pk is not None and not self.is_bound:
            self.initial["seen"] = fingerprint(self.instance)
            self.initial["base"] = pack_text(text_of(self.instance))

    def _reachable_statuses(self) -> list[tuple[str, Any]]:
        """Accept the present status and those that this editor may choose from it."""
        current = self.instance.status if self.instance.pk else ArticleStatus.DRAFT
        reachable = reachable_statuses(self.instance, self.editor)
        return [(v, label) for v, label in ArticleStatus.choices if v in {current, *reachable}]

    def changes(self) -> dict[str, Any]:
        """Return what differs from the stored article, for the service; no slug: the one it has."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name in EDITED}
        if not changes.get("slug", True):
            del changes["slug"]
        return changes

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.confirmed_version = confirmed_version(self, self.instance)
        return cleaned


def language_choices(current: str) -> list[tuple[str, str]]:
    """Return the site's languages, and the article's own when it is none of them."""
    choices = [(code, str(name)) for code, name in settings.LANGUAGES]
    if current and current not in dict(choices):
        choices.insert(0, (current, current))
    return choices
