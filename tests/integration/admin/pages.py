"""Reading the answers of the admin."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.messages import get_messages
from django.db.models import Model
from django.urls import reverse


def form_of(response: Any) -> Any:
    """Return the form of an add or change page."""
    return response.context["adminform"].form


def told(response: Any) -> list[str]:
    """Return the messages that the person sees on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:help_center_{model._meta.model_name}_{page}", args=args)


def nonexistent(row: Model) -> Any:
    """A primary key like the row's that no row has."""
    key = str(row.pk)
    return "00000000-0000-0000-0000-000000000000" if "-" in key else "99999999"


def seen(response: Any, key: Any) -> tuple[int, str, str, list[str]]:
    """What a person can tell from a response, with the key that they asked for taken out."""
    told = [str(message) for message in get_messages(response.wsgi_request)]
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    parts = (response.headers.get("Location", ""), text, *told)
    named = re.compile(rf"(?<![\w-]){re.escape(str(key))}(?![\w-])")
    location, text, *told = (named.sub("KEY", part) for part in parts)
    return response.status_code, location, text, told
