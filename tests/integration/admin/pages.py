"""Reading the answers of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages


def form_of(response: Any) -> Any:
    """Return the form of an add or change page."""
    return response.context["adminform"].form


def told(response: Any) -> list[str]:
    """Return the messages that the person sees on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]
