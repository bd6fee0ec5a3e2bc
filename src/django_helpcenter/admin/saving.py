"""Admin forms whose saving goes through a service, and what happens when the service refuses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from django_helpcenter.admin.scoping import TenantScopedAdmin
from django_helpcenter.exceptions import ConfigurationError, HelpCenterError

#: What a service raises when it will not do something.
REFUSALS: tuple[type[Exception], ...] = (ValidationError, HelpCenterError, IntegrityError)

#: Is posted with what a form held when its question was answered with no.
TAKE_BACK = "_take_back"

_REFUSAL = "_help_center_refusal"


def refusal_text(exc: Exception) -> str:
    """Return what to tell the person whose change was refused."""
    if isinstance(exc, ValidationError):
        return " ".join(str(message) for message in exc.messages)
    if isinstance(exc, IntegrityError):
        return _("Somebody else saved the same name or slug at this moment. Try again.")
    return str(exc)


def add_refusal(form: forms.BaseForm, exc: Exception) -> None:
    """Say on a form why it was refused: beside the fields that are named, else above all."""
    if isinstance(exc, ValidationError) and hasattr(exc, "error_dict"):
        for name, errors in exc.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refusal_text(exc))


class Unanswered(Exception):
    """The person has to answer a question first; raised where something is saved, and undoes it."""

    def __init__(self, question: HttpResponse) -> None:
        super().__init__()
        self.question = question


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that can show why a service refused what it held."""

    refusal: Exception | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            add_refusal(self, self.refusal)
        return cleaned


class ServiceSavedAdmin(TenantScopedAdmin):
    """An admin whose ``save_model`` calls a service.

    A refusal undoes the whole request; the form then comes back with what was typed and the reason,
    and so it does for somebody who answers its question with no.
    """

    form = ServiceForm

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, _REFUSAL, None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if TAKE_BACK in request.POST:
            setattr(request, _REFUSAL, ValidationError(_("Nothing was saved. Here is your text.")))
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Unanswered as exc:
            return exc.question
        except ConfigurationError:
            raise
        except REFUSALS as exc:
            setattr(request, _REFUSAL, self.after_refusal(request, object_id, exc))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def after_refusal(
        self, request: HttpRequest, object_id: str | None, exc: Exception
    ) -> Exception:
        """Do what is left to do when the service has refused and all is undone; here nothing.

        Returns what the form shows: the refusal, or one in plainer words.
        """
        return exc

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as exc:
            return self._refuse(request, exc, "../change/")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except REFUSALS as exc:
            if request.method != "POST":
                raise
            return self._refuse(request, exc, request.get_full_path())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: the service has set the relations already."""

    def _refuse(self, request: HttpRequest, exc: Exception, address: str) -> HttpResponse:
        self.message_user(request, refusal_text(exc), messages.ERROR)
        return HttpResponseRedirect(address)


def adopt(obj: Any, saved: Any) -> None:
    """Make the form's instance look like the row that the service saved."""
    vars(obj).update(vars(saved))
