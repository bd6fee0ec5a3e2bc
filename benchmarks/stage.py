"""What all benchmarks need first: Django, a migrated database, an empty tenant."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
DEMO_CONTENT = ROOT / "example_project" / "content"


def set_up(settings: str = "benchmarks.settings") -> None:
    """Start Django on a database of its own, and say what the machine is doing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} processors, load average {load}, Django {django.__version__}")


@contextmanager
def empty_tenant() -> Iterator[Any]:
    """Yield a tenant without content, and take it away afterwards, with what it leaves behind."""
    from django.db import connection

    from django_helpcenter.models import HelpTenant

    tenant = HelpTenant.objects.create(name="Benchmark", slug=f"benchmark-{uuid4().hex[:12]}")
    try:
        yield tenant
    finally:
        tenant.delete()
        with connection.cursor() as cursor:
            # Deleted vectors stay in their index, and slow whoever writes next, until they go.
            cursor.execute("VACUUM (ANALYZE)")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile of at least one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


median = statistics.median
