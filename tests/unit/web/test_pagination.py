"""Links to the pages of a list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.test import RequestFactory

from django_helpcenter.web.pagination import Pager, make_pager


def pager(rf: RequestFactory, number: int, *, items: int = 100, query: str = "") -> Pager | None:
    return make_pager(rf.get(f"/x/?{query}"), Paginator(range(items), 10).page(number))


def test_single_page_has_no_links(rf: RequestFactory) -> None:
    assert pager(rf, 1, items=10) is None


def test_long_list_leaves_gaps(rf: RequestFactory) -> None:
    found = pager(rf, 5)
    assert found is not None
    assert [link.number for link in found.links] == [1, None, 4, 5, 6, None, 10]
    assert [link.number for link in found.links if link.is_current] == [5]


def test_first_and_last_page_have_one_way_to_go(rf: RequestFactory) -> None:
    first, last = pager(rf, 1), pager(rf, 10)
    assert first is not None
    assert last is not None
    assert (first.previous, first.next) == ("", "/x/?page=2")
    assert (last.previous, last.next) == ("/x/?page=9", "")


def test_links_keep_the_rest_of_the_query(rf: RequestFactory) -> None:
    found = pager(rf, 2, query="q=a%26b&page=2")
    assert found is not None
    assert found.previous == "/x/?q=a%26b"
    assert found.next == "/x/?q=a%26b&page=3"
