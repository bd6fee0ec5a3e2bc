"""Files in the admin: looked at, found unused, deleted; brought by way of the article's editor."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.cache import get_conditional_response
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.deletion import Summary, summarize
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.saving import ServiceSavedAdmin
from django_helpcenter.admin.scoping import TENANT_PARAMETER, allowed_tenants
from django_helpcenter.choices import FileType
from django_helpcenter.conf import conf
from django_helpcenter.content.alternative_text import image_markdown, link_markdown
from django_helpcenter.content.images import image_type
from django_helpcenter.exceptions import ContentError, NotVisible
from django_helpcenter.models import HelpArticle, HelpArticleVersion, HelpFile
from django_helpcenter.services.file_reading import ReadableFile, files_named
from django_helpcenter.services.file_uses import article_count, articles_with, naming
from django_helpcenter.services.files import FileService, may_write_articles

#: Articles that the page of a file names.
MAX_LINKS = 50


class UseFilter(admin.SimpleListFilter):
    """By whether a text shows a file."""

    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("articles", _("In articles")),
            ("versions", _("In former versions alone")),
            ("none", _("Unused")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        in_article = Exists(naming(HelpArticle))
        in_version = Exists(naming(HelpArticleVersion))
        conditions = {
            "articles": in_article,
            "versions": ~in_article & in_version,
            "none": ~in_article & ~in_version,
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


@admin.register(HelpFile)
class HelpFileAdmin(ServiceSavedAdmin):
    """The pictures and other files of a help center, and which articles name them."""

    list_display = (
        "thumbnail", "name", "use_display", "content_type", "size_display", "dimensions",
        "uploaded_by", "tenant", "created_at",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = (TenantFilter, UseFilter, "content_type")
    list_select_related = ("tenant", "uploaded_by")
    list_per_page = 50
    search_fields = ("name", "alternative_text", "=key")
    search_help_text = _("Name, alternative text, or the key in the text of an article")
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"
    fields = (
        "picture", "name", "markdown", "alternative_text", "content_type", "size_display",
        "dimensions", "articles", "uploaded_by", "tenant", "created_at",
    )  # fmt: skip
    readonly_fields = fields

    class Media:
        css = {"all": ("help_center/admin/admin.css", "help_center/admin/upload.css")}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        counted: QuerySet[Any] = (
            super()
            .for_list(rows)
            .annotate(article_count=article_count(), in_version=Exists(naming(HelpArticleVersion)))
        )
        return counted

    @admin.display(description=_("picture"))
    def thumbnail(self, file: HelpFile) -> SafeString:
        if not file.is_image:
            return badge("muted", FileType(file.content_type).label)
        return _picture(file, "hc-thumbnail", "")

    @admin.display(description=_("picture"))
    def picture(self, file: HelpFile) -> SafeString:
        if not file.is_image:
            address = content_address(file.file_name) or ""
            return format_html('<a href="{}">{}</a>', address, _t("Save it"))
        return _picture(file, "hc-picture", file.alternative_text)

    @admin.display(description=_("size"), ordering="size")
    def size_display(self, file: HelpFile) -> str:
        return filesizeformat(file.size)

    @admin.display(description=_("pixels"))
    def dimensions(self, file: HelpFile) -> str:
        return f"{file.width} × {file.height}" if file.width else "–"

    @admin.display(description=_("articles"), ordering="article_count")
    def use_display(self, file: Any) -> SafeString | str:
        if file.article_count:
            return str(file.article_count)
        if file.in_version:
            return badge("muted", _t("Former versions"))
        return badge("attention", _t("Unused"))

    @admin.display(description=_("in a text"))
    def markdown(self, file: HelpFile) -> SafeString:
        return format_html("<code>{}</code>", _markdown(file, file.alternative_text))

    @admin.display(description=_("articles"))
    def articles(self, file: HelpFile) -> SafeString | str:
        found = articles_with(file).only("title")[:MAX_LINKS]
        rows = [
            (reverse("admin:help_center_helparticle_change", args=[article.pk]), article.title)
            for article in found
        ]
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', rows) or "–"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Summary:
        return summarize(objs, "", ())

    def delete_model(self, request: HttpRequest, obj: HelpFile) -> None:
        FileService(tenant=obj.tenant, actor=request.user).delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HelpFile]) -> None:
        for file in queryset.select_related("tenant").order_by("pk"):
            self.delete_model(request, file)

    def get_urls(self) -> list[URLPattern]:
        upload = path(
            "upload/",
            self.admin_site.admin_view(self.upload_view),
            name="help_center_helpfile_upload",
        )
        content = path(
            "content/<str:file_name>",
            self.admin_site.admin_view(self.content_view, cacheable=True),
            name="help_center_helpfile_content",
        )
        return [upload, content, *super().get_urls()]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the file of a POST, and answer with what to put into the text."""
        if not may_write_articles(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        service = FileService(tenant=self.owner(request, None), actor=request.user)
        return _upload(request, service)

    def content_view(self, request: HttpRequest, file_name: str) -> HttpResponse:
        """Show a file to those who write articles, or may look at this list."""
        if not (may_write_articles(request.user) or self.has_view_permission(request)):
            raise PermissionDenied
        # Equal files of several tenants are equal, so it does not matter which of them this is.
        files = files_named(file_name).filter(tenant__in=allowed_tenants(request))
        file = files.first()
        if file is None:
            raise Http404
        return _content(request, ReadableFile(file, is_public=False))


def upload_address(tenant: Model | None) -> str:
    """Return where the editor of this tenant's articles sends files, "" for nowhere."""
    if tenant is None:
        return ""
    try:
        query = {TENANT_PARAMETER: tenant.pk}
        return reverse("admin:help_center_helpfile_upload", query=query)
    except NoReverseMatch:
        return ""


def content_address(file_name: str) -> str | None:
    """Return where those who write articles see a file, ``None`` for nowhere."""
    try:
        return reverse("admin:help_center_helpfile_content", args=[file_name])
    except NoReverseMatch:
        return None


def _upload(request: HttpRequest, service: FileService) -> JsonResponse:
    upload = request.FILES.get("file")
    description = request.POST.get("alternative_text", "").strip()
    if not isinstance(upload, UploadedFile):
        return _refusal(_t("Choose a file."))
    name = str(upload.name)
    # One byte more than is taken, so that the service sees when there are more.
    data = upload.read(conf.UPLOAD_MAX_BYTES + 1)
    is_image = image_type(data) is not None
    if is_image and not description and not request.POST.get("is_decorative"):
        return _refusal(_t("Describe the picture, or say that it is decorative."))
    try:
        file = service.add(data, name=name, alternative_text=description if is_image else "")
    except ContentError as exc:
        return _refusal(_t("“%(name)s” was not added: %(reason)s.") % {"name": name, "reason": exc})
    return JsonResponse({"markdown": _markdown(file, description), "name": file.name})


def _markdown(file: HelpFile, words: str) -> str:
    """Return what shows a picture in a text, or links to another file, with its kind and size."""
    if file.is_image:
        return image_markdown(file.reference, words)
    kind, size = FileType(file.content_type).label, filesizeformat(file.size)
    return link_markdown(file.reference, f"{words or file.name} ({kind}, {size})")


def _refusal(reason: str) -> JsonResponse:
    return JsonResponse({"error": reason}, status=400)


def _content(request: HttpRequest, found: ReadableFile) -> HttpResponse:
    response = get_conditional_response(request, etag=found.etag)
    if response is None:
        try:
            response = HttpResponse(found.read())
        except NotVisible as exc:
            raise Http404 from exc
    for name, value in found.headers.items():
        response[name] = value
    response["Cache-Control"] = "private, no-cache"
    return response


def _picture(file: HelpFile, css_class: str, alternative_text: str) -> SafeString:
    return format_html(
        '<img class="{}" src="{}" alt="{}" loading="lazy">',
        css_class,
        content_address(file.file_name) or "",
        alternative_text,
    )
