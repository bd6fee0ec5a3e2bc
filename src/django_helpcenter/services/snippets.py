"""Writing snippets: a text that stands in many articles is changed by who may change those."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpSnippet
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.snippets import MAX_SNIPPET_LENGTH
from django_helpcenter.models.storable_texts import refuse_unstorable
from django_helpcenter.services.article_checks import check_snippet
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.file_uses import note_last_use
from django_helpcenter.services.publishing import as_sentence, refuse_problems
from django_helpcenter.services.refusals import refusal, refuse_breaches
from django_helpcenter.services.snippet_locks import hold_texts_of
from django_helpcenter.services.snippet_uses import SnippetUses, uses_of
from django_helpcenter.services.workflow import PUBLISH

#: What callers set; everything else follows from it.
WRITABLE = frozenset({"key", "language", "description", "content", "source", "source_hash"})
_CONSTRAINT = "help_snippet_uniq"
#: Set behind a text to see whether that leaves something open; closes a comment.
_AFTERWARDS = "\n\nafterwards -->"


class SnippetService(ActorService):
    """Creates, changes and deletes the snippets of a tenant.

    Readers see what a snippet says in every published article that names it, so whatever changes
    that takes the permission to publish.
    """

    @in_transaction
    def create(
        self,
        *,
        key: str,
        content: str,
        language: str = "",
        description: str = "",
        check: bool = True,
        **fields: Any,
    ) -> HelpSnippet:
        """Create a snippet; ``check`` is that of ``update``.

        Raises ValidationError, PermissionRefused.
        """
        self.require("add_helpsnippet")
        _refuse_unknown(fields)
        snippet = HelpSnippet(
            tenant_id=self.tenant.pk,
            key=key,
            language=language or default_language(),
            description=description,
            content=content,
            last_updated_by_id=self.author_id,
            **fields,
        )
        validate_snippet(snippet)
        hold_texts_of(self.tenant.pk, [key])
        self._require_fit(snippet, check=check)
        self._save(snippet)
        return snippet

    @in_transaction
    def update(
        self,
        snippet: HelpSnippet,
        *,
        expected: str | None = None,
        check: bool = True,
        **fields: Any,
    ) -> HelpSnippet:
        """Change a snippet, and return it as it is now.

        ``expected`` is the ``fingerprint`` that the caller edited. The key of one that is used
        stays: the texts that name it would lose it. ``check`` refuses what would keep an article
        from being published, when a published one names it. Raises ArticleConflict when somebody
        else changed it meanwhile, ValidationError, PermissionRefused.
        """
        self.require("change_helpsnippet")
        _refuse_unknown(fields)
        locked = self._lock(snippet, fields.get("key", snippet.key))
        if expected is not None and locked.fingerprint != expected:
            raise ArticleConflict(
                _("“%(key)s” was changed by %(who)s meanwhile. Nothing was saved; reload the page.")
                % {"key": locked.key, "who": locked.last_updated_by or _("somebody else")}
            )
        before = (locked.key, locked.language, locked.content)
        for name, value in fields.items():
            setattr(locked, name, value)
        validate_snippet(locked)
        if before[:2] != (locked.key, locked.language):
            self._refuse_loss(*before[:2])
        if before != (locked.key, locked.language, locked.content):
            self._require_publisher(before[0])
            self._require_fit(locked, check=check)
        if self.author_id is not None:
            locked.last_updated_by_id = self.author_id
        self._save(locked)
        return locked

    @in_transaction
    def adopt(self, snippet: HelpSnippet, *, source: str) -> None:
        """Note that a snippet says what its file in a source does; it is nobody's until then.

        Raises PermissionRefused.
        """
        self.require("change_helpsnippet")
        self.require_own(snippet)
        # Nothing that readers get is changed: no article is indexed again.
        rows = HelpSnippet.objects.using(write_alias()).for_tenant(self.tenant)
        same = {"description": snippet.description, "content": snippet.content}
        rows.filter(pk=snippet.pk, source="", **same).update(
            source=source, source_hash=snippet.fingerprint
        )

    @in_transaction
    def delete(self, snippet: HelpSnippet) -> None:
        """Delete a snippet that nothing needs; raises ValidationError, PermissionRefused."""
        self.require("delete_helpsnippet")
        locked = self._lock(snippet)
        self._refuse_loss(locked.key, locked.language)
        self._require_publisher(locked.key)
        named = locked.file_keys
        locked.delete()
        note_last_use(self.tenant.pk, named, using=write_alias())

    def uses(self, key: str) -> SnippetUses:
        """Return what names a snippet."""
        return uses_of(self.tenant.pk, key, using=write_alias())

    def _lock(self, snippet: HelpSnippet, *keys: str) -> HelpSnippet:
        """Lock a snippet, and before it the texts that name it by this key or one that it gets."""
        self.require_own(snippet)
        rows = HelpSnippet.objects.using(write_alias()).for_tenant(self.tenant)
        own = rows.filter(pk=snippet.pk)
        # The caller's may have its new key already.
        now = own.values_list("key", flat=True).first()
        hold_texts_of(self.tenant.pk, [now or snippet.key, *keys])
        locked = own.select_for_update(of=("self",)).select_related("last_updated_by").first()
        if locked is None:
            raise ArticleConflict(_("The snippet was deleted meanwhile. Nothing was saved."))
        if locked.key != now:
            message = _("The snippet is called “%(key)s” now. Nothing was saved; reload the page.")
            raise ArticleConflict(message % {"key": locked.key})
        return locked

    def _require_publisher(self, key: str) -> None:
        if self.uses(key).are_published:
            self.require(PUBLISH)

    def _require_fit(self, snippet: HelpSnippet, *, check: bool) -> None:
        """Require what readers of published articles are owed, where there are any."""
        if not self.uses(snippet.key).are_published:
            return
        self.require(PUBLISH)
        if check:
            found = check_snippet(snippet, using=write_alias())
            refuse_problems(as_sentence(each) for each in found if each.severity == "error")

    def _refuse_loss(self, key: str, language: str) -> None:
        """Refuse to take from texts what they name, unless the one in the site's language stays."""
        site = default_language()
        others = HelpSnippet.objects.for_tenant(self.tenant).filter(key=key, language=site)
        if language != site and others.exists():
            return
        uses = self.uses(key)
        names = [*uses.articles.values_list("title", flat=True)[:1]]
        names += [*uses.drafts.values_list("article__title", flat=True)[:1]]
        names += [*uses.templates.values_list("name", flat=True)[:1]]
        if names:
            message = _(
                "“%(title)s” uses the snippet “%(key)s”, which keeps its key and language "
                "and is not deleted as long as a text names it."
            )
            raise ValidationError(message % {"title": names[0], "key": key}, code="in_use")

    def _save(self, snippet: HelpSnippet) -> None:
        named = snippet.file_keys if snippet.pk else ()
        message = _("There is a snippet “%(key)s” in this language.") % {"key": snippet.key}
        is_taken = {_CONSTRAINT: refusal("key", message, "unique")}
        with refuse_breaches(is_taken, using=write_alias()):
            snippet.save()
            note_last_use(self.tenant.pk, named, text=snippet.content, using=write_alias())


