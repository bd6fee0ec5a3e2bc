"""What snippets and templates share in the admin: both are written as parts of articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from django_helpcenter.admin.deletion import Summary, summarize
from django_helpcenter.admin.editor_views import EditorFormAdmin
from django_helpcenter.admin.saving import ServiceForm, adopt


class PartForm(ServiceForm):
    """A text, and the fingerprint of what the writer saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "content" in self.fields:
            self.fields["content"].strip = False  # type: ignore[attr-defined]
        if self.instance.pk is not None and not self.is_bound:
            self.initial["seen"] = self.instance.fingerprint


class PartAdmin(EditorFormAdmin):
    """Saves and deletes through a service, which refuses what somebody else changed meanwhile."""

    edits_part = True
    #: The service, and the fields of the form that it is given.
    service_class: ClassVar[type[Any]]
    edited: ClassVar[tuple[str, ...]]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        service = self.service_class(tenant=self.owner(request, obj), actor=request.user)
        if not change:
            fields = {name: form.cleaned_data[name] for name in self.edited}
            adopt(obj, service.create(**fields))
            return
        changed = [name for name in form.changed_data if name in self.edited]
        if changed:
            changes = {name: form.cleaned_data[name] for name in changed}
            adopt(obj, service.update(obj, expected=form.cleaned_data["seen"] or None, **changes))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Summary:
        return summarize(objs, "", ())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.service_class(tenant=obj.tenant, actor=request.user).delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for part in queryset.select_related("tenant").order_by("pk"):
            self.delete_model(request, part)
