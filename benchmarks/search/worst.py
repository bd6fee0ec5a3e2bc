"""The worst queries: none may be slow, none may fail.

    python -m benchmarks.search.worst [--passages 100000] [--tenant half]

Two hundred queries of each kind that has ever made a search slow or fail, in the largest tenant, by
words and meaning, as large tenants are ranked. Milliseconds of a whole call.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from benchmarks import stage
from benchmarks.search.speed import TENANTS, use_database

STOP_WORDS = (
    "the of and is to in it that for on with as was at by this be are from or an have not but what "
    "all were when we there can your which their said if will each about how up out them then she "
    "many some so these would other into has more her two like him see time could no make than"
)
SCRIPTS = (
    "如何重置密码", "パスワードを再設定する方法", "비밀번호를 재설정하는 방법", "วิธีรีเซ็ตรหัสผ่านของฉัน",
    "كيف أعيد تعيين كلمة المرور", "כיצד לאפס את הסיסמה", "पासवर्ड कैसे रीसेट करें", "как сбросить пароль",
    "πώς επαναφέρω τον κωδικό", "ինչպես վերականգնել գաղտնաբառը",
)  # fmt: skip
CODES = (
    "ERR-1042", "api/v2/help-center/articles/{id}", "HELP_CENTER_TENANT_MODEL", "v2.3.1",
    "SELECT * FROM t WHERE a = 'b' -- c", "<script>alert(1)</script>", "${jndi:ldap://x}", "%s%d%n",
    "0x7fffffffdeadbeef", "a" * 512, "-" * 512, "1" * 512, "a1-" * 170, "user@example.com",
    "C:\\a\\b.ini",
)  # fmt: skip
OPERATORS = ("&", "|", "!", "<->", "<2>", "(", ")", ":*", ":A", "*", "%", "_", "\\", "'", '"', "''")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--tenant", choices=TENANTS, default=TENANTS[0])
    arguments = parser.parse_args()
    use_database(arguments.passages)
    from benchmarks.search.corpus import Corpus
    from django_helpcenter.models import HelpTenant
    from django_helpcenter.services.search import SearchService

    service = SearchService(tenant=HelpTenant.objects.get(slug=arguments.tenant))
    service.hybrid_search("warm up", record=False)
    kinds: dict[str, list[float]] = {}
    limited: list[str] = []
    for kind, query in _queries(Corpus().words):
        started = time.perf_counter()
        results = service.hybrid_search(query, record=False)
        kinds.setdefault(kind, []).append((time.perf_counter() - started) * 1000)
        if results.degraded:
            limited.append(query)
    stage.table(
        ["kind", "queries", "p50", "slowest"],
        [
            [kind, len(times), f"{stage.median(times):.1f}", f"{max(times):.1f}"]
            for kind, times in kinds.items()
        ],
    )
    print(f"{sum(map(len, kinds.values()))} queries, {len(limited)} stopped by the time limit")


def _queries(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield queries with their kind; ``words`` are those of the passages, the commonest first."""
    stop = STOP_WORDS.split()
    for start in range(0, len(stop), 4):
        yield "stop words", " ".join(stop[start : start + 60])
    for word in words[:50]:
        yield "one common word", word
    for start in range(0, 300, 20):
        yield "60 common words", " ".join(words[start : start + 60])
    for start in range(0, 40_000, 4_000):
        yield "60 words from common to rare", " ".join(words[start : start + 6_000 : 100])
    for start in range(0, 60, 3):
        phrases = [f'"{words[start + n]} {words[start + n + 1]}"' for n in range(5)]
        yield "phrases of common words", " ".join(phrases)
    for word in words[:10]:
        yield "one word, many times", " ".join([word] * 60)
    for operator in OPERATORS:
        yield "operators", operator
        yield "operators", f" {operator} ".join(words[:20])
    for text in SCRIPTS:
        yield "scripts", text
        yield "scripts", f"{text} {text[::-1]} {' '.join(words[:20])}"
    for code in CODES:
        yield "codes", code
        yield "codes", f"{code} {' '.join(words[:40])}"


if __name__ == "__main__":
    main()
