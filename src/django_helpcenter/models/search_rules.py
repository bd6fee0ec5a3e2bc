"""What editors know better than the ranking: synonyms, and articles that belong to a query."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import search_config
from django_helpcenter.content.lexemes import asked_tokens, has_word, query_key, without_runs
from django_helpcenter.models.articles import HelpArticle, default_language
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.search_vectors import synonym_search_vector

#: Lines of a field, and characters of a line.
MAX_LINES, MAX_LINE_LENGTH = 30, 100
#: A position further down is no pick.
LAST_PICK = 20


class HelpSynonym(TenantAwareModel):
    """Words that mean the same to the readers of a tenant.

    One word or phrase a line. Without meanings, whoever asks for one of the terms finds the others
    too; with meanings, whoever asks for a term finds the meanings too, not the other way round.
    ``lines`` and ``tokens`` are what the search reads of them, made when saving.
    """

    language = models.CharField(_("language"), max_length=16, default=default_language)
    terms = models.TextField(
        _("words or phrases"),
        help_text=_("One a line. Without meanings they all mean the same: at least two."),
    )
    meanings = models.TextField(
        _("meanings"),
        blank=True,
        help_text=_(
            "One a line. Who asks for one of the words above finds these too, not the other way "
            "round. Leave this empty for words that all mean the same."
        ),
    )
    lines = models.JSONField(default=dict, editable=False)
    tokens = ArrayField(models.TextField(), default=list, editable=False)
    search_config = models.CharField(max_length=20, default="simple", editable=False)
    search_vector = models.GeneratedField(
        expression=synonym_search_vector(), output_field=SearchVectorField(), db_persist=True
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["terms", "pk"]
        indexes = [models.Index(fields=["tenant", "search_config"], name="help_synonym_idx")]

    def __str__(self) -> str:
        means = " → " + ", ".join(self.meanings.splitlines()) if self.meanings else ""
        return ", ".join(self.terms.splitlines()) + means

    def clean(self) -> None:
        """Check the lines; raises ValidationError."""
        errors: dict[str, Any] = {
            name: message
            for name in ("terms", "meanings")
            if (message := _fault(getattr(self, name).splitlines()))
        }
        if not errors and not _lines(self.terms):
            errors["terms"] = _("Give a word or phrase.")
        elif not errors and not _lines(self.meanings) and len(_lines(self.terms)) < 2:
            errors["terms"] = _("Give a second word that means the same, or a meaning.")
        if errors:
            raise ValidationError(
                {name: ValidationError(text, code="invalid") for name, text in errors.items()}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with what the search reads brought in step."""
        self.terms = "\n".join(_lines(self.terms))
        self.meanings = "\n".join(_lines(self.meanings))
        self.search_config = search_config(self.language)
        self.tokens = asked_tokens(self.terms)
        self.lines = {
            "terms": [_readable(line) for line in self.terms.splitlines()],
            "meanings": [_readable(line) for line in self.meanings.splitlines()],
        }
        super().save(*args, **kwargs)


class HelpPinnedResult(TenantAwareModel):
    """An article that comes first for a query, whatever the ranking says.

    ``key`` is the query without case, accents and punctuation: what asks the same.
    """

    query = models.CharField(
        _("query"),
        max_length=200,
        help_text=_("The whole query. Case, accents and punctuation make no difference."),
    )
    key = models.CharField(max_length=200, editable=False)
    article = models.ForeignKey(
        HelpArticle, on_delete=models.CASCADE, related_name="+", verbose_name=_("article")
    )
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_PICK)],
        help_text=_("Of several picks for one query the lowest comes first."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned result")
        verbose_name_plural = _("pinned results")
        ordering = ["key", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key", "article"],
                name="help_pinned_uniq",
                violation_error_message=_("This article is pinned to this query already."),
            ),
        ]

    def __str__(self) -> str:
        return self.query

    def clean(self) -> None:
        """Bring the key in step, which names the row; raises ValidationError."""
        self.key = query_key(self.query)
        if not self.key:
            unfit = ValidationError(_("Give a query with a letter or a digit."), code="required")
            raise ValidationError({"query": unfit})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the key brought in step."""
        self.key = query_key(self.query)
        super().save(*args, **kwargs)


def _lines(text: str) -> list[str]:
    """Return the lines of a field, without empty ones and repetitions."""
    return list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))


def _fault(lines: list[str]) -> str:
    """Say what is wrong with the lines of a field, "" when nothing is."""
    if len(lines) > MAX_LINES:
        return _("Give at most %(limit)s lines.") % {"limit": MAX_LINES}
    for line in filter(str.strip, lines):
        if len(line) > MAX_LINE_LENGTH:
            return _("“%(line)s…” is too long: at most %(limit)s characters.") % {
                "line": line[:30],
                "limit": MAX_LINE_LENGTH,
            }
        if not has_word(line):
            return _("“%(line)s” has no letter and no digit.") % {"line": line}
    return ""


def _readable(line: str) -> dict[str, Any]:
    """Return a line as the search takes queries apart."""
    return {"words": " ".join(without_runs(line).split()), "tokens": asked_tokens(line)}
