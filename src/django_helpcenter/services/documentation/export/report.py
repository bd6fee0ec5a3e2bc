"""What an export did, in figures and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from django_helpcenter.services.documentation.report import NoticeReport


@dataclass(slots=True)
class ExportReport(NoticeReport):
    """The figures of an export.

    ``articles`` counts the articles that are in the folder now; ``written``, ``unchanged`` and
    ``removed`` count files. ``warnings`` name what an import would read differently.
    """

    articles: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    images: int = 0

    @property
    def exit_code(self) -> int:
        """0: everything is out; 1: some is not; 2: nothing is."""
        if not self.failures:
            return 0
        return 1 if self.articles else 2

    def as_dict(self) -> dict[str, object]:
        """Return the figures under the names that scripts rely on."""
        return {
            "articles": self.articles,
            "written": self.written,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "images": self.images,
            "failed": self.failed,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 3),
            "failures": self.failures_as_dicts(),
        }
