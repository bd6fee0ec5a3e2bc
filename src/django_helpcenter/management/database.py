"""Commands that need the database."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from django_helpcenter.exceptions import DATABASE_EXCEPTIONS

#: Nothing was done.
EXIT_NOTHING_DONE = 2


class DatabaseCommand(BaseCommand):
    """Say in one line when the database cannot be used, also while Django checks the models."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; exits with 2 when the database cannot be used."""
        try:
            return super().execute(*args, **options)
        except DATABASE_EXCEPTIONS as exc:
            reason = " ".join(str(exc).split()).rstrip(" .?")
            self.refuse(
                f"The database cannot be used: {reason}. Check DATABASES, run migrate, then run "
                "this command again.",
                options,
            )

    def refuse(self, reason: str, options: dict[str, Any]) -> NoReturn:
        """Raise CommandError: nothing was done, for this reason."""
        raise CommandError(reason, returncode=EXIT_NOTHING_DONE)
