"""Articles that a writer may link to, found by a few letters."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When

from django_helpcenter.models import HelpArticle
from django_helpcenter.models.base import TenantQuerySet
from django_helpcenter.services.base import ActorService

#: Articles that a search gives; whoever does not find theirs types on.
LIMIT = 10
#: What is longer finds nothing more.
MAX_QUERY_LENGTH = 100
MAX_WORDS = 8

COLUMNS = (
    "pk", "tenant_id", "title", "slug", "language", "category_name", "status", "publish_at",
    "expire_at", "target_roles",
)  # fmt: skip


class LinkTargetService(ActorService):
    """Finds the articles of a tenant for those who write, whatever their status."""

    def find(self, query: str, *, limit: int = LIMIT) -> list[HelpArticle]:
        """Return the articles whose title or slug has all words of a query, or with this number.

        Those whose title begins with the query come first, then those that changed last, which is
        what an empty query gives. Raises PermissionRefused.
        """
        self.require_to_look()
        typed = " ".join(query.replace("\0", " ").split())[:MAX_QUERY_LENGTH].strip()
        articles = HelpArticle.objects.for_tenant(self.tenant).filter(_matches(typed))
        return list(_ranked(articles, typed).only(*COLUMNS)[:limit])


def _matches(typed: str) -> Q:
    words = Q()
    for word in typed.split()[:MAX_WORDS]:
        words &= Q(title__icontains=word) | Q(slug__icontains=word)
    number = typed.removeprefix("article:").removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        return words | Q(pk=int(number))
    return words


def _ranked(articles: TenantQuerySet[HelpArticle], typed: str) -> TenantQuerySet[HelpArticle]:
    if not typed:
        return articles.order_by("-updated_at", "-pk")
    begins = Case(
        When(title__istartswith=typed, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return articles.order_by(begins, "-updated_at", "-pk")
