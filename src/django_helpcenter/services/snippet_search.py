"""Snippets that a writer may put into a text, found by a few letters."""

from __future__ import annotations

from django.db.models import Q

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpSnippet
from django_helpcenter.services.base import ActorService
from django_helpcenter.services.files import may_write_articles
from django_helpcenter.services.snippet_texts import languages_for

#: Snippets that are offered at once, and rows that are read for them: one for each language.
MAX_OFFERED, _MAX_ROWS = 30, 200
#: Characters of a question that are looked at.
_LONGEST = 100


class SnippetSearch(ActorService):
    """Finds the snippets of a tenant for those who write its articles."""

    def find(self, typed: str, *, language: str = "") -> list[HelpSnippet]:
        """Return the snippets whose key, description or text holds all words, one for each key.

        Of several languages, the one that an article in ``language`` would get. Raises
        PermissionRefused.
        """
        if not may_write_articles(self.actor):
            raise PermissionRefused(f"{self.actor} may not write articles.")
        rows = HelpSnippet.objects.for_tenant(self.tenant).order_by("key", "language")
        for word in typed.replace("\0", "")[:_LONGEST].split():
            rows = rows.filter(
                Q(key__icontains=word) | Q(description__icontains=word) | Q(content__icontains=word)
            )
        wanted = languages_for(language)
        best: dict[str, HelpSnippet] = {}
        for row in rows[:_MAX_ROWS]:
            kept = best.get(row.key)
            if kept is None or _rank(row, wanted) < _rank(kept, wanted):
                best[row.key] = row
        return list(best.values())[:MAX_OFFERED]


def _rank(snippet: HelpSnippet, wanted: list[str]) -> int:
    return wanted.index(snippet.language) if snippet.language in wanted else len(wanted)
