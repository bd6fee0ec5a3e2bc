"""The preview of an article in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client, override_settings
from django.urls import reverse


@pytest.fixture
def url() -> str:
    return reverse("admin:help_center_helparticle_preview")


def test_preview_shows_the_text_as_readers_see_it(editor_client: Client, url: str) -> None:
    data = {
        "title": "Pairing <b>",
        "summary": "In short",
        "content": "# Pairing <b>\n\n**Hold** it.",
    }
    text = editor_client.post(url, data).content.decode()
    assert "<strong>Hold</strong>" in text
    assert (
        text.count("Pairing &lt;b&gt;</h1>") == 1
    )  # the heading that repeats the title is left out
    assert "In short" in text


def test_preview_links_to_published_articles_only(
    editor_client: Client, url: str, tenant: Any, make_article: Any
) -> None:
    open_article = make_article(tenant, title="Open", status="PUBLISHED")
    draft = make_article(tenant, title="Draft")
    content = f"[one](article:{open_article.pk}) [two](article:{draft.pk})"
    text = editor_client.post(url, {"title": "T", "content": content}).content.decode()
    assert f'<a href="{reverse("help_center:article", args=[open_article.slug])}">one</a>' in text
    assert "two</p>" in text


def test_preview_of_one_tenant_links_to_none_of_another(
    root_client: Client, url: str, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    foreign = make_article(other_tenant, title="Foreign", status="PUBLISHED")
    category = make_article(tenant).category
    data = {"content": f"[one](article:{foreign.pk})", "category": category.pk}
    assert "<p>one</p>" in root_client.post(url, data).content.decode()


def test_preview_shows_the_pictures_of_the_tenant(
    editor_client: Client, url: str, tenant: Any
) -> None:
    file = f"{'0a' * 16}.png"
    text = editor_client.post(url, {"content": f"![p](image:{file})"}).content.decode()
    address = reverse("admin:help_center_helpfile_content", args=[file])
    assert f'src="{address}"' in text


def test_preview_without_reader_pages_shows_links_as_words(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, title="Open", status="PUBLISHED")
    with override_settings(ROOT_URLCONF="tests.integration.admin.urls_without_reader_pages"):
        url = reverse("admin:help_center_helparticle_preview")
        response = editor_client.post(url, {"content": f"[one](article:{article.pk})"})
    assert "<p>one</p>" in response.content.decode()


def test_preview_knows_the_language_of_the_article(editor_client: Client, url: str) -> None:
    text = editor_client.post(url, {"content": "x", "language": "de"}).content.decode()
    assert '<main class="hc-article" lang="de">' in text


def test_preview_of_an_unknown_language_is_in_that_of_the_site(
    editor_client: Client, url: str
) -> None:
    text = editor_client.post(url, {"content": "x", "language": "../../x"}).content.decode()
    assert '<main class="hc-article" lang="en">' in text


def test_preview_is_inert(editor_client: Client, url: str) -> None:
    hostile = (
        "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n<img src=x onerror=alert(1)>"
    )
    data = {"title": hostile, "summary": hostile, "content": hostile}
    response = editor_client.post(url, data)
    text = response.content.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_preview_of_a_text_that_cannot_be_read_says_so(editor_client: Client, url: str) -> None:
    response = editor_client.post(url, {"content": "x" * 2_000_001})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


def test_preview_stores_nothing(
    editor_client: Client, url: str, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    editor_client.post(url, {"title": "Other", "content": "Other"})
    article.refresh_from_db()
    assert article.title == "Pair a scanner"


def test_preview_is_only_posted(editor_client: Client, url: str) -> None:
    assert editor_client.get(url).status_code == 405


@pytest.mark.parametrize(
    ("permission", "status"),
    [("add_helparticle", 200), ("change_helparticle", 200), ("view_helparticle", 403)],
)
def test_preview_is_for_those_who_write(
    editor_client: Client, editor: Any, url: str, permission: str, status: int
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename=permission))
    assert editor_client.post(url, {"content": "x"}).status_code == status


def test_preview_needs_a_login(db: None, url: str) -> None:
    response = Client().post(url, {"content": "x"})
    assert response.headers["Location"].startswith(reverse("admin:login"))


def test_preview_needs_the_token_of_the_form(editor: Any, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(url, {"content": "x"}).status_code == 403


def test_form_posts_to_the_preview_without_scripts(
    editor_client: Client, tenant: Any, make_article: Any, url: str
) -> None:
    article = make_article(tenant)
    page = reverse("admin:help_center_helparticle_change", args=[article.pk])
    text = editor_client.get(page).content.decode()
    assert f'formaction="{url}?tenant={tenant.pk}"' in text
    assert 'formtarget="id_content_preview"' in text
    assert '<iframe class="hc-editor__frame" name="id_content_preview"' in text
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in text
    assert '<script src="/static/help_center/admin/preview.js" type="module">' in text
    # The Enter key presses the first button of the form, which must save.
    assert text.index('name="_save"') < text.index("formaction")
