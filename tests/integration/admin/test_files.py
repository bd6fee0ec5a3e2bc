"""Files in the admin: brought in the editor, shown to those who write, deleted when unused."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from django_helpcenter.admin.files import content_address
from django_helpcenter.models import HelpFile
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.documents import packed, pdf
from tests.images import png, svg
from tests.integration.admin.conftest import logged_in
from tests.integration.admin.pages import told
from tests.markdown_links import images_in

LIST = "admin:help_center_helpfile_changelist"


@pytest.fixture(autouse=True)
def storage(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def url() -> str:
    return reverse("admin:help_center_helpfile_upload")


def add(tenant: Any, shade: int = 0, name: str = "plan.png") -> HelpFile:
    return FileService(tenant=tenant, actor=SYSTEM).add(png(shade), name=name)


def upload(client: Client, url: str, data: bytes = b"", name: str = "x.png", **fields: str) -> Any:
    fields = fields or {"alternative_text": "A plan"}
    return client.post(url, {"file": SimpleUploadedFile(name, data or png()), **fields})


def test_uploaded_image_is_answered_with_its_markdown(
    editor_client: Client, editor: Any, tenant: Any, url: str
) -> None:
    response = upload(editor_client, url, name="plan.png")
    file = HelpFile.objects.get()
    assert response.json() == {
        "markdown": f"![A plan](image:{file.file_name})",
        "name": "plan.png",
    }
    assert (file.tenant, file.uploaded_by, file.alternative_text) == (tenant, editor, "A plan")


@pytest.mark.parametrize(
    "text",
    [
        "A [plan](x) *now* `code` <b>",
        "](javascript:alert(1)) ![",
        "back\\slash\nand line",
        "a_b_c ~~d~~ &amp; !",
    ],
)
def test_description_is_text_whatever_stands_in_it(
    editor_client: Client, tenant: Any, url: str, text: str
) -> None:
    markdown = upload(editor_client, url, alternative_text=text).json()["markdown"]
    (image,) = images_in(markdown)
    assert image.alt == " ".join(text.split())
    assert image.target == f"image:{HelpFile.objects.get().file_name}"


def test_decorative_image_has_no_description(editor_client: Client, tenant: Any, url: str) -> None:
    markdown = upload(editor_client, url, is_decorative="1").json()["markdown"]
    assert markdown.startswith("![ ](image:")


@pytest.mark.parametrize(
    ("data", "name", "fields", "error"),
    [
        (png(), "x.png", {"alternative_text": " "}, "Describe the picture"),
        (b"<html>", "x.png", {}, "“x.png” was not added: it is not a PNG"),
        (svg("<script/>"), "x.svg", {}, "“x.svg” was not added: the SVG image contains <script>"),
        (png(after=b"x" * 2_000), "x.png", {}, "“x.png” was not added: it has more than 0.001 MB"),
        (b"\0\0\0\x20ftypheic", "x.heic", {}, "save it as PNG, JPEG or WebP"),
    ],
)
def test_refused_image_is_told_with_the_mend(
    editor_client: Client,
    tenant: Any,
    url: str,
    settings: Any,
    data: bytes,
    name: str,
    fields: dict[str, str],
    error: str,
) -> None:
    settings.HELP_CENTER_UPLOAD_MAX_BYTES = 1_000
    response = upload(editor_client, url, data, name, **fields)
    assert response.status_code == 400
    assert error in response.json()["error"]
    assert not HelpFile.objects.exists()


def test_upload_without_a_file_is_refused(editor_client: Client, tenant: Any, url: str) -> None:
    for data in ({}, {"file": "text"}):
        response = editor_client.post(url, data)
        assert (response.status_code, response.json()) == (400, {"error": "Choose a file."})


def test_uploaded_document_is_answered_with_a_link_that_names_kind_and_size(
    editor_client: Client, tenant: Any, url: str
) -> None:
    response = upload(editor_client, url, pdf(), "Prices.html", alternative_text="The [new] prices")
    file = HelpFile.objects.get()
    words = rf"The \[new\] prices (PDF, {len(pdf())} bytes)"
    assert response.json() == {
        "markdown": f"[{words}](file:{file.key}.pdf)",
        "name": "Prices.pdf",
    }
    assert (file.content_type, file.alternative_text) == ("application/pdf", "")


def test_document_without_words_is_called_by_its_name(
    editor_client: Client, tenant: Any, url: str
) -> None:
    response = upload(editor_client, url, pdf(), "Prices [1].pdf", alternative_text="")
    assert response.json()["markdown"].startswith(r"[Prices \[1\].pdf (PDF, ")


def test_kinds_of_the_setting_are_offered_and_taken(
    editor_client: Client, tenant: Any, url: str, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_UPLOAD_TYPES = ["zip"]
    article = make_article(tenant)
    form = reverse("admin:help_center_helparticle_change", args=[article.pk])
    assert 'image/svg+xml,.zip"' in editor_client.get(form).content.decode()
    assert upload(editor_client, url, pdf(), "x.pdf").status_code == 400
    assert upload(editor_client, url, packed({"a": b""}), "x.zip").status_code == 200


def test_list_and_page_of_a_document_show_no_picture(editor_client: Client, tenant: Any) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(pdf(), name="Prices.pdf")
    page = editor_client.get(reverse("admin:help_center_helpfile_change", args=[file.pk]))
    for text in (editor_client.get(reverse(LIST)).content.decode(), page.content.decode()):
        assert "<img class" not in text
        assert "PDF" in text
    assert f"(file:{file.file_name})" in page.content.decode()
    saved = editor_client.get(content_address(file.file_name) or "")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="Prices.pdf"'


def test_upload_is_only_posted(editor_client: Client, tenant: Any, url: str) -> None:
    assert editor_client.get(url).status_code == 405


def test_upload_needs_a_login(db: None, url: str) -> None:
    response = upload(Client(), url)
    assert response.headers["Location"].startswith(reverse("admin:login"))


def test_upload_needs_the_token_of_the_form(editor: Any, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert upload(client, url).status_code == 403


@pytest.mark.parametrize(
    ("permission", "status"),
    [("add_helparticle", 200), ("change_helparticle", 200), ("view_helpfile", 403)],
)
def test_upload_is_for_those_who_write(
    editor_client: Client, editor: Any, url: str, permission: str, status: int
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename=permission))
    assert upload(editor_client, url).status_code == status


def test_upload_names_its_help_center(
    root_client: Client, tenant: Any, other_tenant: Any, url: str
) -> None:
    assert upload(root_client, url).status_code == 403
    assert upload(root_client, f"{url}?tenant={other_tenant.pk}").status_code == 200
    assert HelpFile.objects.get().tenant == other_tenant


def test_upload_into_another_help_center_goes_to_the_own(
    editor_client: Client, tenant: Any, other_tenant: Any, url: str
) -> None:
    upload(editor_client, f"{url}?tenant={other_tenant.pk}")
    assert HelpFile.objects.get().tenant == tenant


def test_editor_names_where_images_go(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any, url: str
) -> None:
    article = make_article(other_tenant)
    page = reverse("admin:help_center_helparticle_change", args=[article.pk])
    text = root_client.get(page).content.decode()
    assert f'data-help-center-upload="{url}?tenant={other_tenant.pk}"' in text


def content_url(file: HelpFile) -> str:
    return reverse("admin:help_center_helpfile_content", args=[file.file_name])


def test_content_is_for_those_who_write(editor_client: Client, tenant: Any) -> None:
    response = editor_client.get(content_url(add(tenant)))
    assert response.content == png()
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_content_of_a_foreign_file_is_that_of_none(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    foreign = add(other_tenant)
    nothing = content_url(foreign).replace(foreign.key, "0a" * 16)
    answers = [editor_client.get(each) for each in (content_url(foreign), nothing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_content_is_not_for_other_staff(editor_client: Client, editor: Any, tenant: Any) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename="view_helptag"))
    assert editor_client.get(content_url(add(tenant))).status_code == 403


def test_list_says_where_files_are_used(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    used, unused = add(tenant, 1, "used.png"), add(tenant, 2, "unused.png")
    make_article(tenant, "Plan <b>", content=f"![x](image:{used.file_name})")
    text = editor_client.get(reverse(LIST)).content.decode()
    assert f'src="{content_url(unused)}"' in text
    assert "Unused</span>" in text
    page = reverse("admin:help_center_helpfile_change", args=[used.pk])
    assert ">Plan &lt;b&gt;</a>" in editor_client.get(page).content.decode()


@pytest.mark.parametrize(
    ("use", "names"),
    [("articles", {"now.png"}), ("versions", {"once.png"}), ("none", {"never.png"})],
)
def test_list_is_filtered_by_use(
    editor_client: Client, tenant: Any, make_article: Any, use: str, names: set[str]
) -> None:
    files = {name: add(tenant, n, f"{name}.png") for n, name in enumerate(["now", "once", "never"])}
    once = make_article(tenant, content=f"image:{files['once'].file_name}", status="PUBLISHED")
    once.content = f"image:{files['now'].file_name}"
    once.save()
    response = editor_client.get(reverse(LIST), {"use": use})
    assert {file.name for file in response.context["cl"].result_list} == names


def test_unused_file_is_deleted(editor_client: Client, tenant: Any) -> None:
    file = add(tenant)
    page = reverse("admin:help_center_helpfile_delete", args=[file.pk])
    editor_client.post(page, {"post": "yes"})
    assert not HelpFile.objects.exists()


def test_used_file_is_not_deleted(editor_client: Client, tenant: Any, make_article: Any) -> None:
    file = add(tenant)
    make_article(tenant, content=f"![x](image:{file.file_name})")
    page = reverse("admin:help_center_helpfile_delete", args=[file.pk])
    response = editor_client.post(page, {"post": "yes"})
    assert "shows this file. Take it out of the text first." in told(response)[0]
    data = {"action": "delete_selected", "_selected_action": file.pk, "post": "yes"}
    response = editor_client.post(reverse(LIST), data)
    assert "shows this file" in told(response)[0]
    assert HelpFile.objects.exists()


def test_name_of_a_file_is_inert(editor_client: Client, tenant: Any) -> None:
    HelpFile.objects.filter(pk=add(tenant).pk).update(name="<script>alert(1)</script>")
    for page in (reverse(LIST), reverse("admin:help_center_helpfile_change", args=[
        HelpFile.objects.get().pk
    ])):  # fmt: skip
        text = editor_client.get(page).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_preview_shows_an_image_before_the_article_is_saved(
    editor: Any, tenant: Any, make_article: Any
) -> None:
    file = add(tenant)
    client = logged_in(editor)
    content = f"![x](image:{file.file_name})"
    preview = client.post(reverse("admin:help_center_helparticle_preview"), {"content": content})
    assert f'<img src="{content_url(file)}" alt="x"' in preview.content.decode()
