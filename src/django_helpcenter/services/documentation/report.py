"""What a run did, file by file and in figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What happens to a file's article."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ARCHIVE = "archive"
    SKIP = "skip"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be imported, or, without a path, what stopped the whole run.

    ``line`` counts from 1; ``None``: no line is to blame.
    """

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}" if place else self.reason


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about a file that is no failure: why it is skipped, a link to nowhere."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}" if place else self.reason


@dataclass(slots=True)
class NoticeReport:
    """What could not be done with which file, and why: what imports and exports share."""

    failures: list[Failure] = field(default_factory=list)
    skips: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Number of files and articles that failed."""
        return len(self.failures)

    @property
    def skipped(self) -> int:
        """Number of files that are no articles, or of articles that are no files."""
        return len(self.skips)

    def fail(self, path: str, reason: str, *, line: int | None = None) -> None:
        """Note what could not be done."""
        self.failures.append(Failure(path, line, reason))

    def skip(self, path: str, reason: str) -> None:
        """Note what was left out."""
        self.skips.append(Notice(path, None, reason))

    def warn(self, path: str, reason: str, *, line: int | None = None) -> None:
        """Note something that an author may want to mend."""
        self.warnings.append(Notice(path, line, reason))

    def failures_as_dicts(self) -> list[dict[str, object]]:
        """Return the failures under the names that scripts rely on."""
        return [
            {"path": failure.path, "line": failure.line, "reason": failure.reason}
            for failure in self.failures
        ]


@dataclass(slots=True)
class SyncReport(NoticeReport):
    """The figures of a run, and the reasons behind them.

    ``passages`` and ``embedded`` count what this run wrote and computed. ``plan`` holds what was
    done, or would be done in a dry run, to each file. ``missing`` are the paths of articles that
    have lost their file and were left. ``snippets`` counts those that were written. ``unavailable``
    says why nothing was embedded though an embedding backend is configured.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    passages: int = 0
    embedded: int = 0
    dry_run: bool = False
    conflict_notices: list[Notice] = field(default_factory=list)
    plan: list[tuple[Action, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    snippets: int = 0
    unavailable: str = ""

    @property
    def conflicts(self) -> int:
        """Number of articles that were left alone because somebody changed them by hand."""
        return len(self.conflict_notices)

    @property
    def archived_paths(self) -> list[str]:
        """Paths of the articles that were archived, or would be."""
        return [path for action, path in self.plan if action == Action.ARCHIVE]

    @property
    def exit_code(self) -> int:
        """0: all is in; 1: some is not; 2: nothing is."""
        if not (self.failures or self.conflict_notices):
            return 0
        if self.conflict_notices or self.created or self.updated or self.unchanged or self.archived:
            return 1
        return 2

    def count(self, action: Action, path: str) -> None:
        """Note what happens to a file."""
        self.plan.append((action, path))
        match action:
            case Action.CREATE:
                self.created += 1
            case Action.UPDATE:
                self.updated += 1
            case Action.UNCHANGED:
                self.unchanged += 1
            case Action.ARCHIVE:
                self.archived += 1

    def skip(self, path: str, reason: str) -> None:
        """Note a file that is no article."""
        NoticeReport.skip(self, path, reason)
        self.plan.append((Action.SKIP, path))

    def conflict(self, path: str, reason: str) -> None:
        """Note an article that was left alone."""
        self.conflict_notices.append(Notice(path, None, reason))
        self.plan.append((Action.CONFLICT, path))

    def as_dict(self) -> dict[str, object]:
        """Return the figures under the names that scripts rely on."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "archived": self.archived,
            "failed": self.failed,
            "skipped": self.skipped,
            "conflicts": self.conflicts,
            "passages": self.passages,
            "embedded": self.embedded,
            "seconds": round(self.seconds, 3),
            "dry_run": self.dry_run,
            "failures": self.failures_as_dicts(),
        }
