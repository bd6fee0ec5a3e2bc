"""Writing beside what readers see: the page of an editor's own draft, and its autosave."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import date as format_date
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.article_form import (
    LinesField,
    note_field,
    pack_text,
    summary_widget,
    title_widget,
    unpack_text,
)
from django_helpcenter.admin.editor import make_editor
from django_helpcenter.admin.editor_views import EditorAdmin
from django_helpcenter.admin.saving import REFUSALS, add_refusal, refusal_text
from django_helpcenter.admin.scoping import TenantScopedAdmin
from django_helpcenter.admin.translation_fields import (
    confirmed_version,
    current_field,
    fit_fields,
    original_panel,
    said_of_translation,
    significance_field,
    version_field,
)
from django_helpcenter.admin.version_pages import VersionPages
from django_helpcenter.choices import ArticleStatus, DraftState
from django_helpcenter.exceptions import ArticleConflict, TenantNotFound
from django_helpcenter.models import HelpArticle, HelpDraft
from django_helpcenter.models.drafts import DraftText, text_of
from django_helpcenter.services.drafts import DraftService, others_writing
from django_helpcenter.services.preview_links import preview_token
from django_helpcenter.services.publishing import publishing_problems
from django_helpcenter.services.tenancy import current_tenant
from django_helpcenter.services.versions import compare_texts
from django_helpcenter.services.workflow import PUBLISH, may


class DraftForm(forms.Form):
    """The text of a draft; ``revision`` is the one that was opened, 0 before the first save."""

    title = forms.CharField(label=_("Title"), max_length=500, widget=title_widget())
    summary = LinesField(label=_("Summary"), required=False, widget=summary_widget())
    content = LinesField(label=_("Content"), required=False, strip=False)
    note = note_field()
    significance = significance_field()
    is_current = current_field()
    original_version = version_field()
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    #: The article's text that the writer saw when the page was opened.
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    #: The version of the original that a translation follows by now, once the form is valid.
    confirmed_version: int | None = None

    def __init__(
        self, *args: Any, article: HelpArticle, editor_addresses: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        fit_fields(self, article)
        self.fields["content"].widget = make_editor()
        self.fields["content"].widget.attrs.update(editor_addresses)

    def clean_base(self) -> str:
        packed: str = self.cleaned_data["base"]
        if unpack_text(packed) is None:
            raise forms.ValidationError(_("Open the page again: it does not say what you saw."))
        return packed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.confirmed_version = confirmed_version(self, self.article)
        return cleaned

    @property
    def base_text(self) -> DraftText | None:
        """What the writer saw, once the form is valid."""
        return unpack_text(self.cleaned_data["base"])

    @property
    def text(self) -> DraftText:
        """What was typed, once it is valid."""
        return DraftText(*(self.cleaned_data[name] for name in DraftText._fields))


class DraftPages(VersionPages, EditorAdmin):
    """Adds the page on which an editor writes beside the published text."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/draft/",
                view(self.draft_view),
                name="help_center_helparticle_draft",
            ),
            *super().get_urls(),
        ]

    def draft_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show and save the person's own draft of an article."""
        article = self._find_for_writing(request, object_id)
        service = DraftService(tenant=article.tenant, actor=request.user)
        draft = service.find(article)
        form = self._draft_form(request, article, draft)
        if request.method == "POST":
            answer = self._handle_draft(request, article, draft, form, service)
            if answer is not None:
                return answer
        context = draft_context(self, request, article, draft) | {"form": form}
        context["media"] = self.media + form.media
        return TemplateResponse(request, "admin/help_center/helparticle/draft.html", context)

    def _find_for_writing(self, request: HttpRequest, object_id: str) -> HelpArticle:
        article = self.find_article(request, object_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def _draft_form(
        self, request: HttpRequest, article: HelpArticle, draft: HelpDraft | None
    ) -> DraftForm:
        text = draft.text if draft else text_of(article)
        initial = {**text._asdict(), "revision": draft.revision if draft else 0}
        initial["base"] = pack_text(draft.base if draft else text_of(article))
        initial["note"] = draft.note if draft and draft.state == DraftState.WRITING else ""
        if draft is not None:
            initial |= said_of_translation(draft)
        data = request.POST if request.method == "POST" else None
        addresses = self.editor_addresses(article.tenant, article.language)
        return DraftForm(data, initial=initial, article=article, editor_addresses=addresses)

    def _handle_draft(
        self,
        request: HttpRequest,
        article: HelpArticle,
        draft: HelpDraft | None,
        form: DraftForm,
        service: DraftService,
    ) -> HttpResponse | None:
        """Do what was asked for; ``None``: the form comes back with what was typed and why."""
        is_autosave = "_autosave" in request.POST
        if draft is not None and "_discard" in request.POST:
            return take_step(self, request, draft, "_discard")
        if not form.is_valid():
            return _autosave_refusal(form.errors.as_text()) if is_autosave else None
        try:
            saved = service.save(
                article,
                form.text,
                revision=form.cleaned_data["revision"],
                base=form.base_text,
                note=form.cleaned_data["note"],
                significance=form.cleaned_data.get("significance", ""),
                translated_version=form.confirmed_version,
            )
        except REFUSALS as exc:
            if is_autosave:
                return _autosave_refusal(refusal_text(exc))
            add_refusal(form, exc)
            if isinstance(exc, ArticleConflict):
                form.add_error(None, _t("Copy what you need from here, and open the draft again."))
            return None
        if is_autosave:
            return JsonResponse({"revision": saved.revision, "message": _saved_at(saved)})
        for button in ("_publish", "_submit", "_merge"):
            if button in request.POST:
                return take_step(self, request, saved, button, revision=saved.revision)
        self.message_user(request, _t("The draft was saved; readers do not see it yet."))
        return HttpResponseRedirect(self.page_of(article, "draft"))


@dataclass(frozen=True, slots=True)
class DraftStep:
    """What a button does with a draft, what is said then, and which page of the article follows."""

    take: Callable[[DraftService, HelpDraft, str, int | None], Any]
    outcome: Any
    page: str


DRAFT_STEPS = {
    "_publish": DraftStep(
        lambda service, draft, note, revision: service.publish(draft, note=note, revision=revision),
        _("The draft was published."),
        "change",
    ),
    "_submit": DraftStep(
        lambda service, draft, note, _revision: service.submit(draft, note=note),
        _("The draft was handed over for review."),
        "draft",
    ),
    "_send_back": DraftStep(
        lambda service, draft, note, _revision: service.send_back(draft, note=note),
        _("The draft was sent back to its editor."),
        "change",
    ),
    "_discard": DraftStep(
        lambda service, draft, _note, _revision: service.discard(draft),
        _("The draft was discarded; the article is as it was."),
        "change",
    ),
    "_merge": DraftStep(
        lambda service, draft, _note, _revision: service.merge(draft),
        _("What changed meanwhile is in your draft now."),
        "draft",
    ),
}


def take_step(
    model_admin: TenantScopedAdmin,
    request: HttpRequest,
    draft: HelpDraft,
    button: str,
    *,
    revision: int | None = None,
) -> HttpResponse:
    """Do with a saved draft what a button says, and tell what came of it.

    ``revision`` is that of the draft which the person has seen.
    """
    article = draft.article
    step = DRAFT_STEPS[button]
    service = DraftService(tenant=article.tenant, actor=request.user)
    try:
        result = step.take(service, draft, request.POST.get("note", "")[:500], revision)
    except REFUSALS as exc:
        for text in exc.messages if isinstance(exc, ValidationError) else [refusal_text(exc)]:
            model_admin.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
    model_admin.message_user(request, str(step.outcome), messages.SUCCESS)
    if button == "_publish":
        model_admin.log_change(request, result, _t("Draft published."))
    if button == "_merge" and result[1].conflicts:
        text = _t("Choose where both of you changed the same lines.")
        model_admin.message_user(request, text, messages.WARNING)
    name = f"admin:help_center_helparticle_{step.page}"
    address = reverse(name, args=[article.pk], current_app=model_admin.admin_site.name)
    return HttpResponseRedirect(address)


def draft_context(
    model_admin: TenantScopedAdmin,
    request: HttpRequest,
    article: HelpArticle,
    draft: HelpDraft | None,
) -> dict[str, Any]:
    """Return what a page says about a draft and its article."""
    would_be = copy(article)
    if draft:
        would_be.title, would_be.summary, would_be.content = draft.text
    return {
        **model_admin.admin_site.each_context(request),
        "title": _t("Draft of “%s”") % article,
        "crumb": _t("Draft"),
        "opts": article._meta,
        "original": article,
        "draft": draft,
        "changes": compare_texts(article, draft) if draft else None,
        "problems": publishing_problems(would_be),
        "is_behind": draft is not None and draft.base != text_of(article),
        "translation": original_panel(article),
        "others": others_writing(article, draft.editor if draft else request.user),
        "may_publish": may(cast("Any", request.user), PUBLISH, article),
        "preview_link": _preview_link(request, article, draft),
        "media": model_admin.media,
    }


def _autosave_refusal(text: str) -> HttpResponse:
    return JsonResponse({"message": text}, status=409)


def _saved_at(draft: HelpDraft) -> str:
    return _t("Saved at %s.") % format_date(timezone.localtime(draft.updated_at), "H:i:s")


def _preview_link(request: HttpRequest, article: HelpArticle, draft: HelpDraft | None) -> str:
    """Return a link that shows the draft to whoever has it; "" where readers have no pages."""
    if draft is None and article.status == ArticleStatus.PUBLISHED:
        return ""  # There is nothing to see that readers do not.
    try:
        if current_tenant(request).pk != article.tenant_id:
            return ""
        page = reverse("help_center:preview", args=[preview_token(article, draft)])
    except (TenantNotFound, NoReverseMatch):
        return ""
    return request.build_absolute_uri(page)
