"""Ask a page as somebody, and keep what that person could tell from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_helpcenter.conf import conf

#: SQL that may write; a lock only costs another look.
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY)\b")
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')
#: Headers that differ from request to request.
_VOLATILE = frozenset({"Content-Length", "Expires"})

#: (table, key of the tenant) → number of rows and a sum over their contents.
State = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the key that stood in the address reads KEY.

    ``written`` names the tables that changed, with the tenant whose rows they are.
    """

    status: int
    headers: Mapping[str, str]
    cookies: frozenset[str]
    messages: tuple[str, ...]
    text: str
    queries: int
    written: frozenset[tuple[str, str]]

    @property
    def told(self) -> str:
        """All words that reached the person."""
        return "\n".join([self.text, *self.headers.values(), *self.messages]).lower()

    def words(self, words: Iterable[str]) -> set[str]:
        """Return which of these words reached the person."""
        return {word for word in words if word.lower() in self.told}

    def difference(self, other: Answer) -> str:
        """Return what a person could tell this from another answer by, "" for nothing."""
        ours, theirs = (replace(each, text="", queries=0) for each in (self, other))
        if ours != theirs:
            return f"{ours} is not {theirs}"
        lines = unified_diff(self.text.split("\n"), other.text.split("\n"), lineterm="", n=0)
        return " ".join(lines)[:500]


def ask(client: Client, method: str, url: str, data: Any = None, *, key: str = "") -> Answer:
    """Send a request and undo what it did to the database and to the cookies.

    ``data`` is sent with POST alone.
    """
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            send = getattr(client, method.lower())
            response = send(url, data) if method == "POST" and data else send(url)
        statements = [query["sql"] for query in queries.captured_queries]
        after = stored_state() if any(map(_WRITES.search, statements)) else None
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept)
    # What was undone is again as it was before.
    written = frozenset() if after is None else _changes(stored_state(), after)
    return _answer(response, key, len(statements), written)


def _answer(response: Any, key: str, queries: int, written: frozenset[tuple[str, str]]) -> Answer:
    named = _key_pattern(key)

    def mask(text: str) -> str:
        return named.sub("KEY", text) if named else text

    return Answer(
        status=response.status_code,
        headers={k: mask(v) for k, v in response.headers.items() if k not in _VOLATILE},
        cookies=frozenset(response.cookies),
        messages=tuple(mask(str(each)) for each in get_messages(response.wsgi_request)),
        text=mask(_TOKEN.sub(r"\1TOKEN", response.content.decode("utf-8", "replace"))),
        queries=queries,
        written=written,
    )


def _key_pattern(key: str) -> re.Pattern[str] | None:
    """Return where a page repeats a key: a number counts within an address or in quotes alone."""
    if not key:
        return None
    return re.compile(rf"(?<=[/“]){key}(?=[/”])" if key.isdigit() else rf"(?<![\w-]){key}(?![\w-])")


def _changes(before: State, after: State) -> frozenset[tuple[str, str]]:
    return frozenset(key for key in {**before, **after} if before.get(key) != after.get(key))


def stored_state() -> State:
    """Return the number of rows and a sum over their contents, for each table and tenant."""
    with connection.cursor() as cursor:
        cursor.execute(_state_sql())
        return {(table, tenant): (rows, total) for table, tenant, rows, total in cursor.fetchall()}


def _state_sql() -> str:
    parts = []
    for model in [
        *apps.get_app_config("help_center").get_models(include_auto_created=True),
        apps.get_model(conf.TENANT_MODEL),
        apps.get_model("admin", "LogEntry"),
    ]:
        if model._meta.swapped:
            continue
        columns = {field.column for field in model._meta.local_fields}
        tenant = "tenant_id::text" if "tenant_id" in columns else "''"
        table = model._meta.db_table
        parts.append(
            f"SELECT '{table}', {tenant}, count(*), "  # noqa: S608 - names of our own tables
            f"sum(hashtextextended(t::text, 0)) FROM {table} t GROUP BY 2"
        )
    return " UNION ALL ".join(dict.fromkeys(parts))
