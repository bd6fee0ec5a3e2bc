"""Adding files: who may, what is kept, and what is refused."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from django_helpcenter.exceptions import ConfigurationError, ContentError, PermissionRefused
from django_helpcenter.models import HelpFile
from django_helpcenter.services.file_storage import read_bytes
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.factories import make_author, make_user
from tests.images import SECRET, exif, jpeg, jpeg_segment, png, svg
from tests.integration.files.conftest import AddFile, stored_names
from tests.threads import run_at_once


def test_file_is_kept_with_what_is_known_of_it(add_file: AddFile, tenant: Model) -> None:
    author = make_author("writer", "add_helparticle")
    file = add_file(png(), actor=author, name="Plan 1.png", alternative_text=" A  plan ")
    file.refresh_from_db()
    assert (file.tenant, file.uploaded_by) == (tenant, author)
    assert (file.name, file.alternative_text) == ("Plan 1.png", "A plan")
    assert (file.content_type, file.size) == ("image/png", len(png()))
    assert (file.width, file.height) == (2, 3)
    assert default_storage.open(file.storage_name).read() == png()


def test_place_in_the_storage_follows_from_nothing_that_readers_know(add_file: AddFile) -> None:
    file = add_file()
    for known in (file.key, file.sha256[:20], file.name, ".png"):
        assert known not in file.storage_name


def test_what_a_camera_wrote_is_not_kept(add_file: AddFile) -> None:
    photo = jpeg(before=[jpeg_segment(0xE1, b"Exif\0\0" + exif(6))])
    file = add_file(photo, name="photo.jpeg")
    assert SECRET not in default_storage.open(file.storage_name).read()
    assert (file.name, file.width, file.height) == ("photo.jpg", 2, 4)


def test_equal_content_is_one_file(add_file: AddFile, tenant: Model) -> None:
    one = add_file(png(), name="one.png")
    two = add_file(png(after=b"trailer"), name="two.png", alternative_text="Now described")
    assert one.pk == two.pk
    assert len(stored_names(tenant)) == 1
    assert HelpFile.objects.get().alternative_text == "Now described"


def test_equal_content_of_two_tenants_is_two_files(
    add_file: AddFile, tenant: Model, other_tenant: Model
) -> None:
    own, foreign = add_file(), add_file(to=other_tenant)
    assert own.pk != foreign.pk
    assert own.storage_name != foreign.storage_name


def test_file_that_the_storage_has_lost_comes_back(add_file: AddFile) -> None:
    file = add_file()
    default_storage.delete(file.storage_name)
    again = add_file()
    assert again.pk == file.pk
    assert default_storage.exists(again.storage_name)


@pytest.mark.django_db(transaction=True)
def test_file_added_twice_at_once_is_one_file(tenant: Model, add_file: AddFile) -> None:
    together = threading.Barrier(4)
    added: list[int] = []

    def add() -> None:
        try:
            together.wait()
            added.append(add_file().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(added) == 4
    assert len(set(added)) == 1
    assert len(stored_names(tenant)) == 1


@pytest.mark.parametrize("permission", ["add_helparticle", "change_helparticle"])
def test_who_writes_articles_adds_files(add_file: AddFile, permission: str) -> None:
    assert add_file(actor=make_author("writer", permission)).pk


def test_who_writes_no_articles_adds_no_files(add_file: AddFile, tenant: Model) -> None:
    for person in (make_user("reader"), make_author("looker", "view_helparticle")):
        with pytest.raises(PermissionRefused):
            add_file(actor=person)
    assert stored_names(tenant) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "it is not a PNG"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "cut short or damaged"),
        (svg("<script>alert(1)</script>"), "contains <script>"),
        (png(size=(30_000, 30_000)), "more than 40 million; make it smaller"),
        (png(after=b"x" * 10_000_000), "it has more than 10 MB; make it smaller"),
        (b"", "it is not a PNG"),
    ],
)
def test_refused_file_leaves_nothing(
    add_file: AddFile, tenant: Model, data: bytes, reason: str
) -> None:
    with pytest.raises(ContentError, match=reason):
        FileService(tenant=tenant, actor=SYSTEM).add(data, name="x.png")
    assert stored_names(tenant) == []
    assert not HelpFile.objects.exists()


def test_limits_are_settings(add_file: AddFile, settings: Any) -> None:
    settings.HELP_CENTER_UPLOAD_MAX_BYTES = len(png()) - 1
    with pytest.raises(ContentError, match="it has more than"):
        add_file()
    settings.HELP_CENTER_UPLOAD_MAX_BYTES = len(png())
    settings.HELP_CENTER_IMAGE_MAX_PIXELS = 5
    with pytest.raises(ContentError, match="2 × 3 pixels"):
        add_file()


class FullStorage(InMemoryStorage):
    """Takes nothing."""

    def save(self, name: Any, content: Any, max_length: Any = None) -> str:
        raise OSError("No space left on device")


def test_storage_that_takes_nothing_is_told(add_file: AddFile, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.FullStorage"},
    }
    with pytest.raises(ContentError, match="the storage does not take it: No space left"):
        add_file()
    assert not HelpFile.objects.exists()


def test_files_go_to_the_storage_of_the_setting(add_file: AddFile, settings: Any) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "private": memory}
    settings.HELP_CENTER_FILE_STORAGE = "private"
    assert not default_storage.exists(add_file().storage_name)


def test_storage_that_the_project_does_not_have_is_told(add_file: AddFile, settings: Any) -> None:
    settings.HELP_CENTER_FILE_STORAGE = "nowhere"
    with pytest.raises(ConfigurationError, match="HELP_CENTER_FILE_STORAGE is 'nowhere'"):
        add_file()


def test_description_that_no_column_takes_is_mended(add_file: AddFile) -> None:
    file = add_file(alternative_text="a\0b\ud800 " + "x" * 600)
    file.refresh_from_db()
    assert len(file.alternative_text) == 500
    assert file.alternative_text.startswith("a b? x")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_inner", [False, True])
def test_bytes_leave_the_storage_with_a_transaction_that_is_rolled_back(
    add_file: AddFile, tenant: Model, is_inner: bool
) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        with suppress(KeyError), transaction.atomic():
            add_file()
            assert len(stored_names(tenant)) == 1
            if is_inner:
                raise KeyError
        if not is_inner:
            raise ZeroDivisionError
    assert stored_names(tenant) == []
    assert not HelpFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bytes_that_lose_against_the_same_leave_without_the_garbage_collector(
    tenant: Model, add_file: AddFile
) -> None:
    gc.disable()
    try:
        run_at_once(*[add_file] * 4)
        assert len(stored_names(tenant)) == 1
    finally:
        gc.enable()


@pytest.mark.django_db(transaction=True)
def test_bytes_leave_the_storage_while_the_exception_is_still_known(
    add_file: AddFile, tenant: Model
) -> None:
    def add_and_fail() -> None:
        with transaction.atomic():
            add_file()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        add_and_fail()
    assert stored_names(tenant) == []
    assert caught.value is not None


@pytest.mark.django_db(transaction=True)
def test_bytes_leave_the_storage_when_their_row_is_refused(
    add_file: AddFile, tenant: Model
) -> None:
    with pytest.raises(IntegrityError) as caught:
        add_file(actor=get_user_model()(pk=4_711, is_superuser=True))
    assert stored_names(tenant) == []
    assert caught.value is not None


@pytest.mark.django_db(transaction=True)
def test_bytes_stay_in_the_storage_with_a_transaction_that_is_committed(
    add_file: AddFile, tenant: Model
) -> None:
    with transaction.atomic(), transaction.atomic():
        file = add_file()
    gc.collect()
    assert default_storage.exists(file.storage_name)


@pytest.mark.django_db(transaction=True)
def test_bytes_of_before_stay_when_bringing_them_again_is_rolled_back(
    add_file: AddFile, tenant: Model
) -> None:
    file = add_file()
    with suppress(ZeroDivisionError), transaction.atomic():
        add_file()
        raise ZeroDivisionError
    assert default_storage.exists(file.storage_name)


def test_row_without_a_place_in_the_storage_has_no_bytes(caplog: pytest.LogCaptureFixture) -> None:
    assert read_bytes("") is None
    assert not caplog.records
