"""What an export did, in figures and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field

from django_helpcenter.services.documentation.report import Failure, Notice


@dataclass(slots=True)
class ExportReport:
    """The figures of an export.

    ``articles`` counts the articles that are in the folder now; ``written``, ``unchanged`` and
    ``removed`` count files. ``warnings`` name what an import would read differently.
    """

    articles: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    images: int = 0
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)
    skips: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Number of articles and files that could not be exported."""
        return len(self.failures)

    @property
    def skipped(self) -> int:
        """Number of articles without a text."""
        return len(self.skips)

    @property
    def exit_code(self) -> int:
        """0: everything is out; 1: some is not; 2: nothing is."""
        if not self.failures:
            return 0
        return 1 if self.articles else 2

    def fail(self, path: str, reason: str) -> None:
        """Note what could not be exported."""
        self.failures.append(Failure(path, None, reason))

    def skip(self, path: str, reason: str) -> None:
        """Note an article for which there is no file."""
        self.skips.append(Notice(path, None, reason))

    def warn(self, path: str, reason: str) -> None:
        """Note what an import would read differently."""
        self.warnings.append(Notice(path, None, reason))

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
            "failures": [
                {"path": failure.path, "line": failure.line, "reason": failure.reason}
                for failure in self.failures
            ],
        }
