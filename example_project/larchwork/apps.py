"""The app of the fictional product."""

from __future__ import annotations

from django.apps import AppConfig


class LarchworkConfig(AppConfig):
    """Work orders, sites and inspections."""

    name = "larchwork"
    verbose_name = "Larchwork"
