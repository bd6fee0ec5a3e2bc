"""Mail servers that fail, in whichever way this Django is told of mail backends."""

from __future__ import annotations

from typing import Any

import django
from django.core.mail.backends.locmem import EmailBackend


class MoodyBackend(EmailBackend):
    """Takes mails as ``mail.outbox`` does, but for those of whom it is told a trouble."""

    #: Address, or "everybody" → what happens.
    troubles: dict[str, BaseException] = {}

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            trouble = self.troubles.get(message.to[0]) or self.troubles.get("everybody")
            if trouble is not None:
                raise trouble
        return int(super().send_messages(messages))


def use_mail_backend(settings: Any, path: str) -> None:
    """Send mails with a backend for the rest of a test."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": path}}
    else:
        settings.EMAIL_BACKEND = path
