"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpCenterConfig(AppConfig):
    """Registers receivers and checks; loads no model and opens no connection."""

    name = "django_helpcenter"
    label = "help_center"
    verbose_name = _("Help center")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_helpcenter import checks, receivers

        checks.register_checks()
        receivers.connect_receivers()
