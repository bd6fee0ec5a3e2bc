"""The page of a category."""

from __future__ import annotations

from django.db.models import Model
from django.test import Client

from django_helpcenter.services.reading import PAGE_SIZE
from tests.factories import make_article, make_category


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_category_shows_its_articles_with_their_summaries(reader: Client, tenant: Model) -> None:
    category = make_category(tenant, "Sites", slug="sites", description="Places you visit.")
    make_article(tenant, "Add a site", category=category, summary="Address, pin and notes.")
    page = html(reader, "/help/c/sites/")
    for expected in ("Places you visit.", "Add a site", "Address, pin and notes."):
        assert expected in page


def test_category_shows_what_is_below_it_under_its_own_heading(
    reader: Client, tenant: Model
) -> None:
    top = make_category(tenant, "Mobile app", slug="mobile")
    below = make_category(tenant, "Offline", slug="offline", parent=top)
    make_article(tenant, "Sync problems", category=below)
    page = html(reader, "/help/c/mobile/")
    assert page.index('<a href="/help/c/offline/">Offline</a></h2>') < page.index("Sync problems")


def test_articles_of_the_category_itself_come_first(reader: Client, tenant: Model) -> None:
    top = make_category(tenant, "Mobile app", slug="mobile")
    make_article(tenant, "A below", category=make_category(tenant, "Offline", parent=top))
    make_article(tenant, "B above", category=top)
    page = html(reader, "/help/c/mobile/")
    assert page.index("B above") < page.index("A below")


def test_articles_stand_in_their_order(reader: Client, tenant: Model) -> None:
    category = make_category(tenant, "Sites", slug="sites")
    make_article(tenant, "A second", category=category, display_order=2)
    make_article(tenant, "Z first", category=category, display_order=1)
    page = html(reader, "/help/c/sites/")
    assert page.index("Z first") < page.index("A second")


def test_breadcrumb_leads_from_the_top_to_here(reader: Client, tenant: Model) -> None:
    top = make_category(tenant, "Mobile app", slug="mobile")
    below = make_category(tenant, "Offline", slug="offline", parent=top)
    make_article(tenant, category=below)
    page = html(reader, "/help/c/offline/")
    assert '<li><a href="/help/c/mobile/">Mobile app</a></li>' in page
    assert '<li><span aria-current="page">Offline</span></li>' in page


def test_category_below_with_nothing_to_read_is_not_named(reader: Client, tenant: Model) -> None:
    top = make_category(tenant, "Mobile app", slug="mobile")
    make_article(tenant, category=top)
    secret = make_category(tenant, "Margins", parent=top)
    make_article(tenant, "Margin table", category=secret, target_roles=["dispatcher"])
    page = html(reader, "/help/c/mobile/")
    assert "Margin" not in page


def test_long_category_has_pages(reader: Client, tenant: Model) -> None:
    category = make_category(tenant, "Sites", slug="sites")
    for number in range(PAGE_SIZE + 1):
        make_article(tenant, f"Article {number:02}", category=category)
    first, second = html(reader, "/help/c/sites/"), html(reader, "/help/c/sites/?page=2")
    last = f"Article {PAGE_SIZE:02}"
    assert last not in first
    assert last in second
    assert 'rel="next" href="/help/c/sites/?page=2"' in first
    assert 'rel="prev" href="/help/c/sites/"' in second


def test_page_behind_the_last_is_not_found(reader: Client, tenant: Model) -> None:
    make_article(tenant, category=make_category(tenant, "Sites", slug="sites"))
    assert reader.get("/help/c/sites/?page=2").status_code == 404


def test_senseless_page_number_is_the_first_page(reader: Client, tenant: Model) -> None:
    make_article(tenant, category=make_category(tenant, "Sites", slug="sites"))
    for number in ("", "x", "-1", "1.5", "٣", "9" * 5000):
        assert reader.get("/help/c/sites/", {"page": number}).status_code == 200, number[:9]


def test_slug_may_be_in_any_script(reader: Client, tenant: Model) -> None:
    make_article(tenant, category=make_category(tenant, "أوامر العمل", slug="أوامر-العمل"))
    assert "أوامر العمل" in html(reader, "/help/c/أوامر-العمل/")


def test_icon_and_color_of_a_category_are_drawn(reader: Client, tenant: Model) -> None:
    category = make_category(tenant, "Sites", slug="sites", icon="map-pin", color="#a0b1c2")
    make_article(tenant, category=category)
    assert 'stroke="#a0b1c2"' in html(reader, "/help/c/sites/")


def test_icon_without_a_drawing_is_a_folder(reader: Client, tenant: Model) -> None:
    category = make_category(tenant, "Sites", slug="sites", icon="../../admin/base")
    make_article(tenant, category=category)
    assert '<path d="M3 7a2 2 0 0 1 2-2h4' in html(reader, "/help/c/sites/")
