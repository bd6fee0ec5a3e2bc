"""Moving categories in their list, by dragging, by buttons, with scripts or without."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.saving import REFUSALS, ServiceSavedAdmin, refusal_text
from django_helpcenter.models import HelpCategory
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.category_order import POSITIONS, STEPS, place_of

#: What the buttons of a row say, in short and in full.
STEP_LABELS = {
    "up": (_("Up"), _("Move up")),
    "down": (_("Down"), _("Move down")),
    "in": (_("In"), _("Move into the one before")),
    "out": (_("Out"), _("Move out one level")),
}


class MoveForm(forms.Form):
    """A step of a category, or a place beside or inside another one of its tenant."""

    step = forms.ChoiceField(choices=[(step, step) for step in STEPS], required=False)
    target = forms.ModelChoiceField(queryset=HelpCategory.objects.none(), required=False)
    position = forms.ChoiceField(
        choices=[(position, position) for position in POSITIONS], required=False
    )

    def __init__(self, category: HelpCategory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        target: Any = self.fields["target"]
        target.queryset = HelpCategory.objects.for_tenant(category.tenant_id)

    def move(self, service: CategoryService) -> HelpCategory:
        """Do what is asked for; raise ValidationError when that is nothing."""
        data = self.cleaned_data if self.is_valid() else {}
        if data.get("step"):
            return service.step(self.category, data["step"])
        if data.get("target") and data.get("position"):
            return service.place(self.category, data["target"], data["position"])
        raise ValidationError(_t("There is no such place. Reload the page and try again."))


class CategoryMoves(ServiceSavedAdmin):
    """A list with a handle and a menu in each row that move it."""

    class Media:
        js = (forms.Script("help_center/admin/category-tree.js", type="module"),)

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        if self.has_change_permission(request):
            return columns
        return [column for column in columns if column != "move_menu"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"can_move": self.has_change_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description=_("move"))
    def move_menu(self, category: HelpCategory) -> str:
        address = reverse(
            "admin:help_center_helpcategory_place",
            args=[category.pk],
            current_app=self.admin_site.name,
        )
        return render_to_string(
            "admin/help_center/helpcategory/move_menu.html",
            {"category": category, "address": address, "steps": STEP_LABELS},
        )

    def get_urls(self) -> list[URLPattern]:
        place = path(
            "<path:object_id>/place/",
            self.admin_site.admin_view(self.place_view),
            name="help_center_helpcategory_place",
        )
        return [place, *super().get_urls()]

    def place_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move a category as the post says, and lead back to the list."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        category = self.get_object(request, unquote(object_id))
        if category is None:
            return self.answer_missing(request, object_id)
        if not self.has_change_permission(request, category):
            raise PermissionDenied
        form = MoveForm(category, request.POST)
        try:
            with transaction.atomic(using=write_alias()):
                moved = form.move(CategoryService(tenant=category.tenant, actor=request.user))
                text = _where(moved)
                self.log_change(request, moved, text)
        except REFUSALS as exc:
            self.message_user(request, refusal_text(exc), messages.ERROR)
        else:
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._back_to_row(request, form, category))

    def _back_to_row(self, request: HttpRequest, form: MoveForm, category: HelpCategory) -> str:
        """Return the address of the list as it was, at the control that was used."""
        address = reverse(
            "admin:help_center_helpcategory_changelist", current_app=self.admin_site.name
        )
        query = QueryDict(request.POST.get("_changelist_filters", "")).urlencode()
        step = form.cleaned_data.get("step")
        anchor = f"hc-move-{category.pk}" + (f"-{step}" if step else "")
        return f"{address}{'?' if query else ''}{query}#{anchor}"


def _where(category: HelpCategory) -> str:
    parent, number, count = place_of(category)
    figures = {"name": category.name, "number": number, "count": count}
    if parent is None:
        return _t("“%(name)s” is now number %(number)d of %(count)d at the top level.") % figures
    text = _t("“%(name)s” is now number %(number)d of %(count)d in “%(parent)s”.")
    return text % {**figures, "parent": parent.name}
