"""Images brought into an article in a browser: picked, pasted, dropped, refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle, HelpFile
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.documents import pdf
from tests.factories import make_article
from tests.images import png

PICTURE = png(90, size=(60, 40))

#: Hands files to the text field as a paste or a drop does.
HAND_OVER = """
(field, [kind, files]) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent("drop", { ...options, dataTransfer: data });
  return field.dispatchEvent(event);
}
"""


@pytest.fixture(autouse=True)
def server(strict_server: LiveServer) -> LiveServer:
    """Start the server before the browser, in whose thread the database is used."""
    return strict_server


@pytest.fixture
def article(transactional_db: None, tenant: Any, settings: Any) -> HelpArticle:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    return make_article(tenant, "Pair a scanner", content="Before. After.")


@pytest.fixture
def editor(page: Page, strict_server: LiveServer, article: HelpArticle) -> Page:
    """Return a browser with the form of the article, the cursor between two sentences."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    name = django_settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": strict_server.url}])
    path = reverse("admin:help_center_helparticle_change", args=[article.pk])
    page.goto(f"{strict_server.url}{path}")
    page.locator("#id_content").evaluate(
        "field => { field.focus(); field.setSelectionRange(8, 8); }"
    )
    return page


def hand_over(page: Page, kind: str, *files: tuple[str, str, bytes]) -> None:
    encoded = [(name, mime, base64.b64encode(data).decode()) for name, mime, data in files]
    page.locator("#id_content").evaluate(HAND_OVER, [kind, encoded])


def dialog(page: Page) -> Any:
    return page.get_by_role("dialog", name="Add an image")


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_image_is_described_and_inserted(editor: Page, violations: list[str], kind: str) -> None:
    hand_over(editor, kind, ("menu.png", "image/png", PICTURE))
    expect(dialog(editor)).to_contain_text("menu.png")
    expect(editor.get_by_label("Alternative text")).to_be_focused()
    editor.keyboard.type("The [menu]")
    editor.get_by_role("button", name="Insert").click()
    text = editor.locator("#id_content")
    expect(dialog(editor)).to_be_hidden()
    markdown = rf"![The \[menu\]](image:{HelpFile.objects.get().file_name})"
    expect(text).to_have_value(f"Before. {markdown}After.")
    expect(text).to_be_focused()
    expect(editor.locator(".hc-upload__status")).to_have_text("menu.png was added.")
    editor.keyboard.press("Control+z")
    expect(text).to_have_value("Before. After.")
    assert violations == []


def test_images_are_picked_and_described_one_after_the_other(editor: Page) -> None:
    files: Any = [
        {"name": f"{number}.png", "mimeType": "image/png", "buffer": png(number)}
        for number in (1, 2)
    ]
    with editor.expect_file_chooser() as chooser:
        editor.get_by_role("button", name="Add images").press("Enter")
    chooser.value.set_files(files)
    expect(dialog(editor)).to_contain_text("1.png (1 of 2)")
    editor.get_by_label("Alternative text").fill("One")
    editor.get_by_role("button", name="Insert").press("Enter")
    expect(dialog(editor)).to_contain_text("2.png (2 of 2)")
    editor.get_by_label("Decorative").check()
    editor.get_by_role("button", name="Insert").press("Enter")
    expect(dialog(editor)).to_be_hidden()
    one, two = (HelpFile.objects.get(name=f"{number}.png").file_name for number in (1, 2))
    expected = f"Before. ![One](image:{one})\n\n![ ](image:{two})After."
    expect(editor.locator("#id_content")).to_have_value(expected)


def test_document_is_inserted_as_a_link_with_its_kind_and_size(
    editor: Page, violations: list[str]
) -> None:
    hand_over(editor, "drop", ("Prices 2026.pdf", "application/pdf", pdf()))
    asked = editor.get_by_role("dialog", name="Add a file")
    expect(asked.get_by_label("Words of the link")).to_have_value("Prices 2026")
    expect(asked.get_by_label("Decorative")).to_be_hidden()
    editor.keyboard.type("Our prices")
    editor.keyboard.press("Tab")
    asked.get_by_role("button", name="Insert").press("Enter")
    expect(asked).to_be_hidden()
    link = f"[Our prices (PDF, {len(pdf())} bytes)]({HelpFile.objects.get().reference})"
    expect(editor.locator("#id_content")).to_have_value(f"Before. {link}After.")
    assert violations == []


def test_description_is_asked_for(editor: Page) -> None:
    hand_over(editor, "paste", ("menu.png", "image/png", PICTURE))
    editor.get_by_role("button", name="Insert").click()
    alert = dialog(editor).get_by_role("alert")
    expect(alert).to_have_text("Describe the picture, or say that it is decorative.")
    expect(editor.get_by_label("Alternative text")).to_be_focused()
    assert not HelpFile.objects.exists()


def test_refused_image_says_why_and_escape_leaves_the_text(editor: Page) -> None:
    hand_over(editor, "drop", ("<b>.png", "image/png", b"<html><script>alert(1)</script>"))
    editor.get_by_label("Alternative text").fill("x")
    editor.get_by_role("button", name="Insert").click()
    expect(dialog(editor).get_by_role("alert")).to_contain_text(
        "“<b>.png” was not added: it is not"
    )
    editor.keyboard.press("Escape")
    expect(dialog(editor)).to_be_hidden()
    expect(editor.locator("#id_content")).to_have_value("Before. After.")


def test_lost_session_is_told(editor: Page) -> None:
    hand_over(editor, "paste", ("menu.png", "image/png", PICTURE))
    editor.context.clear_cookies(name=django_settings.SESSION_COOKIE_NAME)
    editor.get_by_label("Alternative text").fill("x")
    editor.get_by_role("button", name="Insert").click()
    expect(dialog(editor).get_by_role("alert")).to_contain_text("whether you are still signed in")


def test_text_with_a_picture_of_it_is_pasted_as_text(editor: Page) -> None:
    is_left = editor.locator("#id_content").evaluate(
        """field => {
          const data = new DataTransfer();
          data.setData("text/plain", "cells");
          data.items.add(new File(["x"], "image.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true, clipboardData: data };
          return field.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    assert is_left
    expect(dialog(editor)).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1440])
def test_dialog_fits_its_place(editor: Page, width: int) -> None:
    editor.set_viewport_size({"width": width, "height": 700})
    hand_over(editor, "paste", ("menu.png", "image/png", PICTURE))
    box = dialog(editor).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_reader_sees_the_image_and_no_other_reader_does(
    page: Page, site: str, tenant: Any, article: HelpArticle, violations: list[str]
) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(PICTURE, name="menu.png")
    make_article(tenant, "With a picture", slug="shown", content=f"![m](image:{file.file_name})")
    page.goto(f"{site}/a/shown/")
    width = page.locator("main img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert width == 60
    HelpArticle.objects.filter(slug="shown").update(target_roles=["dispatcher"])
    response = page.request.get(f"{site}/files/{file.file_name}")
    assert response.status == 404
    assert violations == []
