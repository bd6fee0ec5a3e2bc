"""Mail owners what is due for review."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.management.naming import plain
from django_helpcenter.services.review_mail import send_review_reminders


class Command(DatabaseCommand):
    """Send the weekly digests that are due, or say which they are."""

    help = (
        "Mail each owner of articles what is due for review, at most once a week, for all help "
        "centers together. Mails that were not taken are tried again by the next run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="say who would get a mail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            report = send_review_reminders(dry_run=options["dry_run"])
        except HelpCenterError as exc:
            self.refuse(str(exc), options)
        for digest in report.sent:
            self.stdout.write(plain(f"{digest.person} <{digest.address}>: {digest.count} due."))
        verb = "would be sent" if options["dry_run"] else "sent"
        self.stdout.write(f"{len(report.sent)} {verb}, {len(report.failed)} failed.")
        if report.failed:
            self.refuse(" ".join(report.failed), options)
