"""The links in articles, and what is known of where they lead."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import LinkReason, LinkState
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name

#: Longer addresses are not kept: an index of the database has no room for them.
ADDRESS_LENGTH = 2_000


class HelpArticleLinks(TenantAwareModel):
    """The addresses that an article links to, as they were when its text was last read.

    ``links`` has the words and the line of each; ``content_md5`` tells whether the text is another
    one by now.
    """

    article = models.OneToOneField(
        HelpArticle,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="collected_links",
        verbose_name=_("article"),
    )
    content_md5 = models.CharField(max_length=32, editable=False)
    addresses = ArrayField(models.TextField(), verbose_name=_("addresses"), default=list)
    links = models.JSONField(_("links"), default=dict)
    read_at = models.DateTimeField(_("read"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("article's links")
        verbose_name_plural = _("links of articles")
        indexes = [
            models.Index(fields=["tenant"], name="help_article_links_tenant_idx"),
            GinIndex(fields=["addresses"], name="help_article_links_addr_idx"),
        ]

    def __str__(self) -> str:
        return str(self.article)


class HelpLinkQuerySet(TenantQuerySet["HelpLink"]):
    """Questions about links."""

    def broken(self) -> HelpLinkQuerySet:
        """Keep what is broken and was not accepted as that."""
        return self.filter(state=LinkState.BROKEN, is_ignored=False)


class HelpLink(TenantAwareModel):
    """An address that articles of a tenant link to, and what it answered.

    ``host`` is empty for addresses within the help center. ``failures`` counts the days in a row on
    which it failed, ``failing_since`` is the first of these times.
    """

    address = models.TextField(_("address"))
    host = models.CharField(_("host"), max_length=255, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LinkState.choices, default=LinkState.NEW
    )
    reason = models.CharField(
        _("reason"), max_length=20, choices=LinkReason.choices, blank=True, default=""
    )
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    moved_to = models.TextField(_("moved to"), blank=True, default="")
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    failing_since = models.DateTimeField(_("since"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed last"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    next_check_at = models.DateTimeField(_("next check"), null=True, blank=True)
    is_ignored = models.BooleanField(
        _("ignored"),
        default=False,
        help_text=_("Not asked, and not in the list of broken links."),
    )
    note = models.CharField(
        _("note"), max_length=500, blank=True, help_text=_("Why it is ignored.")
    )
    ignored_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ignored by"),
    )
    created_at = models.DateTimeField(_("found"), auto_now_add=True)

    objects = HelpLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "address"], name="help_link_address_uniq"),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "is_ignored"], name="help_link_state_idx"),
            models.Index(
                "tenant",
                F("next_check_at").asc(nulls_first=True),
                name="help_link_due_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def explanation(self) -> str:
        """Why it has its state, and where it has moved, in words; "" when there is no more."""
        if self.reason == LinkReason.STATUS and self.http_status is not None:
            phrase = f"{self.http_status} {_phrase(self.http_status)}".strip()
            return _t("the server answers “%(status)s”") % {"status": phrase}
        if self.moved_to:
            return _t("leads to %(address)s now") % {"address": self.moved_to}
        return self.get_reason_display()

    @property
    def is_internal(self) -> bool:
        """Whether this leads to a page of the help center."""
        return not self.host


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
