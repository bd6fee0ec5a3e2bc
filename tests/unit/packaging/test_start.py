"""What a host project pays for when Django starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENDORS = {"onnxruntime", "onnx", "tokenizers", "openai", "genai_prices"}


def test_vendor_packages_are_not_imported_at_start() -> None:
    program = "import django, sys; django.setup(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert VENDORS.isdisjoint(done.stdout.split())
