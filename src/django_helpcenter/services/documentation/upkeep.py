"""Who sees to an article, how often, and when it was found right, as its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.ownership import may_own

if TYPE_CHECKING:
    from django_helpcenter.types import Actor


class Upkeep:
    """Writes what files say of it; where they are silent, what was set by hand stays."""

    def __init__(self, *, tenant: models.Model, actor: Actor, report: SyncReport) -> None:
        self.tenant = tenant
        self.report = report
        self.service = AgeingService(tenant=tenant, actor=actor)
        self.people: dict[str, Any] = {}

    def write(self, work: Work) -> None:
        """Bring the article of a file in step with what the file says of its upkeep."""
        said = work.document.metadata
        if said.names_upkeep:
            article = HelpArticle(pk=work.article, tenant_id=self.tenant.pk)
            self.apply(article, said, work.path)

    def apply(self, article: HelpArticle, said: Metadata, path: str) -> None:
        """Bring an article in step with front matter; what is refused is reported of the path."""
        note = path[:500]
        try:
            if said.owner:
                self._give(path, article, said.owner, note)
            if said.review_interval is not None:
                self.service.set_interval(article, said.review_interval, note)
            if said.verified_at is not None and said.status == ArticleStatus.PUBLISHED:
                self.service.verify(article, note, at=said.verified_at)
        except ValidationError as exc:
            self.report.warn(path, " ".join(exc.messages))
        except (ArticleConflict, PermissionRefused) as exc:
            self.report.conflict(path, str(exc))

    def _give(self, path: str, article: HelpArticle, name: str, note: str) -> None:
        person = self._person(name)
        if person is None:
            reason = f"`owner` is {name!r}: nobody of that name may change articles here."
            self.report.warn(path, reason)
        else:
            self.service.assign_owner(article, person, note)

    def _person(self, name: str) -> Any:
        """Return who may own articles and has this name or e-mail address, ``None`` for nobody."""
        if name not in self.people:
            self.people[name] = next(
                (person for person in _called(name) if may_own(person, self.tenant)), None
            )
        return self.people[name]


def _called(name: str) -> list[Any]:
    """Return the people of a user name, else the one with an e-mail address."""
    model = get_user_model()
    people = model._default_manager.all()
    found = list(people.filter(**{model.USERNAME_FIELD: name})[:1])
    if found or "@" not in name:
        return found
    addressed = list(people.filter(**{f"{model.get_email_field_name()}__iexact": name})[:2])
    return addressed if len(addressed) == 1 else []
