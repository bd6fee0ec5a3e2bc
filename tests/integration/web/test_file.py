"""Files at the address for readers: for whom they are, and what comes with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, FileType
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpFile, get_tenant_model
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.documents import office, open_document, pdf
from tests.factories import make_article, make_author, make_user
from tests.images import png, svg

HOUR = timedelta(hours=1)


def tenants_of_staff(user: Any) -> QuerySet[Any]:
    """Authors of these tests work for Acme."""
    return get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: "acme"})


@pytest.fixture(autouse=True)
def surroundings(settings: Any) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.tenants_of_staff"
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.acme"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def acme(request: Any) -> Any:
    return get_tenant_model()._default_manager.get(**{conf.TENANT_SLUG_FIELD: "acme"})


def add(tenant: Any, data: bytes = b"", name: str = "plan.png") -> HelpFile:
    return FileService(tenant=tenant, actor=SYSTEM).add(data or png(), name=name)


@pytest.fixture
def file(tenant: Any) -> HelpFile:
    return add(tenant)


def shown(file: HelpFile, tenant: Any, **fields: Any) -> HelpArticle:
    return make_article(tenant, content=f"![plan](image:{file.file_name})", **fields)


def address(file: HelpFile) -> str:
    return reverse("help_center:file", args=[file.file_name])


def get(file: HelpFile, user: Any = None, **headers: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(address(file), headers=headers)


def test_file_of_a_public_article_is_for_everybody(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant)
    response = get(file)
    assert (response.status_code, response.content) == (200, png())


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ArticleStatus.DRAFT},
        {"status": ArticleStatus.REVIEW},
        {"status": ArticleStatus.ARCHIVED},
        {"publish_at": timezone.now() + HOUR},
        {"expire_at": timezone.now() - HOUR},
        {"target_roles": ["dispatcher"]},
    ],
)
def test_file_of_a_hidden_article_does_not_exist(
    file: HelpFile, tenant: Any, fields: dict[str, Any]
) -> None:
    shown(file, tenant, **fields)
    nothing = Client().get(address(file).replace(file.key, "0a" * 16))
    for user in (None, make_user("reader")):
        response = get(file, user)
        assert response.status_code == 404
        assert response.content == nothing.content
        assert response.headers == nothing.headers


def test_file_that_no_article_shows_does_not_exist(file: HelpFile) -> None:
    assert get(file).status_code == 404


def test_file_that_an_article_of_another_tenant_shows_does_not_exist(
    file: HelpFile, other_tenant: Any
) -> None:
    shown(file, other_tenant)
    assert get(file).status_code == 404


def test_file_of_another_tenant_does_not_exist(tenant: Any, other_tenant: Any) -> None:
    foreign = add(other_tenant)
    shown(foreign, other_tenant)
    shown(foreign, tenant)  # whoever knows its name cannot bring it over
    assert get(foreign, make_author("writer", "change_helparticle")).status_code == 404


def test_file_of_a_restricted_and_a_public_article_is_for_everybody(
    file: HelpFile, tenant: Any
) -> None:
    shown(file, tenant, title="Restricted", target_roles=["dispatcher"])
    shown(file, tenant, title="Public")
    assert get(file).status_code == 200


def test_change_of_a_role_takes_effect_at_once(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant, target_roles=["dispatcher"])
    reader = make_user("reader", roles=("dispatcher",))
    client = Client()
    client.force_login(reader)
    etag = client.get(address(file)).headers["ETag"]
    again = client.get(address(file), headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    reader.groups.remove(Group.objects.get(name="dispatcher"))
    assert client.get(address(file), headers={"if-none-match": etag}).status_code == 404


def test_change_of_an_article_takes_effect_at_once(file: HelpFile, tenant: Any) -> None:
    article = shown(file, tenant)
    assert get(file).status_code == 200
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    service.update_article(article, target_roles=["dispatcher"])
    assert get(file).status_code == 404
    service.update_article(article, target_roles=[], content="Without it.")
    assert get(file).status_code == 404


@pytest.mark.parametrize("permission", ["add_helparticle", "change_helparticle"])
def test_who_writes_articles_sees_the_files_of_drafts(file: HelpFile, permission: str) -> None:
    assert get(file, make_author("writer", permission)).status_code == 200


def test_who_writes_for_another_tenant_sees_no_files_of_drafts(
    file: HelpFile, settings: Any
) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = (
        "django_helpcenter.services.tenant_access.all_or_sole_tenant"
    )
    assert get(file, make_author("writer", "change_helparticle")).status_code == 404


def test_file_is_sent_as_nothing_that_runs(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant)
    headers = get(file).headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert headers["Content-Security-Policy"].endswith("; sandbox")
    assert headers["Content-Disposition"] == 'inline; filename="plan.png"'
    assert headers["Content-Length"] == str(len(png()))


def test_drawing_is_saved_and_not_opened(tenant: Any) -> None:
    drawing = add(tenant, svg("<rect/>"), name="a.svg")
    shown(drawing, tenant)
    headers = get(drawing).headers
    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["Content-Disposition"] == 'attachment; filename="a.svg"'


def test_restricted_file_is_kept_by_no_shared_cache(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant, target_roles=["dispatcher"])
    headers = get(file, make_user("reader", roles=("dispatcher",))).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in headers["Vary"]


def test_restricted_file_is_for_no_page_of_another_site(file: HelpFile, tenant: Any) -> None:
    article = shown(file, tenant, target_roles=["dispatcher"])
    headers = get(file, make_user("reader", roles=("dispatcher",))).headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-site"
    HelpArticle.objects.filter(pk=article.pk).update(target_roles=[])
    assert "Cross-Origin-Resource-Policy" not in get(file).headers


def test_public_file_may_be_kept_for_a_while(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant)
    assert get(file).headers["Cache-Control"] == "public, max-age=300"


def test_no_page_names_the_place_in_the_storage(file: HelpFile, tenant: Any) -> None:
    article = shown(file, tenant)
    page = Client().get(reverse("help_center:article", args=[article.slug])).content.decode()
    assert f'src="{address(file)}"' in page
    assert "/media/" not in page
    assert file.storage_name not in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd.png", 'inline; filename="passwd.png"'),
        ("C:\\Users\\anna\\plan.PNG", 'inline; filename="plan.png"'),
        ('"><script>alert(1)</script>.png', 'inline; filename="script.png"'),
        ("a\0b\r\nX-Evil: 1.png", 'inline; filename="a b X-Evil 1.png"'),
        ("gpj.\u202egnp.exe", 'inline; filename="gpj. gnp.png"'),
        ("Größe.html", "inline; filename*=utf-8''Gr%C3%B6%C3%9Fe.png"),
        ("", 'inline; filename="file.png"'),
        (".htaccess", 'inline; filename="htaccess.png"'),
        ("x" * 500, f'inline; filename="{"x" * 196}.png"'),
    ],
)
def test_name_of_a_file_is_harmless(tenant: Any, name: str, told: str) -> None:
    file = add(tenant, name=name)
    shown(file, tenant)
    assert get(file).headers["Content-Disposition"] == told


def test_file_that_the_storage_has_lost_does_not_exist(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant)
    default_storage.delete(file.storage_name)
    assert get(file).status_code == 404


def test_file_has_one_ending(file: HelpFile, tenant: Any) -> None:
    shown(file, tenant)
    for ending in ("jpg", "svg", "html", "exe"):
        assert Client().get(address(file).replace("png", ending)).status_code == 404


def test_address_of_no_file_is_not_found(tenant: Any) -> None:
    base = reverse("help_center:home")
    for name in ("x", "../x.png", "0A" * 16 + ".png", "0a" * 16, "%00.png"):
        assert Client().get(f"{base}files/{name}").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "content_type", "told"),
    [
        (pdf(), "Größe.pdf", "application/pdf", "filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf"),
        (b"<script>alert(1)</script>", "a.txt", "text/plain; charset=utf-8", 'filename="a.txt"'),
        (b"=1+1", "a.csv", "text/csv; charset=utf-8", 'filename="a.csv"'),
        (office(), '"><script>.html', FileType.DOCX, 'filename="script.docx"'),
        (open_document(), "報告.odt", FileType.ODT, "filename*=utf-8''%E5%A0%B1%E5%91%8A.odt"),
    ],
)
def test_document_is_saved_and_not_opened(
    tenant: Any, data: bytes, name: str, content_type: str, told: str
) -> None:
    file = add(tenant, data, name=name)
    make_article(tenant, content=f"[Get it]({file.reference})")
    response = get(file)
    assert response.content == data
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Disposition"] == f"attachment; {told}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")


def test_document_of_a_hidden_article_does_not_exist(tenant: Any) -> None:
    file = add(tenant, pdf(), name="a.pdf")
    make_article(tenant, content=f"[Get it]({file.reference})", target_roles=["dispatcher"])
    assert get(file).status_code == 404
    assert get(file, make_user("reader", roles=("dispatcher",))).status_code == 200


def test_page_links_to_a_document(tenant: Any) -> None:
    file = add(tenant, pdf(), name="a.pdf")
    article = make_article(tenant, content=f"[Get it]({file.reference}) ![no](file:{file.key}.pdf)")
    page = Client().get(reverse("help_center:article", args=[article.slug])).content.decode()
    assert f'<a href="{address(file)}">Get it</a> no' in page


def test_equal_texts_are_one_file_under_both_endings(tenant: Any) -> None:
    file = add(tenant, b"a;b", name="a.txt")
    assert add(tenant, b"a;b", name="a.csv").pk == file.pk
    make_article(tenant, content=f"[Get it](file:{file.key}.csv)")
    assert Client().get(address(file)).status_code == 200
    assert Client().get(address(file).replace(".txt", ".csv")).status_code == 200
