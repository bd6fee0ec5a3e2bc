"""The tree of errors."""

from __future__ import annotations

import inspect

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

from django_helpcenter import exceptions
from django_helpcenter.exceptions import (
    DATABASE_EXCEPTIONS,
    NETWORK_EXCEPTIONS,
    ConfigurationError,
    ContentError,
    EmbeddingError,
    EmbeddingUnavailable,
    HelpCenterError,
)

OWN = [
    error
    for _, error in inspect.getmembers(exceptions, inspect.isclass)
    if error.__module__ == exceptions.__name__
]


@pytest.mark.parametrize("error", OWN)
def test_every_error_has_one_root(error: type[Exception]) -> None:
    assert issubclass(error, HelpCenterError)


@pytest.mark.parametrize("error", OWN)
def test_every_error_stands_in_the_drawing(error: type[Exception]) -> None:
    assert error.__name__ in (exceptions.__doc__ or "")


def test_wrong_setting_is_what_django_calls_it_too() -> None:
    assert issubclass(ConfigurationError, ImproperlyConfigured)


def test_missing_model_is_an_embedding_error() -> None:
    assert issubclass(EmbeddingUnavailable, EmbeddingError)


def test_content_error_knows_its_line() -> None:
    assert ContentError("The list never ends.", line=7).line == 7


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_errors_are_caught(error: type[Exception]) -> None:
    with pytest.raises(DATABASE_EXCEPTIONS):
        raise error("gone")


def test_errors_of_the_driver_are_not_caught_unseen() -> None:
    assert not issubclass(psycopg.Error, DATABASE_EXCEPTIONS)


@pytest.mark.parametrize("error", [ConnectionRefusedError, TimeoutError, BrokenPipeError])
def test_network_errors_are_caught(error: type[Exception]) -> None:
    with pytest.raises(NETWORK_EXCEPTIONS):
        raise error("gone")
