"""The editor in the form of an article: ours, and one of the host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.test import Client, override_settings
from django.urls import reverse

from django_helpcenter.admin.editor import MarkdownWidget
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle
from tests.integration.admin.pages import form_of


class PlainEditor(forms.Textarea):
    """An editor of the host."""

    class Media:
        js = ("host/editor.js",)


class WiderEditor(MarkdownWidget):
    """Ours, changed by the host."""

    def __init__(self) -> None:
        super().__init__({"rows": 60})


def change_page(article: HelpArticle) -> str:
    return reverse("admin:help_center_helparticle_change", args=[article.pk])


def test_tools_are_buttons_that_wait_for_the_script(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    text = editor_client.get(change_page(make_article(tenant))).content.decode()
    toolbar = text[text.index('<div class="hc-toolbar"') :].partition("<textarea")[0]
    assert 'role="toolbar"' in toolbar
    assert toolbar.partition(">")[0].endswith(" hidden")
    assert toolbar.count('<button type="button"') == 11
    assert 'title="Bold (Ctrl+B)"' in toolbar
    assert 'aria-keyshortcuts="Control+K Meta+K"' in toolbar


def test_nothing_of_the_editor_is_an_inline_script_or_style(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    text = editor_client.get(change_page(make_article(tenant))).content.decode()
    editor = text[text.index('<div class="hc-editor"') : text.rindex("</template>")]
    assert "<script" not in editor
    assert "style=" not in editor
    assert " on" not in editor.lower().replace(" on ", "")


def test_addresses_name_the_tenant_of_the_article(
    root_client: Client, other_tenant: Any, make_article: Any
) -> None:
    text = root_client.get(change_page(make_article(other_tenant))).content.decode()
    for name, view in (("check", "check"), ("find", "find")):
        address = reverse(f"admin:help_center_helparticle_{view}")
        assert f'data-{name}-url="{address}?tenant={other_tenant.pk}"' in text


def test_dialog_and_checks_are_no_fields_of_the_form(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    text = editor_client.get(change_page(make_article(tenant))).content.decode()
    start = text.index('<div class="hc-editor"')
    editor = text[start : text.index("</fieldset>", start)]
    own = {"content", "id_content_preview"}  # the textarea, and the frame of the preview
    assert set(re.findall(r' name="([^"]+)"', editor)) == {*own, "seen", "base"}


@override_settings(HELP_CENTER_ADMIN_EDITOR=f"{__name__}.PlainEditor")
def test_host_brings_another_editor(editor_client: Client, tenant: Any, make_article: Any) -> None:
    response = editor_client.get(change_page(make_article(tenant)))
    widget = form_of(response).fields["content"].widget
    assert type(widget) is PlainEditor
    text = response.content.decode()
    assert "/static/host/editor.js" in text
    assert "hc-toolbar" not in text
    preview = reverse("admin:help_center_helparticle_preview", query={"tenant": tenant.pk})
    assert f'data-preview-url="{preview}"' in text
    assert "data-find-url=" in text


@override_settings(HELP_CENTER_ADMIN_EDITOR=f"{__name__}.WiderEditor")
def test_host_changes_the_editor(editor_client: Client, tenant: Any, make_article: Any) -> None:
    text = editor_client.get(change_page(make_article(tenant))).content.decode()
    assert 'rows="60"' in text
    assert "hc-toolbar" in text


@override_settings(HELP_CENTER_ADMIN_EDITOR=f"{__name__}.PlainEditor")
def test_text_of_another_editor_is_saved(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    url = change_page(article)
    form = form_of(editor_client.get(url))
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    data |= {"content": "From elsewhere", "tags": []}
    data |= {f"{name}_{part}": "" for name in ("publish_at", "expire_at") for part in (0, 1)}
    response = editor_client.post(url, data)
    assert response.status_code == 302, form_of(response).errors
    article.refresh_from_db()
    assert article.content == "From elsewhere"


@override_settings(HELP_CENTER_ADMIN_EDITOR="nowhere.Editor")
def test_editor_that_cannot_be_imported_is_named(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    with pytest.raises(ConfigurationError, match="HELP_CENTER_ADMIN_EDITOR"):
        editor_client.get(change_page(make_article(tenant)))
