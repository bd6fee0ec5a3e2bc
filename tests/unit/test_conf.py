"""Settings are read through, at each use."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_helpcenter.conf import PREFIX, HelpCenterSettings, conf, setting_names


def test_default_stands_when_the_host_sets_nothing() -> None:
    assert conf.STALE_AFTER_DAYS == 180


def test_host_setting_wins() -> None:
    with override_settings(HELP_CENTER_STALE_AFTER_DAYS=7):
        assert conf.STALE_AFTER_DAYS == 7


def test_setting_is_read_again_at_each_use() -> None:
    with override_settings(HELP_CENTER_STALE_AFTER_DAYS=7):
        assert conf.STALE_AFTER_DAYS == 7
        with override_settings(HELP_CENTER_STALE_AFTER_DAYS=8):
            assert conf.STALE_AFTER_DAYS == 8
    assert conf.STALE_AFTER_DAYS == 180


def test_setting_without_the_prefix_is_another_ones() -> None:
    with override_settings(STALE_AFTER_DAYS=7):
        assert conf.STALE_AFTER_DAYS == 180


def test_unknown_setting_is_an_error() -> None:
    with pytest.raises(AttributeError, match="NO_SUCH_SETTING"):
        _ = conf.NO_SUCH_SETTING


def test_unknown_setting_is_an_error_although_the_host_sets_it() -> None:
    with (
        override_settings(HELP_CENTER_NO_SUCH_SETTING=1),
        pytest.raises(AttributeError, match="NO_SUCH_SETTING"),
    ):
        _ = conf.NO_SUCH_SETTING


def test_names_carry_the_prefix_and_each_has_a_default() -> None:
    names = setting_names()
    assert "HELP_CENTER_TENANT_MODEL" in names
    assert {name.removeprefix(PREFIX) for name in names} == {
        name for name in vars(HelpCenterSettings) if name.isupper()
    }
