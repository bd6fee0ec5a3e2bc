"""Articles whose words stand nowhere else, and what somebody might type to get at them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, SearchMode

#: Kind of reader → its roles; ``None`` is nobody who signed in, and staff has no role by itself.
READERS: dict[str, tuple[str, ...] | None] = {
    "anonymous": None,
    "reader": (),
    "dispatcher": ("dispatcher",),
    "manager": ("manager",),
    "both": ("dispatcher", "manager"),
    "staff": (),
}
EVERYBODY = frozenset(READERS)
DISPATCHERS = frozenset({"dispatcher", "both"})
MANAGERS = frozenset({"manager", "both"})
NOBODY: frozenset[str] = frozenset()

_TEXTS = {
    "en": (
        "Charge the battery before the first use and wait until the lamp is green.",
        "An invoice lists every order of the month; download it from the account page.",
        "Open the valve at the dock slowly, then read the pressure of the pump.",
    ),
    "de": (
        "Laden Sie den Akku vor dem ersten Gebrauch und warten Sie auf die Lampe.",
        "Eine Rechnung zeigt jeden Auftrag im Monat; laden Sie sie im Konto herunter.",
        "Drehen Sie das Ventil am Dock langsam und lesen Sie den Druck der Pumpe.",
    ),
}
#: What articles have in common, so what anybody may type.
SHARED_WORDS = tuple(sorted({word for texts in _TEXTS.values() for word in
                             re.findall(r"\w{4,}", " ".join(texts).lower())}))  # fmt: skip
SHARED_CODE, SHARED_TAG, SHARED_CATEGORY = "ERR-1042", "gear", "devices"
#: What everybody asks, and gets an editor's pick for.
SHARED_QUERY = "open the valve"
SHARED_PHRASES = ("the battery", "the valve", "every order", "den Akku", SHARED_CODE)


@dataclass(frozen=True, slots=True)
class Canaries:
    """The words that one article alone has; they share no parts, and no stemmer changes them."""

    title: str
    heading: str
    text: str
    summary: str
    tag: str
    category: str
    code: str

    @classmethod
    def invent(cls, rng: random.Random) -> Canaries:
        """Make up words of five syllables, and a code."""
        invented = [
            "".join(rng.choice("bdfgkmprtvz") + rng.choice("aiou") for _ in range(5)) + "x"
            for _ in fields(cls)
        ]
        return replace(cls(*invented), code=f"QX-{rng.randrange(10**6, 10**7)}")

    @property
    def words(self) -> frozenset[str]:
        """What gives the article away, in whatever place it stands."""
        return frozenset(part.removeprefix("QX-") for part in self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Plan:
    """An article: who sees it in the end, how it is made, and what happens to it once indexed."""

    name: str
    seen_by: frozenset[str]
    made: dict[str, Any]
    then: dict[str, Any]


def plans() -> tuple[Plan, ...]:
    """Return the articles of one tenant."""
    hour, now = timedelta(hours=1), timezone.now()
    dispatcher, manager = {"target_roles": ["dispatcher"]}, {"target_roles": ["manager"]}
    german, due, over = {"language": "de"}, {"publish_at": now + hour}, {"expire_at": now - hour}
    archived, draft = {"status": ArticleStatus.ARCHIVED}, {"status": ArticleStatus.DRAFT}
    return (
        Plan("draft", NOBODY, draft, {}),
        Plan("public", EVERYBODY, {}, {}),
        Plan("scheduled", NOBODY, due, {}),
        Plan("for dispatchers", DISPATCHERS, dispatcher, {}),
        Plan("public too", EVERYBODY, {"target_roles": ["all", "manager"]}, {}),
        Plan("withdrawn", NOBODY, {}, archived),
        Plan("German", EVERYBODY, german, {}),
        Plan("for managers", MANAGERS, manager, {}),
        Plan("expired", NOBODY, over, {}),
        Plan("German for managers", MANAGERS, {**german, **manager}, {}),
        Plan("for both", DISPATCHERS | MANAGERS, {"target_roles": ["dispatcher", "manager"]}, {}),
        Plan("scheduled for managers", NOBODY, {**due, **manager}, {}),
        Plan("restricted later", MANAGERS, {}, manager),
        Plan("German expired", NOBODY, {**german, **over}, {}),
        Plan("opened later", EVERYBODY, dispatcher, {"target_roles": []}),
        Plan("a draft again", NOBODY, {}, draft),
        Plan("in its time", EVERYBODY, {"publish_at": now - hour, "expire_at": now + hour}, {}),
        Plan("review", NOBODY, {"status": ArticleStatus.REVIEW}, {}),
    )  # fmt: skip


def article_text(canaries: Canaries, number: int, language: str) -> dict[str, Any]:
    """Return what an article says: but for its canaries, every third one says the same."""
    first, second = (_TEXTS[language][(number + step) % 3] for step in (0, 1))
    content = (
        f"{first} {canaries.text}\n\n## {canaries.heading}\n\n{second} {SHARED_CODE} "
        f"{canaries.code}\n\n### {SHARED_CATEGORY}\n\n{first}"
    )
    return {
        "title": f"Guide {canaries.title}",
        "summary": f"{second} {canaries.summary}",
        "content": content,
    }


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and how the search is narrowed, by names that every tenant knows."""

    text: str
    language: str | None = None
    category: str = ""
    tag: str = ""
    mode: SearchMode = SearchMode.HYBRID

    @property
    def typed(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.text.lower()))


def queries(canaries: Sequence[Canaries], seed: str, number: int) -> Iterator[Query]:
    """Yield random queries about these canaries and about what articles have in common."""
    rng = random.Random(seed)
    yield Query(SHARED_QUERY)
    for _ in range(1, number):
        mine = rng.choice(canaries)
        canary = rng.choice(mine.parts)
        text = rng.choice([
            " ".join(rng.sample(SHARED_WORDS, rng.randint(1, 4))),
            canary,
            f"{rng.choice(SHARED_WORDS)} {canary}",
            _mistyped(rng, canary),
            f"{_mistyped(rng, rng.choice(SHARED_WORDS))} {_mistyped(rng, canary)}",
            canary[: rng.randint(3, 8)],
            f"{SHARED_QUERY} {canary[:1]}",
            f'"{canary}"',
            f'{rng.choice(SHARED_WORDS)} "{rng.choice(SHARED_PHRASES)}"',
            f'"{SHARED_CODE} {mine.code}"',
            rng.choice([SHARED_CODE, mine.code, mine.code[:-1]]),
        ])  # fmt: skip
        yield Query(text, **rng.choice([*[{}] * 8, *_narrowings(rng, mine)]))


def _narrowings(rng: random.Random, mine: Canaries) -> list[dict[str, Any]]:
    return [
        {"language": rng.choice(["en", "de", "fr"])},
        {"category": rng.choice([SHARED_CATEGORY, mine.category])},
        {"tag": rng.choice([SHARED_TAG, mine.tag])},
        {"mode": rng.choice([SearchMode.LEXICAL, SearchMode.SEMANTIC])},
    ]


def _mistyped(rng: random.Random, word: str) -> str:
    """Return a word with a letter missing, wrong, doubled, or changed with the next one."""
    at = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return rng.choice([
        before + after,
        before + "e" + after,
        before + letter + letter + after,
        before + after[0] + letter + after[1:],
    ])  # fmt: skip
