"""Import a folder of Markdown, beside bare onnxruntime on the same texts.

    python -m benchmarks.import_throughput [FOLDER] [--rounds 3]

Bare means: the texts of the passages already cut, tokenized, sorted by length, run through the
model; nothing is read, parsed, stored or indexed. It is run in two ways: "plain", a session with
onnxruntime's own settings, which puts all processors into one calculation, and batches of 32; and
"tuned", what the import itself does, as many small calculations at a time as there are processors.
All take turns, and a ratio is the median of the rounds: 1 would be an import that costs nothing
but the model.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import stage


def plain(texts: list[str]) -> float:
    """Return the seconds that a session with onnxruntime's own settings needs."""
    return _timed(texts, threads=0, at_once=1, rows_of=lambda width: 32)


def tuned(texts: list[str]) -> float:
    """Return the seconds that onnxruntime needs when it is used as the import uses it."""
    from django_helpcenter.backends.embeddings.onnx import OnnxOptions

    options = OnnxOptions()
    return _timed(
        texts,
        threads=options.threads,
        at_once=len(os.sched_getaffinity(0)),
        rows_of=lambda width: max(1, options.batch_tokens // width),
    )


def _timed(texts: list[str], *, threads: int, at_once: int, rows_of: Callable[[int], int]) -> float:
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings

    backend = OnnxEmbeddings()
    folder = backend.models_dir / backend.name
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(backend.max_tokens)
    tokenizer.no_padding()

    def run(rows: list[list[int]]) -> None:
        width = len(rows[-1])
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        session.run(None, {"input_ids": ids, "attention_mask": mask})

    started = time.perf_counter()
    tokens = sorted((encoding.ids for encoding in tokenizer.encode_batch(texts)), key=len)
    batches = []
    while tokens:
        batches.append(tokens[-rows_of(len(tokens[-1])) :])
        del tokens[-len(batches[-1]) :]
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(run, batches))
    return time.perf_counter() - started


def imported(folder: Path, tenant: Any) -> tuple[float, Any, list[str]]:
    """Return the seconds of an import, its report, and the texts that it embedded."""
    from django_helpcenter.content.passages import embedding_text
    from django_helpcenter.models import HelpPassage
    from django_helpcenter.services.documentation import DocumentationService
    from django_helpcenter.services.passages import heading_parts

    started = time.perf_counter()
    report = DocumentationService(tenant=tenant).sync(folder)
    seconds = time.perf_counter() - started
    texts = [
        embedding_text(title, heading_parts(path), text)
        for title, path, text in HelpPassage.objects.for_tenant(tenant).values_list(
            "title", "heading_path", "text"
        )
    ]
    return seconds, report, texts


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=stage.DEMO_CONTENT)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    stage.set_up()
    from django_helpcenter.backends.loading import get_embeddings

    backend = get_embeddings()
    if backend is None:
        raise SystemExit("The benchmark settings name no embedding backend.")
    backend.ready()  # both sides start with a loaded model
    rows = []
    ways = {"plain": plain, "tuned": tuned}
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(1, arguments.rounds + 1):
        with stage.empty_tenant() as tenant:
            ours, report, texts = imported(arguments.folder, tenant)
        cells = [f"{ours:.1f} s ({len(texts) / ours:.1f}/s)"]
        for name, way in ways.items():
            seconds = way(texts)
            ratios[name].append(seconds / ours)
            cells.append(
                f"{seconds:.1f} s ({len(texts) / seconds:.1f}/s), ratio {seconds / ours:.2f}"
            )
        rows.append([number, report.created, len(texts), *cells])
    stage.table(
        ["round", "articles", "passages", "import", *(f"bare, {name}" for name in ways)], rows
    )
    for name, values in ratios.items():
        print(f"median ratio to bare onnxruntime, {name}: {stage.median(values):.2f}")


if __name__ == "__main__":
    main()
