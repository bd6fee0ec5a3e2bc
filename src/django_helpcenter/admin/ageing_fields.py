"""Owner and interval in forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.owner_choice import NOBODY, OwnerSelect
from django_helpcenter.admin.saving import ServiceForm
from django_helpcenter.models.ageing import inherited_days
from django_helpcenter.models.review_intervals import NEVER

#: What the ageing service writes of what a form edits.
AGEING = ("owner", "review_interval_days")


def interval_text(days: int | None) -> str:
    """Return an interval as it is typed."""
    return "" if days is None else _t("never") if days >= NEVER else str(days)


class IntervalField(forms.CharField):
    """Days, or the word for never."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("Review every"),
            "required": False,
            "max_length": 20,
            "help_text": _("Days, or “never”. Empty: as the category above or the site says."),
            "widget": forms.TextInput(attrs={"size": 10, "class": "vIntegerField"}),
        }
        super().__init__(**{**defaults, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return interval_text(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        text = str(super().to_python(value) or "").strip()
        if not text:
            return None
        if text.casefold() in {"never", _t("never").casefold()}:
            return NEVER
        try:
            return int(text)
        except ValueError:
            raise forms.ValidationError(
                _("Give a whole number of days, or say “never”."), code="invalid"
            ) from None

    def run_validators(self, value: Any) -> None:
        """Leave the number to the model, which knows what it may be."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


class AgeingForm(ServiceForm):
    """A form with an owner and an interval, where the person may set them."""

    owner: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=None,
        required=False,
        empty_label=NOBODY,
        help_text=_("Who sees to it that this stays right, and is reminded of it."),
    )
    review_interval_days = IntervalField()

    #: Whom the form begins with; set on the class that the admin builds for a request.
    owners: Sequence[Any] = ()
    #: Where others are found; set likewise.
    owners_address = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            field = cast("forms.ModelChoiceField[Any]", self.fields["owner"])
            field.widget = OwnerSelect(self.owners_address)
            # Whoever it is now may stay.
            offered = Q(pk__in=[person.pk for person in self.owners])
            people = get_user_model()._default_manager.order_by(get_user_model().USERNAME_FIELD)
            field.queryset = people.filter(offered | Q(pk=self.instance.owner_id))
        if "review_interval_days" in self.fields:
            days = inherited_days(self.instance.category_id)
            self.fields["review_interval_days"].help_text = _t(
                "Days, or “never”. Empty: %(days)s, as the category or the site says."
            ) % {"days": interval_text(days)}
