"""The addresses of all articles, in step with their texts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpArticleLinks, HelpLink, HelpSnippet
from django_helpcenter.models.links import ADDRESS_LENGTH
from django_helpcenter.services.article_checks import check_article
from django_helpcenter.services.links.checking import check_internal
from django_helpcenter.services.links.collecting import addresses_in, collect_links
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def known(tenant: Model) -> dict[str, str]:
    return dict(HelpLink.objects.for_tenant(tenant).values_list("address", "host"))


def test_addresses_have_the_words_and_the_line_of_the_first_link() -> None:
    text = "One\n\n[a **b**](https://x.example/p) [c](https://x.example/p#part)\n\n![d](https://y.example/i.png)"
    assert addresses_in(text, slug="own", own_host="") == {
        "https://x.example/p": ("a b", 3),
        "https://y.example/i.png": ("d", 5),
    }


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://x.example/a?b=c#d", "https://x.example/a?b=c"),
        ("//x.example/a", "https://x.example/a"),
        ("HTTP://X.example/", "HTTP://X.example/"),
        ("article:12#part", "article:12#part"),
        ("../other/#part", "/help/a/other/#part"),
        ("/pricing/", "/pricing/"),
        ("https://acme.example/help/a/x/?y#z", "/help/a/x/?y#z"),
        ("https://acme.example", "/"),
        ("mailto:me@example.com", None),
        ("tel:123", None),
        ("#part", None),
        ("javascript:alert(1)", None),
        ("image:0a.png", None),
        (f"https://x.example/{'a' * ADDRESS_LENGTH}", None),
    ],
)
def test_addresses_are_written_in_one_way(target: str, address: str | None) -> None:
    found = addresses_in(f"[x]({target})", slug="own", own_host="acme.example")
    assert list(found) == ([address] if address else [])


def test_code_has_no_addresses() -> None:
    text = "`https://x.example/` and\n\n    [x](https://x.example/)\n"
    assert addresses_in(text, slug="own", own_host="") == {}


def test_text_that_is_too_long_has_no_addresses() -> None:
    assert addresses_in("[x](https://x.example/)" + " " * 2_000_000, slug="own", own_host="") == {}


def test_links_of_every_article_are_kept(tenant: Model) -> None:
    make_article(tenant, content="[x](https://x.example/) [y](article:1)")
    make_article(tenant, "Draft", content="[y](https://y.example/)", status=ArticleStatus.DRAFT)
    make_article(tenant, "Old", content="[z](https://z.example/)", status=ArticleStatus.ARCHIVED)
    assert collect_links(tenant) == 3
    assert HelpArticleLinks.objects.count() == 3
    # Nobody reads what is archived, so nobody is asked about it.
    assert known(tenant) == {
        "https://x.example/": "x.example",
        "https://y.example/": "y.example",
        "article:1": "",
    }


def test_links_in_a_snippet_are_those_of_the_articles_that_name_it(tenant: Model) -> None:
    snippet = HelpSnippet.objects.create(
        tenant_id=tenant.pk, key="contact", content="[x](https://x.example/)"
    )
    article = make_article(tenant, content='Ask us.\n\n{{ snippet "contact" }}')
    collect_links(tenant)
    assert HelpArticleLinks.objects.get(article=article).links == {"https://x.example/": ["x", 3]}
    snippet.content = "[y](https://y.example/)"
    snippet.save()
    assert collect_links(tenant) == 1
    assert set(known(tenant)) == {"https://y.example/"}


def test_only_texts_that_changed_are_read_again(tenant: Model) -> None:
    article = make_article(tenant, content="[x](https://x.example/)")
    make_article(tenant, "Other", content="[y](https://y.example/)")
    assert collect_links(tenant) == 2
    assert collect_links(tenant) == 0
    # Past every save() and signal.
    HelpArticle.objects.filter(pk=article.pk).update(content="[z](https://z.example/)")
    assert collect_links(tenant) == 1
    assert set(known(tenant)) == {"https://y.example/", "https://z.example/"}


def test_address_that_two_articles_use_stays_until_the_last_lets_go(tenant: Model) -> None:
    first, second = (
        make_article(tenant, name, content="[x](https://x.example/)") for name in ("One", "Two")
    )
    collect_links(tenant)
    first.delete()
    collect_links(tenant)
    assert set(known(tenant)) == {"https://x.example/"}
    second.delete()
    collect_links(tenant)
    assert known(tenant) == {}


def test_what_is_known_of_an_address_stays(tenant: Model) -> None:
    article = make_article(tenant, content="[x](https://x.example/)")
    collect_links(tenant)
    HelpLink.objects.update(is_ignored=True, note="intranet")
    HelpArticle.objects.filter(pk=article.pk).update(content="New [x](https://x.example/)")
    collect_links(tenant)
    assert HelpLink.objects.get().note == "intranet"


def test_ignored_address_stays_ignored_while_no_article_uses_it(tenant: Model) -> None:
    article = make_article(tenant, content="[x](https://x.example/) [y](https://y.example/)")
    collect_links(tenant)
    HelpLink.objects.filter(host="x.example").update(is_ignored=True, note="intranet")
    for status in (ArticleStatus.ARCHIVED, ArticleStatus.PUBLISHED):
        HelpArticle.objects.filter(pk=article.pk).update(status=status)
        collect_links(tenant)
        assert HelpLink.objects.get(host="x.example").note == "intranet"
    assert set(known(tenant)) == {"https://x.example/", "https://y.example/"}


def test_address_that_is_watched_again_goes_with_its_last_article(tenant: Model) -> None:
    article = make_article(tenant, content="[x](https://x.example/)")
    collect_links(tenant)
    HelpLink.objects.update(is_ignored=True)
    article.delete()
    collect_links(tenant)
    HelpLink.objects.update(is_ignored=False)
    collect_links(tenant)
    assert known(tenant) == {}


def test_tenants_have_addresses_of_their_own(tenant: Model, other_tenant: Model) -> None:
    for each in (tenant, other_tenant):
        make_article(each, content="[x](https://x.example/)")
    collect_links(tenant)
    assert (len(known(tenant)), len(known(other_tenant))) == (1, 0)


def test_own_host_is_the_help_center(tenant: Model) -> None:
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "acme.example")
    make_article(tenant, content="[x](https://ACME.example/help/a/nowhere/)")
    collect_links(tenant)
    assert known(tenant) == {"/help/a/nowhere/": ""}


def test_more_articles_take_no_more_queries(
    tenant: Model, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        make_article(tenant, f"A {number}", content=f"[x](https://x.example/{number})")
    with django_assert_max_num_queries(12):
        collect_links(tenant)
    with django_assert_num_queries(3):
        collect_links(tenant)


@pytest.mark.parametrize(
    "target",
    [
        "https://[/", "https://[#x", "//[", "http://a\\@127.0.0.1/", "https://%00/",
        "http://a\u2100b/#c", "/.//[#x", "/help/a/%00/", "/help/a/%FF%FE/", "/help/../..//[",
        "https://x.example:99999/", "?", "/?[", "\\\\[", "article:", "article:9" + "9" * 30,
        "article:1#%00", "/help/files/x", "/help/a/x/#%", "https:x", "http:///", "//", "https://",
    ],
)  # fmt: skip
def test_hostile_address_stops_nothing(tenant: Model, target: str) -> None:
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "acme.example")
    article = make_article(tenant, content=f"[x](<{target}>) [y](https://y.example/)")
    check_article(article)
    collect_links(tenant)
    check_internal(tenant)
    assert "https://y.example/" in known(tenant)
