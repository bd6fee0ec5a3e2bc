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
from django_helpcenter.choices import ReviewAction
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpReview
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
        if self.instance.pk is not None:
            self._remember_what_is_seen()
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

    def _remember_what_is_seen(self) -> None:
        """Send along what the person sees; what they leave alone stays as it is by now."""
        present = {name: _as_sent(self.instance, name) for name in AGEING if name in self.fields}
        for name in present:
            self.fields[name].show_hidden_initial = True
        if not self.is_bound:
            return
        data: Any = self.data
        data = data.copy()
        for name, value in present.items():
            field, seen = self.add_prefix(name), self.add_initial_prefix(name)
            data.setdefault(seen, value)
            if data.get(field, "") == data[seen]:
                data[field] = data[seen] = value
        self.data = data

    def refuse_to_overwrite(self, stored: Any) -> None:
        """Raise ArticleConflict where somebody else has changed meanwhile what is changed here.

        ``stored`` is the article as it is now. What is as the person wants it is no conflict.
        """
        for name in AGEING:
            now = getattr(stored, stored._meta.get_field(name).attname)
            if name not in self.changed_data or _as_sent(stored, name) == self._seen(name):
                continue
            wanted = self.cleaned_data[name]
            if now != getattr(wanted, "pk", wanted):
                raise ArticleConflict(_overtaken(stored, name))

    def _seen(self, name: str) -> str:
        return str(self.data.get(self.add_initial_prefix(name), ""))


def _as_sent(article: Any, name: str) -> str:
    """Return owner or interval as a form sends it when nobody touches it."""
    if name == "owner":
        return "" if article.owner_id is None else str(article.owner_id)
    return interval_text(article.review_interval_days)


def _overtaken(article: Any, name: str) -> str:
    """Say who changed the owner or the interval meanwhile, and to what."""
    action = ReviewAction.OWNER if name == "owner" else ReviewAction.INTERVAL
    reviews = HelpReview.objects.for_tenant(article.tenant_id).filter(article=article)
    last = reviews.filter(action=action).select_related("actor").order_by("-pk").first()
    words = {
        "who": (last and last.actor) or _t("Somebody"),
        "owner": article.owner or _t("nobody"),
        "days": interval_text(article.review_interval_days) or _t("what the category says"),
    }
    if name == "owner":
        text = _t(
            "%(who)s changed the owner to %(owner)s after you opened this article. Nothing was "
            "saved. Choose %(owner)s too, or open the article again."
        )
    else:
        text = _t(
            "%(who)s changed how often this is reviewed to “%(days)s” after you opened this "
            "article. Nothing was saved. Say so too, or open the article again."
        )
    return text % words
