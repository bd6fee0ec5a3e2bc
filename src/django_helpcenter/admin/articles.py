"""Articles in the admin: written, previewed and published through the knowledge service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.ageing import DUE, AgeingPages, OwnerFilter, may_verify
from django_helpcenter.admin.ageing_fields import AGEING
from django_helpcenter.admin.article_form import (
    CONTENT,
    EDITED,
    PUBLISHING_FIELDS,
    TARGETING,
    ArticleForm,
    conflict_message,
    fingerprint,
)
from django_helpcenter.admin.article_links import (
    BrokenLinksFilter,
    with_dead_links,
    with_lone_translations,
)
from django_helpcenter.admin.article_steps import ArticleSteps
from django_helpcenter.admin.article_templates import TemplateChoice
from django_helpcenter.admin.badges import INDEX_TONES, STATUS_TONES, badge, ratio_badge
from django_helpcenter.admin.deletion import WITH_ARTICLE, Summary, summarize
from django_helpcenter.admin.filters import (
    CategoryFilter,
    FreshnessFilter,
    MineFilter,
    TenantFilter,
    VotesFilter,
)
from django_helpcenter.admin.saved_filter_bar import QuickFilter
from django_helpcenter.admin.saving import adopt
from django_helpcenter.admin.scoping import may_open_tenant
from django_helpcenter.admin.translation_fields import form_rows
from django_helpcenter.admin.translation_list import TranslationFilter
from django_helpcenter.admin.translation_pages import TranslationPages
from django_helpcenter.admin.tree import CategoryChoiceField, in_tree_order
from django_helpcenter.admin.view_as import reader_address, readers_panel
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.roles import roles_offered
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService

#: Columns that no page of the admin shows.
UNSEEN = ("search_vector", "search_tags", "link_keys")


@admin.register(HelpArticle)
class HelpArticleAdmin(TemplateChoice, AgeingPages, TranslationPages, ArticleSteps):
    """Write articles, see them as readers will, publish them, and see how they do."""

    class Media:
        css = {"all": ("help_center/admin/drafts.css", "help_center/admin/links.css")}

    form = ArticleForm
    list_display = (
        "title", "status_and_index", "is_stale_badge", "owner", "language_badge", "tenant",
        "category", "view_count", "helpful_ratio_display", "updated_at",
    )  # fmt: skip
    list_filter = (
        TenantFilter, "status", CategoryFilter, FreshnessFilter, OwnerFilter, MineFilter,
        VotesFilter, BrokenLinksFilter, "index_state", "difficulty_level", "language",
        TranslationFilter,
    )  # fmt: skip
    quick_filters = (
        QuickFilter(_("My drafts"), {"status__exact": ArticleStatus.DRAFT, "mine": "yes"}),
        QuickFilter(_("Waiting for review"), {"status__exact": ArticleStatus.REVIEW}),
    )
    # For a search in the texts PostgreSQL expects a few rows, and compares each of the thousands
    # that it finds with every category: joined, that took ten times as long.
    list_select_related = ()
    prefetched_in_lists = ("tenant", "category", "owner")
    deferred_in_lists = (*UNSEEN, "content", "summary", "index_error")
    search_fields = ("title", "slug", "summary", "search_tags", "source_path")
    search_help_text = _("Title, slug, summary, tag or file")
    date_hierarchy = "updated_at"
    ordering = ("-updated_at", "-pk")
    actions = (
        "publish_articles", "archive_articles", "mark_for_review", "verify_articles",
        "take_over_articles", "release_articles", "export_articles",
    )  # fmt: skip
    filter_horizontal = ("tags",)
    prepopulated_fields = {"slug": ("title",)}
    # Also makes the Enter key save: it presses the first button of the form.
    save_on_top = True
    readonly_fields = (
        "tenant", "status_badge", "published_date", "version", "view_count", "helpful_count",
        "not_helpful_count", "helpful_ratio_display", "is_stale_badge", "index_badge",
        "index_error", "source", "source_path", "created_by", "created_at", "last_updated_by",
        "updated_at", "tenant_name", *DUE, "linked_from",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*UNSEEN)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        writes = obj is None or self.has_change_permission(request, obj)
        hidden, note = (("seen", "base"), ("note", *form_rows(obj))) if writes else ((), ())
        status = ("status_badge",) if obj is not None and writes else ()
        content: dict[str, Any] = {"fields": (*CONTENT, *hidden)}
        if obj is not None and obj.source_path:
            content["description"] = _kept_in_file(obj)
        sections = [
            (_("Content"), content),
            (_("Targeting"), {"fields": TARGETING}),
            (_("Publishing"), {"fields": (*status, *PUBLISHING_FIELDS, *note)}),
            (_("Review"), {"fields": AGEING if obj is None else (*AGEING, DUE)}),
        ]
        if obj is None:
            return sections
        analytics = (
            ("view_count", "helpful_count", "not_helpful_count"),
            ("helpful_ratio_display", "is_stale_badge"),
        )
        metadata = (
            "tenant" if may_open_tenant(self.admin_site, request, obj.tenant) else "tenant_name",
            ("published_date", "version"),
            ("created_by", "created_at"),
            ("last_updated_by", "updated_at"),
            ("source", "source_path"),
            ("index_badge", "index_error"),
        )
        return [
            *sections,
            (_("Links"), {"fields": ("linked_from",)}),
            (_("Analytics"), {"fields": analytics}),
            (_("Metadata"), {"fields": metadata, "classes": ("collapse",)}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        tenant = self.tenant_for(request, obj)
        form.roles = [] if tenant is None else roles_offered(tenant)
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "category":
            kwargs["queryset"] = in_tree_order(HelpCategory.objects.get_queryset().without_roots())
            kwargs["form_class"] = CategoryChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("tenant"))
    def tenant_name(self, article: HelpArticle) -> str:
        """Name the tenant without the link that Django makes of one."""
        return str(article.tenant)

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, article: HelpArticle) -> SafeString:
        """Name the status, and say when readers get what is published, or got it no more."""
        now = timezone.now()
        if article.status == ArticleStatus.PUBLISHED and not article.is_visible:
            if article.publish_at is not None and article.publish_at > now:
                begins = date_format(timezone.localtime(article.publish_at), "DATETIME_FORMAT")
                return badge("attention", _t("Scheduled: %s") % begins)
            return badge("muted", _t("Expired"))
        return badge(STATUS_TONES[article.status], article.get_status_display())

    @admin.display(description=_("status"), ordering="status")
    def status_and_index(self, article: HelpArticle) -> SafeString:
        """Say in lists besides the status why search does not find it as it is."""
        status = self.status_badge(article)
        if article.status != ArticleStatus.PUBLISHED or article.index_state == IndexState.FRESH:
            return status
        label = _t("Index: %s") % article.get_index_state_display()
        return format_html("{} {}", status, badge(INDEX_TONES[article.index_state], label))

    @admin.display(description=_("helpful ratio"))
    def helpful_ratio_display(self, article: HelpArticle) -> SafeString | str:
        votes = article.helpful_count + article.not_helpful_count
        return ratio_badge(article.helpful_ratio, votes)

    @admin.display(description=_("freshness"))
    def is_stale_badge(self, article: HelpArticle) -> SafeString | str:
        if not article.is_visible:
            return "–"
        return badge("attention", _t("Stale")) if article.is_stale else badge("good", _t("Fresh"))

    @admin.display(description=_("index"))
    def index_badge(self, article: HelpArticle) -> SafeString | str:
        if article.status != ArticleStatus.PUBLISHED:
            return "–"
        return badge(INDEX_TONES[article.index_state], article.get_index_state_display())

    def save_model(self, request: HttpRequest, obj: HelpArticle, form: Any, change: bool) -> None:
        service = KnowledgeService(tenant=self.owner(request, obj), actor=request.user)
        note = form.cleaned_data["note"]
        if not change:
            fields = {name: form.cleaned_data[name] for name in EDITED}
            adopt(obj, service.create_article(note=note, check=True, **fields))
            self.save_ageing(request, obj, form)
            return
        stored = self._lock_as_seen(obj, form.cleaned_data["seen"])
        form.refuse_to_overwrite(stored)
        self.ask_before_step(request, stored, form.cleaned_data.get("status", stored.status))
        if changes := form.changes():
            expected = stored.content_hash
            if form.confirmed_version is not None:
                changes["translated_version"] = form.confirmed_version
            saved = service.update_article(
                stored,
                expected_hash=expected,
                note=note,
                significance=form.cleaned_data.get("significance", ""),
                check=True,
                **changes,
            )
            adopt(obj, saved)
        elif form.confirmed_version is not None:
            translating = TranslationService(tenant=obj.tenant, actor=request.user)
            adopt(obj, translating.confirm(stored, version=form.confirmed_version))
        self.save_ageing(request, obj, form)

    def _lock_as_seen(self, article: HelpArticle, seen: str) -> HelpArticle:
        """Return the stored article, locked; raise ArticleConflict when it is not what was seen."""
        rows = HelpArticle.objects.for_tenant(article.tenant_id).select_for_update(of=("self",))
        stored = rows.select_related("last_updated_by").filter(pk=article.pk).first()
        if stored is None:
            raise ArticleConflict(_t("This article was deleted after you opened it."))
        if fingerprint(stored) != seen:
            raise ArticleConflict(conflict_message(stored, self.page_of(stored, "change")))
        return stored

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Summary:
        site, rows = self.admin_site.name, list(objs)
        summary = with_dead_links(summarize(rows, "article", WITH_ARTICLE), rows, site)
        return with_lone_translations(summary, rows, site)

    def delete_model(self, request: HttpRequest, obj: HelpArticle) -> None:
        service = KnowledgeService(tenant=obj.tenant, actor=request.user)
        service.delete_article(obj, leave_gone=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        with transaction.atomic(using=write_alias()):
            # All articles before anything else, in the order in which every writer locks them.
            list(queryset.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
            for article in queryset.select_related("tenant").order_by("pk"):
                self.delete_model(request, article)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = context["original"]
        if article is not None:
            article = context["original"] = _as_stored(context["adminform"].form)
        page = context["reader_address"] = reader_address(request, article)
        context["readers"] = readers_panel(request, article, page)
        if article is None or self.has_change_permission(request, article):
            context.update(self.step_context(request, article))
            context["may_verify"] = may_verify(article, request.user)
        if article is not None:
            context.update(self.translation_context(request, article))
        return super().render_change_form(request, context, *args, **kwargs)


def _as_stored(form: ArticleForm) -> HelpArticle:
    """Return a form's article as it is stored, for all that the page says beside the fields."""
    stored: HelpArticle = form.stored
    form.instance = stored
    return stored


def _kept_in_file(article: HelpArticle) -> SafeString:
    return format_html(
        _t(
            "This article is kept in the file <code>{path}</code>. Write there: what is changed "
            "here stays, and the next import reports it as a conflict."
        ),
        path=article.source_path,
    )
