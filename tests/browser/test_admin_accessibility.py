"""The admin's own pages and widgets, for those who see little, use a keyboard, or a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle, HelpCategory, HelpDraft
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.browser.axe import own_violations
from tests.browser.conftest import sign_in
from tests.documents import pdf
from tests.factories import make_article, make_category
from tests.images import png

TEXT = "## Pair\n\nHold the **power** button.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
#: Our parts of Django's pages.
PARTS = "[class*='hc-']"
#: Pages whose whole content is ours.
WHOLE = "#content"

SCREENS = [("light", 1280), ("dark", 1280), ("light", 360)]


@pytest.fixture
def article(admin_server: LiveServer, transactional_db: None, tenant: Any) -> HelpArticle:
    """Return a published article that was changed since somebody began a draft of it."""
    root = get_user_model().objects.create_superuser("root", password="x")
    other = get_user_model().objects.create_superuser("other", password="x")
    inner = make_category(tenant, "Scanners", parent=make_category(tenant, "Devices"))
    article = make_article(tenant, "Pair a scanner", content=TEXT, category=inner, tags=["Power"])
    make_article(tenant, "Charge a scanner", category=inner, status="DRAFT")
    service = KnowledgeService(tenant=tenant, actor=root)
    text = DraftText("Pair it", "", TEXT.replace("Hold", "Press"))
    DraftService(tenant=tenant, actor=root).save(article, text)
    drafts = DraftService(tenant=tenant, actor=other)
    drafts.submit(drafts.save(article, text), note="Please look.")
    service.update_article(article, content=TEXT.replace("Hold", "Touch"), note="Shorter")
    files = FileService(tenant=tenant, actor=SYSTEM)
    files.add(png(), name="plan.png", alternative_text="A plan")
    files.add(pdf(), name="Prices.pdf")
    return article


def own_pages(article: HelpArticle) -> Iterator[tuple[str, str]]:
    """Yield addresses, each with what is ours on it."""
    prefix = "admin:help_center"
    for model in ("helparticle", "helpcategory", "helpfile", "helpdraft", "helptag"):
        yield reverse(f"{prefix}_{model}_changelist"), PARTS
    yield reverse(f"{prefix}_helparticle_add"), PARTS
    yield reverse(f"{prefix}_helparticle_change", args=[article.pk]), PARTS
    for view in ("draft", "versions"):
        yield reverse(f"{prefix}_helparticle_{view}", args=[article.pk]), WHOLE
    yield reverse(f"{prefix}_helparticle_versions", args=[article.pk]) + "?from=1&to=2", WHOLE
    draft = HelpDraft.objects.exclude(editor__username="root").get()
    yield reverse(f"{prefix}_helpdraft_review", args=[draft.pk]), WHOLE
    category = HelpCategory.objects.get(slug="scanners")
    for view in ("delete", "merge"):
        yield reverse(f"{prefix}_helpcategory_{view}", args=[category.pk]), WHOLE
    yield reverse(f"{prefix}_helpcategory_change", args=[category.pk]), PARTS


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_own_pages_break_no_rule_of_accessibility(
    new_context: Any, admin_server: LiveServer, article: HelpArticle, scheme: str, width: int
) -> None:
    page: Page = new_context(
        base_url=admin_server.url, color_scheme=scheme, viewport={"width": width, "height": 800}
    ).new_page()
    sign_in(page, f"{admin_server.url}/admin/", get_user_model().objects.get(username="root"))
    faults = []
    for address, own in own_pages(article):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        faults += [f"{address}: {fault}" for fault in own_violations(page, own)]
        if own == WHOLE and page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} is wider than the window")
    page.goto(reverse("admin:help_center_helparticle_change", args=[article.pk]))
    page.locator("#id_content").press("Control+k")
    faults += [f"link dialog: {fault}" for fault in own_violations(page, "dialog")]
    page.keyboard.press("Escape")
    page.set_input_files(
        ".hc-upload__files", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    faults += [f"upload dialog: {fault}" for fault in own_violations(page, "dialog")]
    page.keyboard.press("Escape")
    assert not faults, "\n".join(faults)
