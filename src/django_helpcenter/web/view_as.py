"""What a member of staff has chosen to see the help center as; kept in their session."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from django_helpcenter.models.roles import roles_offered
from django_helpcenter.services.view_as import may_view_as, reader_with
from django_helpcenter.types import RoleReader

#: In the session: the key of a tenant → the roles chosen there.
SESSION_KEY = "help_center_view_as"


class ViewAs:
    """The choice of one person in one tenant, and what they may choose from.

    Asked anew with each request: who has lost access, or chose a role that is none any more, sees
    the pages as themselves again. Costs nothing for readers who are not staff.
    """

    def __init__(self, request: HttpRequest, tenant: models.Model) -> None:
        self._request = request
        self._tenant = tenant
        self._user = getattr(request, "user", None)

    @cached_property
    def is_offered(self) -> bool:
        """Whether this person may look as others do."""
        return hasattr(self._request, "session") and may_view_as(self._user, self._tenant)

    @cached_property
    def reader(self) -> RoleReader | None:
        """Whom the pages are shown as; ``None``: as the person themselves."""
        # Staff alone: the session of others is not even opened.
        if not getattr(self._user, "is_staff", False) or not hasattr(self._request, "session"):
            return None
        chosen = self._request.session.get(SESSION_KEY, {}).get(str(self._tenant.pk))
        if chosen is None or not self.is_offered:
            return None
        return reader_with(self._tenant, chosen)

    @property
    def is_on(self) -> bool:
        """Whether the pages are shown as somebody else sees them."""
        return self.reader is not None

    @property
    def chosen(self) -> Sequence[str]:
        """The roles that the pages are shown for; none: what everybody sees."""
        return () if self.reader is None else self.reader.roles

    @cached_property
    def roles(self) -> Sequence[str]:
        """The roles to choose from."""
        return roles_offered(self._tenant)

    @property
    def return_address(self) -> str:
        """Where a choice leads: back to this page, if it can be asked for again."""
        if self._request.method != "GET":
            return reverse("help_center:home")
        return self._request.get_full_path()

    def choose(self, reader: RoleReader | None) -> None:
        """Show the pages as this reader sees them from now on, ``None``: as oneself again."""
        kept = dict(self._request.session.get(SESSION_KEY, {}))
        kept.pop(str(self._tenant.pk), None)
        if reader is not None:
            kept[str(self._tenant.pk)] = list(reader.roles)
        if kept:
            self._request.session[SESSION_KEY] = kept
        else:
            self._request.session.pop(SESSION_KEY, None)
