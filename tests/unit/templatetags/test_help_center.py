"""Tags for the templates of the help center."""

from __future__ import annotations

import pytest
from django.utils import translation

from django_helpcenter.templatetags.help_center import help_icon, help_lang, help_language_name


@pytest.mark.parametrize("name", ["", "no-such-icon", "../base", "a/b", "Bell", "x" * 500])
def test_name_without_a_drawing_is_a_folder(name: str) -> None:
    assert help_icon(name) == help_icon("folder")


@pytest.mark.parametrize("color", ["", "red", "#fff", '#123456" onload="x', "url(#x)"])
def test_color_that_is_none_is_ignored(color: str) -> None:
    assert 'stroke="currentColor"' in help_icon("bell", color=color)


def test_drawing_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in help_icon("bell")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ""), ("en-gb", ""), ("de", ' lang="de" dir="ltr"'), ("ar", ' lang="ar" dir="rtl"')],
)
def test_other_languages_are_marked(language: str, expected: str) -> None:
    with translation.override("en"):
        assert help_lang(language) == expected


def test_language_is_escaped() -> None:
    assert help_lang('x"><script>') == ' lang="x&quot;&gt;&lt;script&gt;" dir="ltr"'


def test_language_is_called_by_its_own_name() -> None:
    assert help_language_name("de") == "Deutsch"
    assert help_language_name("tlh") == "tlh"
