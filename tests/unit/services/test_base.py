"""What all services share."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from django.utils.connection import ConnectionDoesNotExist

from django_helpcenter.services.base import in_transaction


class ElsewhereRouter:
    """Keeps the help center in a database of its own."""

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "elsewhere"


def test_transaction_is_one_of_the_database_that_the_router_names() -> None:
    write = in_transaction(lambda: None)
    with (
        override_settings(DATABASE_ROUTERS=[ElsewhereRouter()]),
        pytest.raises(ConnectionDoesNotExist, match="elsewhere"),
    ):
        write()
