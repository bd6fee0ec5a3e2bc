"""What people do with links: see what leads to an article, check again, ignore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpArticleLinks, HelpLink
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.links.checking import LinkRun, check_internal
from django_helpcenter.services.links.collecting import collect_links
from django_helpcenter.services.links.incoming import left_dead, linking_articles

CHANGE_LINK = "change_helplink"


class LinkService(ActorService):
    """Answers and changes what is known of the links of a tenant."""

    def links_to(self, article: HelpArticle) -> list[HelpArticle]:
        """Return the articles that link to one, whatever their status, published ones first.

        They come without their texts. Raises PermissionRefused.
        """
        self.require_to_look()
        self.require_own(article)
        return linking_articles(self.tenant.pk, [article])

    def left_dead(self, articles: Sequence[HelpArticle]) -> list[HelpArticle]:
        """Return the articles that have a dead link once these are archived or deleted.

        Raises PermissionRefused.
        """
        self.require_to_look()
        for article in articles:
            self.require_own(article)
        return left_dead(self.tenant.pk, articles)

    @in_transaction
    def ignore(self, link: HelpLink, *, note: str = "") -> HelpLink:
        """Accept an address as it is: it is not asked, and not in the list of broken links.

        Raises PermissionRefused.
        """
        return self._set_ignored(link, is_ignored=True, note=note)

    @in_transaction
    def watch(self, link: HelpLink, *, note: str = "") -> HelpLink:
        """Take back ``ignore``: the address is asked in the next run. Raises PermissionRefused."""
        return self._set_ignored(link, is_ignored=False, note=note)

    def check_later(self, links: Iterable[HelpLink]) -> int:
        """Have addresses asked in the next run, whenever they were due; return how many.

        Raises PermissionRefused.
        """
        self.require(CHANGE_LINK)
        keys = [link.pk for link in links]
        rows = HelpLink.objects.using(write_alias()).for_tenant(self.tenant).filter(pk__in=keys)
        return rows.update(next_check_at=timezone.now())

    def check_now(self, link: HelpLink, *, run: LinkRun | None = None) -> HelpLink | None:
        """Read the articles with this address again, and find out where it leads; return the row.

        ``None``: no article uses it any more. Raises ValidationError when other hosts are not to
        be asked, PermissionRefused.
        """
        self.require(CHANGE_LINK)
        self.require_own(link)
        if not link.is_internal and not conf.LINK_CHECK:
            raise ValidationError(
                _("Other hosts are not asked here (HELP_CENTER_LINK_CHECK)."), code="off"
            )
        users = HelpArticleLinks.objects.for_tenant(self.tenant).filter(
            addresses__contains=[link.address]
        )
        collect_links(self.tenant, only=list(users.values_list("pk", flat=True)))
        found = HelpLink.objects.using(write_alias()).filter(pk=link.pk).first()
        if found is None:
            return None
        if found.is_internal:
            check_internal(self.tenant, only=[found.pk])
        else:
            (run or LinkRun()).check_link(found)
        found.refresh_from_db()
        return found

    def _set_ignored(self, link: HelpLink, *, is_ignored: bool, note: str) -> HelpLink:
        self.require(CHANGE_LINK)
        self.require_own(link)
        locked = HelpLink.objects.select_for_update().get(pk=link.pk)
        if locked.is_ignored and not is_ignored:
            locked.next_check_at = None
        locked.is_ignored, locked.note = is_ignored, note.strip()[:500]
        locked.ignored_by_id = self.author_id if is_ignored else None
        locked.save(update_fields=["is_ignored", "note", "ignored_by", "next_check_at"])
        return locked
