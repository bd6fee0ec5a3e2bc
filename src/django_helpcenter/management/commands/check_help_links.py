"""Find the links in articles that lead nowhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, NoReturn

from django.core.management.base import CommandError
from django.db import models, transaction

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.management.naming import plain
from django_helpcenter.management.reporting import add_format_argument
from django_helpcenter.models import HelpLink, get_tenant_model
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.exclusive import exclusively
from django_helpcenter.services.links.checking import (
    LinkReport,
    LinkRun,
    TenantCheck,
    due_links,
)
from django_helpcenter.services.tenancy import find_tenant

#: A tenant, and what is said of it; ``None`` when it could not be checked.
Checked = tuple[TenantCheck, dict[str, Any] | None]


class Command(DatabaseCommand):
    """Check the links of one tenant or of all."""

    help = (
        "Check the links in articles: those within the help center, and, with "
        "HELP_CENTER_LINK_CHECK, those to other hosts that are due."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", help="slug or primary key; all tenants when left out")
        parser.add_argument(
            "--dry-run", action="store_true", help="ask no host, change nothing, say what is due"
        )
        add_format_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            tenants = self._tenants(options["tenant"])
            with exclusively("links", "") as is_mine:
                if not is_mine:
                    self.refuse("Another check of links is running.", options)
                done = list(_checked(tenants, is_dry=options["dry_run"]))
        except HelpCenterError as exc:
            self.refuse(str(exc), options)
        found = [each for _check, each in done if each is not None]
        failed = [plain(str(check.tenant)) for check, _found in done if check.trouble]
        if options["format"] == "json":
            told = {"dry_run": options["dry_run"], "tenants": found, "failed": failed}
            self.stdout.write(json.dumps(told))
        else:
            self._tell(found)
        if failed:
            raise CommandError(f"Could not be checked: {', '.join(failed)}.")

    def refuse(self, reason: str, options: dict[str, Any]) -> NoReturn:
        """Raise CommandError, with the line of JSON when that is the format."""
        if options["format"] == "json":
            self.stdout.write(json.dumps({"error": plain(reason)}))
        super().refuse(plain(reason), options)

    def _tenants(self, reference: str | None) -> list[models.Model]:
        if reference:
            return [find_tenant(reference)]
        return list(get_tenant_model()._default_manager.order_by("pk"))

    def _tell(self, found: list[dict[str, Any]]) -> None:
        for each in found:
            for link in each["broken"]:
                self.stdout.write(f"broken: {link['address']}: {link['explanation']}")
            counts = ", ".join(f"{n} {state}" for state, n in each["states"].items() if n)
            self.stdout.write(
                f"{each['tenant']}: {each['texts']} texts read, {each['internal']} links within "
                f"the help center, {each['asked']} addresses asked, {each['waiting']} waiting; "
                f"{counts or 'no links'}."
            )


def _checked(tenants: list[models.Model], *, is_dry: bool) -> Iterator[Checked]:
    """Yield what came of each tenant, with its description where nothing went wrong."""
    if is_dry:
        yield from map(_looked_at, tenants)
        return
    for check in LinkRun().check_tenants(tenants):
        yield check, None if check.trouble else _described(check.tenant, check.report)


def _looked_at(tenant: models.Model) -> Checked:
    """Look at the links of a tenant, ask nobody, and take everything back."""
    check, found = TenantCheck(tenant), None
    with check.guarded(), transaction.atomic(using=write_alias()):
        report = LinkRun().check_tenant(tenant, ask=False)
        report.waiting = due_links(tenant).count() if conf.LINK_CHECK else 0
        found = _described(tenant, report)
        transaction.set_rollback(True, using=write_alias())
    return check, found


def _described(tenant: models.Model, report: LinkReport) -> dict[str, Any]:
    links = HelpLink.objects.using(write_alias()).filter(tenant_id=tenant.pk)
    broken = [
        {
            "address": plain(link.address),
            "status": link.http_status,
            "reason": link.reason,
            "explanation": plain(link.explanation),
            "since": link.failing_since and link.failing_since.isoformat(),
        }
        for link in links.broken().order_by("address")
    ]
    return {"tenant": plain(str(tenant)), **report.as_dict(), "broken": broken}
