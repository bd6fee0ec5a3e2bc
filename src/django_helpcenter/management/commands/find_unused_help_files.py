"""Find files that no text shows, and delete them where that is asked for."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.file_uses import unused_files
from django_helpcenter.services.files import FileService
from django_helpcenter.services.tenancy import find_tenant
from django_helpcenter.types import SYSTEM

#: Somebody may have brought a file and not saved the article yet.
DEFAULT_DAYS = 30


class Command(DatabaseCommand):
    """List or delete the unused files of one tenant or of all."""

    help = (
        "List the files that no article shows, nor any former version of one. With --delete, "
        "delete them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", help="slug or primary key; all tenants when left out")
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help=(
                "only files that were brought, or taken out of a text, so many days ago or more "
                f"(default: {DEFAULT_DAYS})"
            ),
        )
        parser.add_argument("--delete", action="store_true", help="delete them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["days"] < 0:
            self.refuse("--days cannot be negative.", options)
        before = timezone.now() - timedelta(days=options["days"])
        try:
            for tenant in self._tenants(options["tenant"]):
                if options["delete"]:
                    count = FileService(tenant=tenant, actor=SYSTEM).delete_unused(before=before)
                    self.stdout.write(f"{tenant}: {count} deleted.")
                else:
                    files = list(unused_files(tenant, before=before).order_by("last_used_at", "pk"))
                    for file in files:
                        self.stdout.write(
                            f"{file.last_used_at:%Y-%m-%d}  {filesizeformat(file.size):>9}  "
                            f"{file.file_name}  {file.name}"
                        )
                    self.stdout.write(f"{tenant}: {len(files)} unused.")
        except HelpCenterError as exc:
            self.refuse(str(exc), options)

    def _tenants(self, reference: str | None) -> list[models.Model]:
        if reference:
            return [find_tenant(reference)]
        return list(get_tenant_model()._default_manager.order_by("pk"))
