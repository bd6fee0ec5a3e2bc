"""The command that checks links."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from django_helpcenter.models import HelpArticleLinks, HelpLink
from tests.factories import make_article
from tests.refused_links import links_refused
from tests.scripted_server import scripted_server


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("check_help_links", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def linking(tenant: Model, other_tenant: Model) -> None:
    for each in (tenant, other_tenant):
        make_article(each, content="[x](article:99999999) [y](https://x.example/)")


def test_broken_links_are_listed(linking: None) -> None:
    assert run("--tenant=acme") == (
        "broken: article:99999999: the article does not exist\n"
        "Acme: 1 texts read, 1 links within the help center, 0 addresses asked, 0 waiting; "
        "1 new, 1 broken.\n"
    )


def test_all_tenants_are_checked_when_none_is_named(linking: None) -> None:
    out = run()
    assert "Acme: 1 texts read" in out
    assert "Globex: 1 texts read" in out


def test_other_hosts_are_asked_when_the_setting_says_so(tenant: Model, settings: Any) -> None:
    with scripted_server() as server:
        settings.HELP_CENTER_LINK_CHECK = True
        settings.HELP_CENTER_LINK_CHECK_NETWORKS = ["127.0.0.0/8"]
        settings.HELP_CENTER_LINK_CHECK_PORTS = [server.port]
        make_article(tenant, content=f"[x]({server.url}/gone)")
        out = run()
    assert f"broken: {server.url}/gone: the server answers “404 Not Found”" in out
    assert "1 addresses asked" in out


def test_dry_run_changes_nothing_and_asks_nobody(linking: None, settings: Any) -> None:
    settings.HELP_CENTER_LINK_CHECK = True
    out = run("--dry-run", "--tenant=acme")
    assert "broken: article:99999999" in out
    assert "0 addresses asked, 1 waiting" in out
    assert not HelpLink.objects.exists()
    assert not HelpArticleLinks.objects.exists()


def test_scripts_get_one_line(linking: None) -> None:
    found = json.loads(run("--format=json", "--tenant=acme"))
    (each,) = found["tenants"]
    assert found["dry_run"] is False
    assert (each["tenant"], each["texts"], each["states"]["broken"]) == ("Acme", 1, 1)
    (broken,) = each["broken"]
    assert (broken["address"], broken["reason"]) == ("article:99999999", "no_article")
    assert broken["since"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_tenant_that_cannot_be_checked_is_named_and_stops_no_other(
    linking: None, tenant: Model, options: tuple[str, ...]
) -> None:
    out = StringIO()
    with links_refused(tenant), pytest.raises(CommandError, match="Acme") as caught:
        call_command("check_help_links", "--format=json", *options, stdout=out)
    assert caught.value.returncode == 1
    found = json.loads(out.getvalue())
    assert found["failed"] == ["Acme"]
    assert found["tenants"][-1]["tenant"] == "Globex"


def test_unknown_tenant_is_refused(db: None) -> None:
    with pytest.raises(CommandError):
        run("--tenant=nobody")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_help_links", "--tenant=nobody", "--format=json", stdout=out)
    assert "nobody" in json.loads(out.getvalue())["error"]
