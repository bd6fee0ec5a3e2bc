"""Names for people, made from the names of files and folders."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"(\d{1,3})[-_. ]+(?=\D)")
_SEPARATORS = re.compile(r"[-_\s]+")

#: Words that are not written in lower case, as they stand in file names.
_ABBREVIATIONS = {
    word.lower(): word
    for word in (
        "API", "APIs", "AWS", "CLI", "CSS", "CSV", "FAQ", "FAQs", "HTML", "HTTP", "iOS", "JSON",
        "LDAP", "OAuth", "PDF", "QR", "REST", "SAML", "SCIM", "SDK", "SMS", "SMTP", "SQL", "SSH",
        "SSO", "UI", "URL", "VPN", "XML", "YAML",
    )
}  # fmt: skip


def split_number(name: str) -> tuple[int | None, str]:
    """Take a number such as ``01-`` off the front of a name, where authors put the order."""
    match = _NUMBERED.match(name)
    return (int(match[1]), name[match.end() :]) if match else (None, name)


def humanize(name: str) -> str:
    """Make ``02-trouble-signing_in`` into ``Trouble signing in``."""
    _number, rest = split_number(name.strip("-_. "))
    words = [_ABBREVIATIONS.get(word.lower(), word) for word in _SEPARATORS.split(rest) if word]
    text = " ".join(words)
    return text if text[:1].isupper() or text.startswith("iOS") else text[:1].upper() + text[1:]
