"""What the editor asks while somebody writes: checks of the text, articles to link to."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse


@pytest.fixture
def checks(editor_client: Client) -> Any:
    return lambda **data: editor_client.post(check_url(), {"title": "T", "summary": "S", **data})


def check_url() -> str:
    return reverse("admin:help_center_helparticle_check")


def find_url() -> str:
    return reverse("admin:help_center_helparticle_find")


def found(client: Client, **query: Any) -> list[dict[str, Any]]:
    response = client.get(find_url(), query)
    assert response.status_code == 200
    articles: list[dict[str, Any]] = response.json()["articles"]
    return articles


# Checks


def test_checks_name_the_line_and_the_field(checks: Any) -> None:
    data = checks(summary="", content="One\n\n![](/x.png)").json()
    assert [(each["code"], each["line"], each["field"]) for each in data["problems"]] == [
        ("missing_summary", None, "summary"),
        ("image_without_alternative", 3, "content"),
    ]
    assert data["problems"][1]["message"].startswith("Line 3: ")
    assert data["status"] == "1 error keeps this from being published. 1 hint."


def test_checks_of_a_text_in_order_say_so(checks: Any) -> None:
    data = checks(content="Hold the button.").json()
    assert data["problems"] == []
    assert data["status"] == "No problems found."
    assert data["length"] == "3 words · 1 minute to read"


def test_checks_tell_how_easy_a_text_is(checks: Any) -> None:
    english = "The cat sat on the mat and ran to me. " * 12
    assert checks(content=english).json()["length"].endswith("reading ease 112 (easy)")
    german = "Die Katze sitzt ungern auf dem Kofferraumdeckel. " * 20
    data = checks(content=german, language="de").json()
    assert data["length"].endswith("LIX 21 (easy)")


def test_outline_has_headings_and_lines(checks: Any) -> None:
    (heading,) = checks(content="text\n\n## <b>One</b>").json()["headings"]
    assert (heading["level"], heading["text"], heading["line"]) == (2, "<b>One</b>", 3)


def test_list_of_problems_is_bounded_and_keeps_the_errors(checks: Any) -> None:
    content = "## \n\n" * 60 + "![](/x.png)"
    data = checks(content=content).json()
    assert len(data["problems"]) <= 31
    assert data["problems"][-1]["severity"] == "error"
    assert "60 hints" in data["status"]


def test_checks_know_the_roles_of_the_form(checks: Any, tenant: Any, make_article: Any) -> None:
    target = make_article(tenant, status="PUBLISHED", target_roles=["staff"])
    content = f"[there](article:{target.pk})"
    assert checks(content=content).json()["problems"][0]["code"] == "narrower_link"
    assert checks(content=content, target_roles="staff").json()["problems"] == []


def test_checks_look_up_links_in_the_tenant_of_the_form(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    foreign = make_article(other_tenant, status="PUBLISHED")
    data = {"title": "T", "summary": "S", "content": f"[there](article:{foreign.pk})"}

    def codes(tenant_of_form: Any) -> list[str]:
        response = root_client.post(f"{check_url()}?tenant={tenant_of_form.pk}", data)
        return [each["code"] for each in response.json()["problems"]]

    assert codes(tenant) == ["broken_link"]
    assert codes(other_tenant) == []


def test_tenant_of_somebody_else_is_not_looked_into(
    editor_client: Client, other_tenant: Any, make_article: Any
) -> None:
    foreign = make_article(other_tenant, title="Secret", status="PUBLISHED")
    data = {"title": "T", "summary": "S", "content": f"[there](article:{foreign.pk})"}
    by_tenant = editor_client.post(f"{check_url()}?tenant={other_tenant.pk}", data)
    assert by_tenant.json()["problems"][0]["code"] == "broken_link"
    by_category = editor_client.post(check_url(), {**data, "category": foreign.category_id})
    assert by_category.json()["problems"] == []
    assert found(editor_client, q="secret", tenant=other_tenant.pk) == []


def test_checks_store_nothing(editor_client: Client, tenant: Any, make_article: Any) -> None:
    article = make_article(tenant)
    editor_client.post(check_url(), {"title": "Other", "content": "Other"})
    article.refresh_from_db()
    assert article.title == "Pair a scanner"


def test_checks_of_nothing_answer(editor_client: Client) -> None:
    assert editor_client.post(check_url()).status_code == 200


def test_checks_are_only_posted_and_need_the_token(editor_client: Client, editor: Any) -> None:
    assert editor_client.get(check_url()).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(check_url(), {"content": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("permission", "check_status", "find_status"),
    [
        ("change_helparticle", 200, 200),
        ("add_helparticle", 200, 403),
        ("view_helparticle", 403, 403),
    ],
)
def test_help_is_for_those_who_write(
    editor_client: Client, editor: Any, permission: str, check_status: int, find_status: int
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename=permission))
    assert editor_client.post(check_url(), {"content": "x"}).status_code == check_status
    assert editor_client.get(find_url()).status_code == find_status


# Search


def test_search_gives_what_a_link_needs(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    assert found(editor_client, q="pair") == [
        {
            "reference": f"article:{article.pk}",
            "title": "Pair a scanner",
            "language": "en",
            "category": "Devices",
            "badges": [],
        }
    ]


@pytest.mark.parametrize(
    ("fields", "badges"),
    [
        ({"status": "DRAFT"}, ["Draft"]),
        ({"status": "PUBLISHED", "publish_at": "2999-01-01T00:00Z"}, ["Scheduled"]),
        ({"status": "PUBLISHED", "expire_at": "2001-01-01T00:00Z"}, ["Expired"]),
        ({"status": "PUBLISHED", "target_roles": ["staff", "driver"]}, ["driver, staff"]),
        ({"status": "ARCHIVED", "target_roles": ["staff"]}, ["Archived", "staff"]),
    ],
)
def test_what_readers_do_not_see_has_a_badge(
    editor_client: Client,
    tenant: Any,
    make_article: Any,
    fields: dict[str, Any],
    badges: list[str],
) -> None:
    make_article(tenant, **fields)
    (article,) = found(editor_client, q="pair")
    assert [badge["text"] for badge in article["badges"]] == badges


def test_search_is_within_the_tenant_of_the_form(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    make_article(tenant, title="Ours")
    make_article(other_tenant, title="Theirs")
    assert [each["title"] for each in found(root_client, tenant=tenant.pk)] == ["Ours"]
    assert found(root_client) == []


def test_search_takes_no_post(editor_client: Client) -> None:
    assert editor_client.post(find_url()).status_code == 405


def test_answers_are_not_kept(editor_client: Client) -> None:
    assert "no-store" in editor_client.get(find_url()).headers["Cache-Control"]
    assert "no-store" in editor_client.post(check_url()).headers["Cache-Control"]
