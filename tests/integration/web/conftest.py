"""The host that the reader pages answer on, and who reads."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client

from django_helpcenter.conf import conf
from tests.factories import make_user

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture(autouse=True)
def host(tenant: Model) -> None:
    """Let the tenant answer to the name that Django's test client asks for."""
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "testserver")
    tenant.save()


@pytest.fixture
def reader() -> Client:
    """Somebody with a browser who is not signed in."""
    return Client(headers={"user-agent": BROWSER})


@pytest.fixture
def dispatcher(db: None) -> Client:
    """Somebody who is signed in and has the role "dispatcher"."""
    client = Client(headers={"user-agent": BROWSER})
    client.force_login(make_user("dana", roles=("dispatcher",)))
    return client
