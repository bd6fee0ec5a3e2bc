"""One article of the demo in three languages; making it twice changes nothing."""

from __future__ import annotations

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.types import SYSTEM
from larchwork.models import Organization

SLUG = "change-your-language"

ENGLISH = """\
Larchwork speaks English, German and Spanish.

1. Open your name, at the top right, and choose **Profile**.
2. Choose a language under **Language**.
3. Press **Save**. The app on your phone follows at its next sync.

Texts that your team has written, such as custom fields, are not translated.
"""

#: What the English text said when the Spanish one was written.
FORMER = ENGLISH.replace("Press **Save**. The app", "The page changes at once. The app")

GERMAN = """\
Larchwork gibt es auf Deutsch, Englisch und Spanisch.

1. Öffnen Sie rechts oben Ihren Namen und wählen Sie **Profil**.
2. Wählen Sie unter **Sprache** eine Sprache.
3. Drücken Sie **Speichern**. Die App auf dem Telefon folgt beim nächsten Abgleich.

Texte Ihres Teams, etwa eigene Felder, werden nicht übersetzt.
"""

SPANISH = """\
Larchwork está en español, inglés y alemán.

1. Abra su nombre, arriba a la derecha, y elija **Perfil**.
2. Elija un idioma en **Idioma**.
3. La página cambia en el acto. La aplicación del teléfono lo hace en la próxima sincronización.

Los textos de su equipo, como los campos propios, no se traducen.
"""


def make_translations(organization: Organization) -> None:
    """Create an article with a translation that is up to date and one that is outdated."""
    if HelpArticle.objects.filter(tenant=organization, slug=SLUG).exists():
        return
    knowledge = KnowledgeService(tenant=organization, actor=SYSTEM)
    original = knowledge.create_article(
        title="Change your language",
        summary="Where to choose the language that Larchwork speaks to you.",
        slug=SLUG,
        content=FORMER,
        category=knowledge.ensure_category(name="Getting started"),
        status=ArticleStatus.PUBLISHED,
    )
    _translate(original, "es", "Cambiar de idioma", "Dónde se elige el idioma.", SPANISH)
    original = knowledge.update_article(
        original, content=ENGLISH, note="The page asks to save by now."
    )
    _translate(original, "de", "Sprache ändern", "Wo Sie die Sprache wählen.", GERMAN)


def _translate(
    original: HelpArticle, language: str, title: str, summary: str, content: str
) -> None:
    tenant = original.tenant
    draft = TranslationService(tenant=tenant, actor=SYSTEM).start(original, language)
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        draft, title=title, summary=summary, content=content, status=ArticleStatus.PUBLISHED
    )
