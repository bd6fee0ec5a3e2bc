"""Who sees to which article of the demo, and what nobody has looked at for long."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from django_helpcenter.models import HelpArticle, HelpCategory, HelpReview
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM
from larchwork.models import Organization, User

#: Path of an article's file → its owner, and for how many days nobody has found it right.
ARTICLES: dict[str, tuple[str | None, int]] = {
    "scheduling/plan-the-week.md": ("ana", 0),
    "scheduling/shift-handover.md": ("ana", 240),
    "security-and-sign-in/single-sign-on.md": ("emil", 150),
    "integrations/api-quick-start.md": ("emil", 0),
    "getting-started/move-from-spreadsheets.md": (None, 400),
}

#: Folder of a category → days after which its articles are due.
CATEGORIES = {"security-and-sign-in": 90}


def make_upkeep(organization: Organization) -> None:
    """Give articles to people, and age some; only once, so that what visitors do stays."""
    if HelpReview.objects.for_tenant(organization).exists():
        return
    articles = HelpArticle.objects.filter(tenant=organization)
    ageing = AgeingService(tenant=organization, actor=SYSTEM)
    people = {user.username: user for user in User.objects.filter(organization=organization)}
    for article in articles.filter(source_path__in=ARTICLES):
        owner, days = ARTICLES[article.source_path]
        ageing.assign_owner(article, people.get(owner or ""))
        before = timezone.now() - timedelta(days=days)
        articles.filter(pk=article.pk).update(text_changed_at=before, published_date=before)
    categories = CategoryService(tenant=organization, actor=SYSTEM)
    found = HelpCategory.objects.for_tenant(organization).filter(source_path__in=CATEGORIES)
    for category in found:
        categories.update(category, review_interval_days=CATEGORIES[category.source_path])