def validate_snippet(snippet: HelpSnippet) -> None:
    """Raise ValidationError for what no snippet may be; uniqueness is left to the constraint."""
    snippet.description = " ".join(snippet.description.split())
    if len(snippet.content) > MAX_SNIPPET_LENGTH:
        message = _("The text has %(length)s characters; a snippet may have at most %(limit)s.")
        numbers = {"length": len(snippet.content), "limit": MAX_SNIPPET_LENGTH}
        raise ValidationError({"content": message % numbers})
    refuse_unstorable(snippet, ("key", "language", "description", "content", "source"))
    snippet.clean_fields(exclude=["tenant", "last_updated_by"])
    document = parse_document(snippet.content, snippets=Snippets())
    if document.references:
        message = _("Line %(line)d: a snippet cannot hold another snippet (“%(key)s”).")
        first = document.references[0]
        raise ValidationError({"content": message % {"line": first.line, "key": first.key}})
    if _leaves_something_open(snippet.content):
        message = _(
            "Close what the text opens: a code block (```), a note (:::), or a comment (<!--)."
        )
        raise ValidationError({"content": message})


def _leaves_something_open(content: str) -> bool:
    """Tell whether what follows a text would be taken as a part of it, away from the page."""
    tokens = parse_document(content + _AFTERWARDS).tokens
    last = tokens[-3:]
    return (
        len(last) < 3
        or last[0].type != "paragraph_open"
        or last[0].level > 0
        or (last[1].content != _AFTERWARDS.strip())
    )


def _refuse_unknown(fields: dict[str, Any]) -> None:
    unknown = sorted(fields.keys() - WRITABLE)
    if unknown:
        raise TypeError(f"These are no fields of a snippet that can be set: {', '.join(unknown)}.")
