"""Settings that a command line gives for one run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.checks import ERROR, run_checks

from django_helpcenter.conf import PREFIX, HelpCenterSettings, setting_names, trying
from django_helpcenter.exceptions import ConfigurationError

#: Only these take effect without anything being indexed anew.
TRIABLE = PREFIX + "SEARCH_"


def parse_settings(arguments: Iterable[str]) -> dict[str, Any]:
    """Return settings given as ``NAME=JSON``, named without their prefix.

    Raises ConfigurationError for names that mean nothing here, for what is no JSON, and for values
    that ``manage.py check`` would refuse.
    """
    values: dict[str, Any] = {}
    for argument in arguments:
        name, separator, text = argument.partition("=")
        name = name.strip() if name.startswith(PREFIX) else PREFIX + name.strip()
        if not separator or name not in setting_names() or not name.startswith(TRIABLE):
            known = ", ".join(known for known in setting_names() if known.startswith(TRIABLE))
            raise ConfigurationError(
                f"{argument!r} is no setting that can be tried: write NAME=JSON, with a name of "
                f"{known}."
            )
        try:
            value = json.loads(text)
        except ValueError as exc:
            raise ConfigurationError(f"{argument!r} has no JSON behind the sign: {exc}.") from exc
        short = name.removeprefix(PREFIX)
        is_tuple = isinstance(vars(HelpCenterSettings)[short], tuple)
        values[short] = tuple(value) if is_tuple and isinstance(value, list) else value
    with trying(values):
        wrong = [
            message
            for message in run_checks(tags=["help_center"])
            if message.level >= ERROR and any(PREFIX + name in message.msg for name in values)
        ]
    if wrong:
        raise ConfigurationError(" ".join(f"{message.msg} {message.hint}" for message in wrong))
    return values
