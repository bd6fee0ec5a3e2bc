"""Backends are built from settings, once, and never silently wrong."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from django_helpcenter.backends.embeddings.base import EmbeddingBackend
from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings
from django_helpcenter.backends.loading import (
    get_embeddings,
    get_previous_embeddings,
    load_backend,
)
from django_helpcenter.exceptions import ConfigurationError

if TYPE_CHECKING:
    from pytest_django import Settings

HASHING = "django_helpcenter.backends.embeddings.hashing.HashingEmbeddings"


def load(declaration: Any) -> EmbeddingBackend:
    return load_backend("HELP_CENTER_EMBEDDINGS", declaration, EmbeddingBackend)  # type: ignore[type-abstract]


def refusal(declaration: Any) -> str:
    """Return the message with which a declaration is refused."""
    with pytest.raises(ConfigurationError) as caught:
        load(declaration)
    return str(caught.value)


def test_site_without_the_setting_has_no_backend(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = None
    assert get_embeddings() is None


def test_site_that_switches_no_model_has_no_previous_backend() -> None:
    assert get_previous_embeddings() is None


def test_setting_names_the_class(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING}
    assert isinstance(get_embeddings(), HashingEmbeddings)


def test_previous_backend_has_its_own_setting(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS_PREVIOUS = {"BACKEND": HASHING}
    assert isinstance(get_previous_embeddings(), HashingEmbeddings)


def test_options_reach_the_backend(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {"concurrency": 7}}
    backend = get_embeddings()
    assert backend is not None
    assert backend.options.concurrency == 7


def test_backend_is_built_once(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {"concurrency": 3}}
    with ThreadPoolExecutor(8) as pool:
        backends = set(pool.map(lambda _: get_embeddings(), range(64)))
    assert len(backends) == 1


def test_changed_setting_builds_another_backend(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {"concurrency": 3}}
    before = get_embeddings()
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {"concurrency": 4}}
    assert get_embeddings() is not before


def test_order_of_keys_does_not_matter(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {}}
    before = get_embeddings()
    settings.HELP_CENTER_EMBEDDINGS = {"OPTIONS": {}, "BACKEND": HASHING}
    assert get_embeddings() is before


def test_path_may_stand_in_the_options(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {
        "BACKEND": "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings",
        "OPTIONS": {"model_dir": Path("/srv/models")},
    }
    backend = get_embeddings()
    assert backend is not None
    assert backend is get_embeddings()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_child_process_builds_its_own_backend(settings: Settings) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {"BACKEND": HASHING, "OPTIONS": {"concurrency": 5}}
    inherited = get_embeddings()
    child = os.fork()
    if not child:
        os._exit(0 if get_embeddings() is not inherited else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("declaration", ["package.Class", [], {}, {"BACKEND": None}])
def test_declaration_of_another_shape_is_refused(declaration: Any) -> None:
    assert "HELP_CENTER_EMBEDDINGS must be a dictionary" in refusal(declaration)


def test_unknown_key_is_refused() -> None:
    message = refusal({"BACKEND": HASHING, "OPTION": {}})
    assert "unknown keys: OPTION." in message
    assert "BACKEND, OPTIONS" in message


def test_options_that_are_no_dictionary_are_refused() -> None:
    assert "['OPTIONS'] must be a dictionary" in refusal({"BACKEND": HASHING, "OPTIONS": ["a"]})


@pytest.mark.parametrize("path", ["no.such.Module", "django_helpcenter.conf.Nothing", "plain"])
def test_path_that_cannot_be_imported_is_refused(path: str) -> None:
    message = refusal({"BACKEND": path})
    assert repr(path) in message
    assert "HELP_CENTER_EMBEDDINGS['BACKEND']" in message


@pytest.mark.parametrize("path", ["django_helpcenter.conf.conf", "pathlib.Path"])
def test_class_of_another_kind_is_refused(path: str) -> None:
    assert "not a subclass of" in refusal({"BACKEND": path})


def test_unknown_option_is_refused_with_the_setting_and_the_allowed_ones() -> None:
    message = refusal({"BACKEND": HASHING, "OPTIONS": {"modell": "x"}})
    assert message.startswith("HELP_CENTER_EMBEDDINGS: ")
    assert "modell" in message
    assert "concurrency, query_cache, query_cache_ttl" in message


def test_option_of_the_wrong_type_is_refused() -> None:
    message = refusal({"BACKEND": HASHING, "OPTIONS": {"concurrency": 0}})
    assert "concurrency: Input should be greater than or equal to 1" in message
