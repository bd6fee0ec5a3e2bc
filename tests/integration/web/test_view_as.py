"""Staff who look at the pages as readers with other roles do."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.test import Client
from django.utils.http import urlencode

from django_helpcenter.conf import conf
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpSearchHistory,
    get_tenant_model,
)
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from django_helpcenter.web.view_as import SESSION_KEY
from django_helpcenter.web.visitors import COOKIE_NAME
from tests.factories import index, make_article, make_author, make_category, make_user
from tests.images import svg
from tests.integration.web.conftest import BROWSER

SWITCH = "/help/view-as/"
BANNER = "You see this page as"


def acme_alone(user: Any) -> QuerySet[Any]:
    """All staff of these tests works for Acme."""
    return get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: "acme"})


@pytest.fixture(autouse=True)
def policy(settings: Any) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.acme_alone"


def signed_in(user: Any) -> Client:
    client = Client(headers={"user-agent": BROWSER})
    client.force_login(user)
    return client


@pytest.fixture
def writer(tenant: Model) -> Any:
    """A member of staff who may look at articles and has the role "dispatcher" themselves."""
    user = make_author("wanda", "view_helparticle")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get_or_create(name="dispatcher")[0])
    Group.objects.get_or_create(name="guest")
    return user


@pytest.fixture
def staff(writer: Any) -> Client:
    return signed_in(writer)


@pytest.fixture
def articles(tenant: Model) -> dict[str, HelpArticle]:
    """An article for everybody and one for each of two roles, alone in their categories."""
    made = {}
    for name, roles in (("open", []), ("dispatcher", ["dispatcher"]), ("guest", ["guest"])):
        key = FileService(tenant=tenant, actor=SYSTEM).add(
            svg(f"<title>{name}</title>"), name=f"{name}.svg"
        )
        made[name] = make_article(
            tenant,
            f"Scanner {name}",
            slug=name,
            category=make_category(tenant, f"Topic {name}", slug=f"topic-{name}"),
            tags=["gear", f"tag {name}"],
            target_roles=roles,
            content=f"Text on the scanner. ![](image:{key.file_name})",
        )
    index(tenant)
    return made


def look_as(client: Client, *roles: str, **data: Any) -> Any:
    return client.post(SWITCH, {"role": list(roles), **data})


def picture(article: HelpArticle) -> str:
    return f"/help/files/{article.file_keys[0]}.svg" if article.file_keys else ""


# What is seen


@pytest.mark.parametrize(
    "url",
    ["/help/", "/help/t/gear/", "/help/search/?q=scanner", "/help/search/suggest/?q=scanner"],
)
@pytest.mark.parametrize(
    ("roles", "hidden"),
    [((), {"dispatcher", "guest"}), (("guest",), {"dispatcher"}), (("dispatcher",), {"guest"})],
)
def test_lists_show_what_the_roles_see(
    staff: Client, articles: dict[str, HelpArticle], url: str, roles: Any, hidden: set[str]
) -> None:
    look_as(staff, *roles)
    text = staff.get(url).content.decode()
    assert {name for name in articles if f"Scanner {name}" not in _unmarked(text)} == hidden


def _unmarked(text: str) -> str:
    return text.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("url", ["/help/a/{}/", "/help/a/{}.md", "/help/c/topic-{}/"])
def test_pages_of_articles_and_categories_are_those_of_the_roles(
    staff: Client, articles: dict[str, HelpArticle], url: str
) -> None:
    look_as(staff, "guest")
    statuses = {name: staff.get(url.format(name)).status_code for name in articles}
    assert statuses == {"open": 200, "guest": 200, "dispatcher": 404}


def test_files_are_those_of_the_roles(staff: Client, articles: dict[str, HelpArticle]) -> None:
    for article in articles.values():
        article.refresh_from_db()
    look_as(staff, "guest")
    statuses = {name: staff.get(picture(each)).status_code for name, each in articles.items()}
    assert statuses == {"open": 200, "guest": 200, "dispatcher": 404}


def test_feed_is_the_public_one_whatever_the_role(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    text = staff.get("/help/feed.atom").content.decode()
    assert "Scanner open" in text
    assert "Scanner guest" not in text


def test_person_sees_their_own_again_after_stopping(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    assert staff.get("/help/a/dispatcher/").status_code == 404
    staff.post(SWITCH, {"stop": "1"})
    response = staff.get("/help/a/dispatcher/")
    assert response.status_code == 200
    assert BANNER not in response.content.decode()


@pytest.mark.parametrize(
    "url",
    ["/help/", "/help/search/?q=scanner", "/help/a/open/", "/help/t/gear/", "/help/a/nothing/"],
)
def test_every_page_says_whom_it_is_shown_as(
    staff: Client, articles: dict[str, HelpArticle], url: str
) -> None:
    look_as(staff, "guest")
    assert f"{BANNER} readers with the role “guest” do." in staff.get(url).content.decode()


def test_article_that_the_role_does_not_see_is_named_with_who_does(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    text = staff.get("/help/a/dispatcher/").content.decode()
    assert "“Scanner dispatcher” is not visible to “guest”." in text
    assert "Visible to: dispatcher." in text


def test_draft_is_named_with_its_status(staff: Client, tenant: Model) -> None:
    make_article(tenant, "Plans", slug="plans", status="DRAFT")
    look_as(staff, "guest")
    assert "No reader sees it now (status: Draft" in staff.get("/help/a/plans/").content.decode()


def test_hidden_article_is_not_named_without_looking_as_somebody(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    assert "Scanner guest" not in staff.get("/help/a/guest/").content.decode()


def test_article_of_another_tenant_is_not_named(staff: Client, other_tenant: Model) -> None:
    make_article(other_tenant, "Globex secret", slug="secret")
    look_as(staff, "guest")
    assert "Globex" not in staff.get("/help/a/secret/").content.decode()


# Who may


@pytest.mark.parametrize(
    ("is_staff", "is_active", "permissions", "status"),
    [
        (True, True, ("view_helparticle",), 302),
        (True, True, ("change_helparticle",), 302),
        (True, True, ("view_helpcategory",), 404),
        (True, True, (), 404),
        (False, True, ("view_helparticle",), 404),
    ],
)
def test_who_sees_the_articles_in_the_admin_may_look_as_others(
    tenant: Model, is_staff: bool, is_active: bool, permissions: tuple[str, ...], status: int
) -> None:
    user = make_author("paula", *permissions)
    user.is_staff, user.is_active = is_staff, is_active
    user.save()
    client = signed_in(user)
    assert look_as(client).status_code == status
    assert ("hc-view-as" in client.get("/help/").content.decode()) == (status == 302)


def test_nobody_else_may(reader: Client, dispatcher: Client, tenant: Model) -> None:
    for client in (reader, dispatcher):
        assert look_as(client).status_code == 404
        assert "hc-view-as" not in client.get("/help/").content.decode()


def test_staff_of_another_tenant_may_not(
    staff: Client, tenant: Model, other_tenant: Model, settings: Any
) -> None:
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.globex"
    assert look_as(staff).status_code == 404
    assert SESSION_KEY not in staff.session


def globex(request: Any) -> Any:
    """The tenant of all requests."""
    return get_tenant_model()._default_manager.get(**{conf.TENANT_SLUG_FIELD: "globex"})


def test_choice_does_not_count_in_another_tenant(
    tenant: Model, other_tenant: Model, articles: dict[str, HelpArticle], settings: Any
) -> None:
    make_article(other_tenant, "Globex secret", slug="secret", target_roles=["guest"])
    root = signed_in(get_user_model().objects.create_superuser("root"))
    settings.HELP_CENTER_ADMIN_TENANTS = (
        "django_helpcenter.services.tenant_access.all_or_sole_tenant"
    )
    Group.objects.get_or_create(name="guest")
    look_as(root, "guest")
    assert root.get("/help/a/guest/").status_code == 200
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.globex"
    response = root.get("/help/a/secret/")
    assert response.status_code == 404
    assert BANNER not in response.content.decode()


def test_role_that_the_tenant_does_not_offer_is_refused(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    for role in ("nobody", "all", "<script>"):
        assert look_as(staff, role).status_code == 400
    assert SESSION_KEY not in staff.session


def test_role_that_is_none_any_more_counts_no_longer(
    staff: Client, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    Group.objects.get(name="guest").delete()
    response = staff.get("/help/a/guest/")
    assert response.status_code == 404
    assert BANNER not in response.content.decode()


def test_who_loses_the_permission_sees_their_own_again(
    staff: Client, writer: Any, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    writer.user_permissions.clear()
    assert staff.get("/help/a/guest/").status_code == 404
    assert staff.get("/help/a/dispatcher/").status_code == 200


# How it is switched


def test_link_switches_nothing(staff: Client, tenant: Model) -> None:
    assert staff.get(f"{SWITCH}?{urlencode({'role': 'guest'})}").status_code == 405
    staff.get("/help/?view_as=guest&role=guest")
    assert SESSION_KEY not in staff.session


def test_form_of_another_site_switches_nothing(writer: Any) -> None:
    client = Client(enforce_csrf_checks=True, headers={"user-agent": BROWSER})
    client.force_login(writer)
    assert look_as(client, "guest").status_code == 403
    assert SESSION_KEY not in client.session


def test_choice_leads_back_to_the_page(staff: Client, tenant: Model) -> None:
    assert look_as(staff, next="/help/search/?q=x").url == "/help/search/?q=x"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""]
)
def test_choice_leads_to_no_other_site(staff: Client, tenant: Model, address: str) -> None:
    assert look_as(staff, next=address).url == "/help/"


def test_choice_ends_with_the_session(
    staff: Client, writer: Any, articles: dict[str, HelpArticle]
) -> None:
    look_as(staff, "guest")
    staff.logout()
    staff.force_login(writer)
    assert BANNER not in staff.get("/help/").content.decode()


# What is left of it


def test_nothing_is_recorded(staff: Client, articles: dict[str, HelpArticle], writer: Any) -> None:
    search = HelpSearchHistory.objects.create(
        tenant_id=articles["open"].tenant_id, query="scanner", results_count=1, user=writer
    )
    look_as(staff, "guest")
    staff.get("/help/search/?q=scanner")
    staff.get(f"/help/a/open/?from={search.pk}-1")
    response = staff.post(f"/help/a/{articles['open'].pk}/vote/", {"helpful": "yes"})
    assert response.status_code == 302
    search.refresh_from_db()
    assert search.clicked_article is None
    assert HelpSearchHistory.objects.count() == 1
    assert not HelpArticleInteraction.objects.exists()
    assert COOKIE_NAME not in staff.cookies


def test_vote_is_not_offered(staff: Client, articles: dict[str, HelpArticle]) -> None:
    assert "hc-feedback" in staff.get("/help/a/open/").content.decode()
    look_as(staff)
    assert "hc-feedback__form" not in staff.get("/help/a/open/").content.decode()


@pytest.mark.parametrize(
    "url", ["/help/", "/help/a/open/", "/help/a/nothing/", "/help/feed.atom", "/help/sitemap.xml"]
)
def test_no_cache_keeps_what_is_shown(
    staff: Client, articles: dict[str, HelpArticle], url: str
) -> None:
    look_as(staff)
    response = staff.get(url)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_no_cache_keeps_a_public_picture(staff: Client, articles: dict[str, HelpArticle]) -> None:
    articles["open"].refresh_from_db()
    assert "public" in staff.get(picture(articles["open"]))["Cache-Control"]
    look_as(staff)
    caching = staff.get(picture(articles["open"]))["Cache-Control"]
    assert "public" not in caching
    assert "no-store" in caching


def test_readers_pay_nothing_for_it(
    reader: Client, articles: dict[str, HelpArticle], django_assert_num_queries: Any
) -> None:
    client = signed_in(make_user("plain"))
    client.get("/help/t/gear/")
    with django_assert_num_queries(5 + 3):  # the session, the user and their roles
        client.get("/help/t/gear/")
