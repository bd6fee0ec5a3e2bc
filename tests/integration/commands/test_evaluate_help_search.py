"""``manage.py evaluate_help_search``: figures that an independent count agrees with."""

from __future__ import annotations

import itertools
import json
import math
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import EmbeddingError
from django_helpcenter.models import HelpArticle, HelpSearchHistory
from tests.factories import (
    HASHING,
    ONNX,
    fake_embeddings,
    index,
    make_article,
    make_category,
    make_user,
)

ARTICLES = {
    "off/valve": ("Close the valve", "Turn the valve to the right until it stops."),
    "off/dock": ("Power the dock", "The dock charges the scanner when it has power."),
    "off/site": ("Add a site", "A site has a name and a postcode."),
    "off/order": ("Create a work order", "An order says what to do at a site."),
    "off/invoice": ("Download an invoice", "Every invoice of an order is a PDF."),
}
QUESTIONS = {
    "q1": "how do I close a valve",
    "q2": "scanner has no power",
    "q3": "postcode of a site",
    "q4": "where is the pdf of my order",
    "q5": "volcanoes",
}
GRADES = [
    ("q1", "off/valve", 1),
    ("q2", "off/dock", 2),
    ("q2", "off/order", 1),
    ("q3", "off/site", 3),
    ("q3", "off/order", 1),
    ("q4", "off/invoice", 1),
    ("q5", "off/valve", 1),
    ("q5", "off/dock", 0),
]


@pytest.fixture
def content(tenant: Model) -> None:
    for document, (title, text) in ARTICLES.items():
        make_article(tenant, title, content=text, source="docs", source_id=document)
    index(tenant)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / name for name in ("queries", "qrels", "run")}
    lines = [json.dumps({"id": key, "text": text}) for key, text in QUESTIONS.items()]
    paths["queries"].write_text("\n".join(lines), "utf-8")
    rows = ["query-id\tdoc-id\tgrade", *("\t".join(map(str, row)) for row in GRADES)]
    paths["qrels"].write_text("\n".join(rows), "utf-8")
    return paths


def evaluate(tenant: Model, files: dict[str, Path], *arguments: str) -> str:
    out = StringIO()
    options = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    call_command(
        "evaluate_help_search",
        "--tenant",
        getattr(tenant, conf.TENANT_SLUG_FIELD),
        *options,
        *arguments,
        stdout=out,
    )
    return out.getvalue()


def lexical(tenant: Model, files: dict[str, Path], *arguments: str) -> str:
    return evaluate(tenant, files, "--mode", "lexical", *arguments)


def test_call_command_takes_the_paths_as_strings(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    paths = {name: str(path) for name, path in files.items()}
    slug = getattr(tenant, conf.TENANT_SLUG_FIELD)
    out = StringIO()
    call_command("evaluate_help_search", tenant=slug, mode="lexical", stdout=out, **paths)
    assert set(figures(out.getvalue())) == {"nDCG@10", "recall@5", "recall@10", "MRR@10"}


def unjudged(files: dict[str, Path]) -> dict[str, Path]:
    """Return the files without the judgements."""
    return {name: path for name, path in files.items() if name != "qrels"}


def figures(output: str) -> dict[str, float]:
    found = re.findall(r"^(nDCG@10|recall@5|recall@10|MRR@10) (\d\.\d{4})$", output, re.MULTILINE)
    return {name: float(figure) for name, figure in found}


def hits(run: Path) -> dict[str, list[tuple[str, float]]]:
    """Read a run as any other tool does: six columns, the best score first."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for line in run.read_text("utf-8").splitlines():
        query, q0, document, _rank, score, tag = line.split(" ")
        assert (q0, tag) == ("Q0", tag)
        found[query].append((document, float(score)))
    return found


def count_independently(run: Path) -> dict[str, float]:
    """Compute the figures once more, from the run file and the grades alone."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for query, document, grade in GRADES:
        judged[query][document] = grade
    ranked = {
        query: [document for document, _ in sorted(found, key=lambda hit: -hit[1])]
        for query, found in hits(run).items()
    }
    sums: dict[str, float] = defaultdict(float)
    for query, grades in judged.items():
        order = ranked.get(query, [])
        relevant = {document for document, grade in grades.items() if grade > 0}
        gains = [grades.get(document, 0) for document in order[:10]]
        ideal = sorted(grades.values(), reverse=True)[:10]
        sums["nDCG@10"] += sum(gain / math.log2(at + 2) for at, gain in enumerate(gains)) / sum(
            gain / math.log2(at + 2) for at, gain in enumerate(ideal)
        )
        sums["recall@5"] += len(relevant.intersection(order[:5])) / len(relevant)
        sums["recall@10"] += len(relevant.intersection(order[:10])) / len(relevant)
        places = [at for at, document in enumerate(order[:10], 1) if document in relevant]
        sums["MRR@10"] += 1 / places[0] if places else 0
    return {name: round(total / len(judged), 4) for name, total in sums.items()}


@pytest.mark.parametrize("mode", ["lexical", "semantic", "hybrid"])
def test_figures_agree_with_an_independent_count(
    tenant: Model, files: dict[str, Path], mode: str
) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_SEMANTIC_FLOOR=0.05):
        for document, (title, text) in ARTICLES.items():
            make_article(tenant, title, content=text, source="docs", source_id=document)
        index(tenant)
        output = evaluate(tenant, files, "--mode", mode)
    assert figures(output) == count_independently(files["run"])
    assert 0.5 < figures(output)["nDCG@10"] < 1


def score_script() -> Path:
    folder = os.environ.get("HELP_CENTER_EVAL_DIR")
    if not folder:
        pytest.skip("HELP_CENTER_EVAL_DIR names no folder with evaluation sets")
    return Path(folder) / "score.py"


def score(script: Path, files: dict[str, Path]) -> dict[str, float]:
    """Let another program compute the figures."""
    done = subprocess.run(
        [sys.executable, script, files["qrels"], files["run"]],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    names = {"nDCG@10": "ndcg@10", "recall@5": "recall@5"}
    names |= {"recall@10": "recall@10", "MRR@10": "mrr@10"}
    return {name: theirs[key] for name, key in names.items()}


@pytest.mark.parametrize("mode", ["lexical", "hybrid"])
def test_figures_agree_with_another_tool(tenant: Model, files: dict[str, Path], mode: str) -> None:
    script = score_script()
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        for document, (title, text) in ARTICLES.items():
            make_article(tenant, title, content=text, source="docs", source_id=document)
        index(tenant)
        output = evaluate(tenant, files, "--mode", mode)
    assert figures(output) == score(script, files)


def test_figures_agree_with_another_tool_on_a_real_set(tenant: Model, tmp_path: Path) -> None:
    script = score_script()
    source = script.parent / "emanual-tv"
    category = make_category(tenant)
    for line in (source / "corpus.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        fields = {"content": row["text"], "source": "set", "source_id": row["id"]}
        make_article(tenant, row["title"] or row["id"], category=category, **fields)
    index(tenant)
    files = {name: tmp_path / name for name in ("queries", "qrels", "run")}
    # Some of the questions, because all of them take minutes.
    questions = (source / "queries.jsonl").read_text("utf-8").splitlines()[:40]
    files["queries"].write_text("\n".join(questions), "utf-8")
    asked = {json.loads(line)["id"] for line in questions}
    header, *rows = (source / "qrels.tsv").read_text("utf-8").splitlines()
    judged = [row for row in rows if row.split("\t")[0] in asked]
    files["qrels"].write_text("\n".join([header, *judged]), "utf-8")
    output = lexical(tenant, files)
    assert figures(output) == score(script, files)
    assert figures(output)["nDCG@10"] > 0.6


def test_run_names_articles_by_their_id_in_the_source(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    lexical(tenant, files)
    assert hits(files["run"])["q1"][0][0] == "off/valve"


def test_article_without_a_source_is_named_by_its_slug(
    tenant: Model, files: dict[str, Path]
) -> None:
    make_article(tenant, "Close the valve")
    index(tenant)
    lexical(tenant, unjudged(files))
    assert hits(files["run"])["q1"][0][0] == "close-the-valve"


def test_run_has_the_format_of_trec(tenant: Model, content: None, files: dict[str, Path]) -> None:
    lexical(tenant, files)
    pattern = r"q\d Q0 off/\w+ \d+ -?\d\.\d{9} help-center-lexical"
    lines = files["run"].read_text("utf-8").splitlines()
    assert lines
    assert all(re.fullmatch(pattern, line) for line in lines)


def test_scores_of_equal_articles_fall_strictly(tenant: Model, files: dict[str, Path]) -> None:
    for _ in range(30):
        make_article(tenant, "Close the valve", content="The same text.")
    index(tenant)
    lexical(tenant, unjudged(files))
    scores = [score for _, score in hits(files["run"])["q1"]]
    assert len(scores) == 30
    assert all(first > second for first, second in itertools.pairwise(scores))


def test_run_has_up_to_100_articles_a_question(tenant: Model, files: dict[str, Path]) -> None:
    category = make_category(tenant)
    for number in range(105):
        make_article(tenant, f"Valve {number}", content="A valve.", category=category)
    index(tenant)
    lexical(tenant, unjudged(files))
    assert len(hits(files["run"])["q1"]) == 100


def test_white_space_in_ids_does_not_break_the_columns(
    tenant: Model, files: dict[str, Path]
) -> None:
    make_article(tenant, "Close the valve", source="docs", source_id="my file.md")
    index(tenant)
    lexical(tenant, unjudged(files))
    assert hits(files["run"])["q1"][0][0] == "my_file.md"


def test_id_that_two_sources_use_counts_once(tenant: Model, files: dict[str, Path]) -> None:
    for source in ("a", "b"):
        make_article(tenant, "Close the valve", source=source, source_id="off/valve")
    index(tenant)
    lexical(tenant, files)
    assert [document for document, _ in hits(files["run"])["q1"]] == ["off/valve"]


def test_questions_without_hits_are_counted(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    assert "queries 5, judged 5, without hits 1" in lexical(tenant, files)


def test_time_per_query_is_printed(tenant: Model, content: None, files: dict[str, Path]) -> None:
    last = lexical(tenant, files).splitlines()[-1]
    assert re.fullmatch(r"p50 \d+\.\d ms, p95 \d+\.\d ms per query", last)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_model_is_loaded_before_the_first_question_is_timed(
    tenant: Model, content: None, files: dict[str, Path], mode: str
) -> None:
    calls: list[str] = []
    with fake_embeddings() as model:
        index(tenant)
        model.before_documents = lambda texts: calls.append("loaded")
        model.before_query = lambda text: calls.append("asked")
        evaluate(tenant, files, "--mode", mode)
    assert calls == ["loaded", *["asked"] * 5]


def test_model_that_fails_while_it_is_loaded_is_refused(
    tenant: Model, content: None, files: dict[str, Path], run_before: str
) -> None:
    def fail(texts: Sequence[str]) -> None:
        raise EmbeddingError("Out of memory.")

    with fake_embeddings() as model:
        index(tenant)
        model.before_documents = fail
        assert "needs an embedding model (model-failed)" in refused(tenant, files)


def test_measuring_records_no_history(tenant: Model, content: None, files: dict[str, Path]) -> None:
    lexical(tenant, files)
    assert not HelpSearchHistory.objects.exists()


def test_votes_and_views_do_not_count(tenant: Model, content: None, files: dict[str, Path]) -> None:
    lexical(tenant, files)
    before = files["run"].read_text("utf-8")
    HelpArticle.objects.update(view_count=900, helpful_count=90)
    HelpArticle.objects.filter(source_id="off/valve").update(not_helpful_count=990)
    lexical(tenant, files)
    assert files["run"].read_text("utf-8") == before


def test_reader_is_anonymous(tenant: Model, files: dict[str, Path]) -> None:
    make_article(tenant, "Close the valve", target_roles=["manager"])
    index(tenant)
    lexical(tenant, unjudged(files))
    assert files["run"].read_text("utf-8") == ""


def test_reader_may_be_named(tenant: Model, files: dict[str, Path]) -> None:
    make_article(tenant, "Close the valve", target_roles=["manager"])
    index(tenant)
    make_user("mina", roles=("manager",))
    lexical(tenant, unjudged(files), "--user", "mina")
    assert hits(files["run"])["q1"]


# What cannot be measured


@pytest.fixture
def run_before(files: dict[str, Path]) -> Iterator[str]:
    """Keep an eye on the run of an earlier time, which a failure must leave alone."""
    files["run"].write_text("earlier", "utf-8")
    yield "earlier"
    assert files["run"].read_text("utf-8") == "earlier"
    assert sorted(path.name for path in files["run"].parent.iterdir()) == [
        "qrels",
        "queries",
        "run",
    ]


def refused(tenant: Model, files: dict[str, Path], *arguments: str) -> str:
    """Return why nothing was measured; the exit code says so."""
    with pytest.raises(CommandError) as caught:
        evaluate(tenant, files, *arguments)
    assert caught.value.returncode == 2
    return str(caught.value)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_mode_that_needs_a_model_is_refused_without_one(
    tenant: Model, content: None, files: dict[str, Path], run_before: str, mode: str
) -> None:
    assert "--mode lexical" in refused(tenant, files, "--mode", mode)


def test_hybrid_is_the_mode_that_is_meant(
    tenant: Model, content: None, files: dict[str, Path], run_before: str
) -> None:
    assert "The hybrid mode needs an embedding model" in refused(tenant, files)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_model_that_is_not_installed_is_refused(
    tenant: Model, content: None, files: dict[str, Path], run_before: str, mode: str
) -> None:
    missing = {**ONNX, "OPTIONS": {"model_dir": str(files["run"].parent / "none")}}
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        index(tenant)
    with override_settings(HELP_CENTER_EMBEDDINGS=missing):
        assert "needs an embedding model" in refused(tenant, files, "--mode", mode)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_articles_that_are_not_embedded_are_refused(
    tenant: Model, content: None, files: dict[str, Path], run_before: str, mode: str
) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        assert "needs an embedding model" in refused(tenant, files, "--mode", mode)


def test_model_that_fails_meanwhile_leaves_no_half_run(
    tenant: Model, content: None, files: dict[str, Path], run_before: str
) -> None:
    asked: list[str] = []

    def fail_later(text: str) -> None:
        asked.append(text)
        if len(asked) > 2:
            raise EmbeddingError("Out of memory.")

    with fake_embeddings() as model:
        index(tenant)
        model.before_query = fail_later
        assert "needs an embedding model (model-failed)" in refused(tenant, files)
    assert len(asked) == 3


def test_unknown_tenant_is_named(tenant: Model, files: dict[str, Path], run_before: str) -> None:
    with pytest.raises(CommandError, match="no tenant 'nobody'") as caught:
        call_command(
            "evaluate_help_search",
            *("--tenant", "nobody"),
            *(part for name, path in files.items() for part in (f"--{name}", str(path))),
        )
    assert caught.value.returncode == 2


def test_unknown_user_is_named(tenant: Model, files: dict[str, Path], run_before: str) -> None:
    assert refused(tenant, files, "--user", "nobody") == "There is no user 'nobody'."


def test_bad_question_is_named_with_its_line(
    tenant: Model, files: dict[str, Path], run_before: str
) -> None:
    files["queries"].write_text('{"id": "q1", "text": "a"}\nnonsense\n', "utf-8")
    assert f"{files['queries']}:2: expected an object" in refused(tenant, files)


def test_bad_judgement_is_named_with_its_line(
    tenant: Model, files: dict[str, Path], run_before: str
) -> None:
    files["qrels"].write_text("query-id\tdoc-id\tgrade\nq1\ta\tgood\n", "utf-8")
    assert f"{files['qrels']}:2: expected query-id" in refused(tenant, files)


def test_missing_file_is_named(tenant: Model, files: dict[str, Path], run_before: str) -> None:
    missing = files["queries"].with_name("none")
    assert f"{missing} cannot be read" in refused(tenant, {**files, "queries": missing})


def test_folder_that_is_not_there_is_named(
    tenant: Model, content: None, files: dict[str, Path], run_before: str
) -> None:
    there = files["run"].parent / "none" / "run"
    reason = refused(tenant, {**files, "run": there}, "--mode", "lexical")
    assert "No such file or directory" in reason


def test_failing_run_leaves_nothing(tenant: Model, content: None, files: dict[str, Path]) -> None:
    refused(tenant, files)
    assert sorted(path.name for path in files["run"].parent.iterdir()) == ["qrels", "queries"]


def test_run_may_go_where_no_file_can_be_put(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    assert figures(lexical(tenant, {**files, "run": Path("/dev/null")}))
    assert Path("/dev/null").is_char_device()


def test_draft_is_never_in_a_run(tenant: Model, files: dict[str, Path]) -> None:
    make_article(tenant, "Close the valve", status=ArticleStatus.DRAFT)
    index(tenant)
    lexical(tenant, unjudged(files))
    assert files["run"].read_text("utf-8") == ""


def test_fake_model_is_as_good_as_any(tenant: Model, content: None, files: dict[str, Path]) -> None:
    with fake_embeddings():
        index(tenant)
        assert figures(evaluate(tenant, files, "--mode", "semantic"))


def test_ids_with_blanks_are_measured_as_the_run_file_names_them(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    make_article(tenant, "Zebra", content="Zebra.", source="docs", source_id="my file.md")
    index(tenant)
    files["queries"].write_text('{"id": "one q", "text": "zebra"}', "utf-8")
    files["qrels"].write_text("q\td\tg\none_q\tmy_file.md\t1\n", "utf-8")
    assert figures(lexical(tenant, files))["nDCG@10"] == 1.0
    assert files["run"].read_text("utf-8").startswith("one_q Q0 my_file.md 1 ")


@pytest.mark.parametrize("key", ["", " ", "\ud800"])
def test_question_whose_id_no_run_file_can_hold_is_refused(
    tenant: Model, files: dict[str, Path], key: str
) -> None:
    files["queries"].write_text(json.dumps({"id": key, "text": "valve"}), "utf-8")
    with pytest.raises(CommandError, match=":1: expected an object"):
        lexical(tenant, files)


def test_question_that_takes_too_long_is_named(
    content: None, tenant: Model, files: dict[str, Path], settings: Any
) -> None:
    settings.HELP_CENTER_SEARCH_TIMEOUT_MS = 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE help_center_helparticle RENAME TO real_articles")
        cursor.execute(
            "CREATE VIEW help_center_helparticle AS"
            " SELECT a.* FROM real_articles a, LATERAL (SELECT pg_sleep(0.05)) slowly"
        )
    with pytest.raises(CommandError, match="took longer than HELP_CENTER_SEARCH_TIMEOUT_MS"):
        lexical(tenant, files)


# Judgements of articles that are not there


def judge(files: dict[str, Path], *documents: str) -> None:
    rows = ["query-id\tdoc-id\tgrade", *(f"q1\t{document}\t1" for document in documents)]
    files["qrels"].write_text("\n".join(rows), "utf-8")


def test_judged_documents_that_no_article_has_are_named(
    tenant: Model, content: None, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    judge(files, "off/valve", *(f"off/typo{number}" for number in range(7)))
    assert figures(lexical(tenant, files))
    assert (
        "7 of the 8 judged documents are no articles of this help center: 'off/typo0', "
        "'off/typo1', 'off/typo2', 'off/typo3', 'off/typo4' and 2 more."
    ) in capsys.readouterr().err


def test_judged_documents_that_are_there_bring_no_warning(
    tenant: Model, content: None, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lexical(tenant, files)
    assert capsys.readouterr().err == ""


def test_articles_of_other_tenants_are_not_the_judged_ones(
    tenant: Model, other_tenant: Model, content: None, files: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    make_article(other_tenant, "Elsewhere", source="docs", source_id="off/elsewhere")
    judge(files, "off/valve", "off/elsewhere")
    lexical(tenant, files)
    assert "1 of the 2 judged documents is no article of this help center: 'off/elsewhere'." in (
        capsys.readouterr().err
    )


def test_judgements_of_other_articles_are_refused(
    tenant: Model, content: None, files: dict[str, Path], run_before: str
) -> None:
    judge(files, "12345", "12346")
    reason = refused(tenant, files, "--mode", "lexical")
    assert "The judgements are about other articles: none of the 2 documents" in reason
    assert "They name '12345'; this help center has " in reason
    assert any(f"has {document!r}" in reason for document in ARTICLES)
    assert "the `id` of its front matter, else its path" in reason


def test_judgements_are_refused_where_there_are_no_articles(
    tenant: Model, files: dict[str, Path], run_before: str
) -> None:
    reason = refused(tenant, files, "--mode", "lexical")
    assert "They name 'off/valve'; this help center has no articles." in reason


# Questions without judgements


def test_questions_need_no_judgements(tenant: Model, content: None, files: dict[str, Path]) -> None:
    lines = lexical(tenant, unjudged(files)).splitlines()
    assert lines[0] == "queries 5, without hits 1"
    assert re.fullmatch(r"p50 \d+\.\d ms, p95 \d+\.\d ms per query", lines[1])
    assert len(lines) == 2


def test_figures_of_quality_are_null_without_judgements(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    found = report(tenant, unjudged(files))
    assert (found["queries"], found["judged"], found["without_hits"]) == (5, 0, 1)
    quality = ("ndcg_at_10", "recall_at_5", "recall_at_10", "mrr_at_10")
    assert [found[name] for name in quality] == [None] * 4


def test_run_is_written_without_judgements(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    lexical(tenant, unjudged(files))
    assert hits(files["run"])["q1"][0][0] == "off/valve"


def test_questions_without_a_judgement_count_as_without_hits_too(
    tenant: Model, content: None, files: dict[str, Path]
) -> None:
    with files["queries"].open("a", encoding="utf-8") as queries:
        queries.write('\n{"id": "q6", "text": "glaciers"}')
    assert "queries 6, judged 5, without hits 2" in lexical(tenant, files)


@pytest.mark.parametrize(
    "arguments", [("--min-ndcg", "0"), ("--compare", "former"), ("--worst", "3")]
)
def test_what_needs_judgements_is_refused_without_them(
    tenant: Model, content: None, files: dict[str, Path], run_before: str,
    arguments: tuple[str, ...],
) -> None:  # fmt: skip
    reason = refused(tenant, unjudged(files), "--mode", "lexical", *arguments)
    assert reason == f"{arguments[0]} needs judged articles: give --qrels."


def test_judgements_without_questions_are_refused(
    tenant: Model, files: dict[str, Path], run_before: str
) -> None:
    assert "Give --queries" in refused(tenant, {"qrels": files["qrels"]}, "--mode", "lexical")


# Settings for one run, and two runs in pairs


def report(tenant: Model, files: dict[str, Path], *arguments: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(lexical(tenant, files, "--format", "json", *arguments))
    return parsed


def write_run(path: Path, run: dict[str, list[str]]) -> str:
    lines = [
        f"{query} Q0 {document} {rank} {1 / rank:.9f} former"
        for query, documents in run.items()
        for rank, document in enumerate(documents, 1)
    ]
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def test_report_can_be_json(content: None, tenant: Model, files: dict[str, Path]) -> None:
    found = report(tenant, files)
    assert (found["queries"], found["judged"], found["without_hits"]) == (5, 5, 1)
    assert round(found["ndcg_at_10"], 4) == count_independently(files["run"])["nDCG@10"]


def test_run_file_need_not_be_written(content: None, tenant: Model, files: dict[str, Path]) -> None:
    path = files.pop("run")
    assert figures(lexical(tenant, files))
    assert not path.exists()


def test_setting_is_tried_for_one_run(content: None, tenant: Model, files: dict[str, Path]) -> None:
    before = report(tenant, files)["without_hits"]
    tried = report(tenant, files, "--with", "SEARCH_QUERY_MAX_LENGTH=3")["without_hits"]
    assert before == report(tenant, files)["without_hits"] < tried


def test_setting_may_have_its_full_name_and_be_a_pair(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    assert report(tenant, files, "--with", "HELP_CENTER_SEARCH_COVERAGE_SHIFT=[0, 0]")


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("SEARCH_LUCK=1", "no setting that can be tried"),
        ("TENANT_MODEL=1", "no setting that can be tried"),
        ("SEARCH_CANDIDATES", "no setting that can be tried"),
        ("SEARCH_CANDIDATES=x", "has no JSON"),
        ("SEARCH_CANDIDATES=0", "it must be from 1"),
        ('SEARCH_CANDIDATES="many"', "HELP_CENTER_SEARCH_CANDIDATES is 'many'"),
        ('SEARCH_BM25={"k1": 1}', "needs exactly the parts"),
    ],
)
def test_setting_that_cannot_be_tried_is_refused(
    tenant: Model, files: dict[str, Path], run_before: str, argument: str, reason: str
) -> None:
    assert reason in refused(tenant, files, "--mode", "lexical", "--with", argument)


def test_run_compared_with_itself_differs_by_nothing(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    lexical(tenant, files)
    output = lexical(tenant, files, "--compare", str(files["run"]))
    assert "difference +0.0000 of nDCG@10, standard error 0.0000: 0 better, 0 worse of 5" in output


def test_difference_and_its_standard_error_are_those_of_the_pairs(
    content: None, tenant: Model, files: dict[str, Path], tmp_path: Path
) -> None:
    worst = {row["id"]: row["ndcg_at_10"] for row in report(tenant, files, "--worst", "9")["worst"]}
    former = {query: [name for name, _ in found] for query, found in hits(files["run"]).items()}
    # Formerly q1 was found second, and q3 was not found.
    former["q1"].insert(0, "off/site")
    del former["q3"]
    found = report(tenant, files, "--compare", write_run(tmp_path / "former", former))
    gained = {"q1": 1 - 1 / math.log2(3), "q3": worst.get("q3", 1.0)}
    by_query = {**dict.fromkeys(QUESTIONS, 0.0), **gained}
    comparison = found["comparison"]
    differences = list(by_query.values())
    middle = sum(differences) / 5
    error = math.sqrt(sum((value - middle) ** 2 for value in differences) / 4 / 5)
    assert comparison["difference"] == pytest.approx(middle, abs=1e-6)
    assert comparison["standard_error"] == pytest.approx(error, abs=1e-6)
    assert (comparison["better"], comparison["worse"]) == (2, 0)


def test_order_of_a_run_is_that_of_its_scores(
    content: None, tenant: Model, files: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "former"
    path.write_text("q1 Q0 off/site 1 0.1 x\nq1 Q0 off/valve 2 0.9 x\n", "utf-8")
    losses = report(tenant, files, "--compare", str(path), "--worst", "9")["comparison"]["losses"]
    assert losses == []


def test_questions_that_lost_are_named(
    content: None, tenant: Model, files: dict[str, Path], tmp_path: Path
) -> None:
    former = write_run(tmp_path / "former", {"q5": ["off/valve"], "q1": ["off/valve"]})
    output = lexical(tenant, files, "--compare", former, "--worst", "3")
    assert "1.0000 → 0.0000 q5 'volcanoes': found nothing; expected off/valve" in output


def test_questions_that_did_worst_are_named(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    output = lexical(tenant, files, "--worst", "1")
    assert output.splitlines()[-1] == ("0.0000 q5 'volcanoes': found nothing; expected off/valve")
    assert report(tenant, files, "--worst", "1")["worst"][0]["id"] == "q5"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("q1 Q0 off/valve 1 best x", "run:1: expected query, Q0"),
        ("q1 Q0 off/valve", "run:1: expected query, Q0"),
        ("q99 Q0 off/valve 1 0.5 x", "no judged question in common"),
        (None, "cannot be read"),
    ],
)
def test_run_that_cannot_be_compared_is_refused(
    content: None, tenant: Model, files: dict[str, Path], tmp_path: Path, text: str | None,
    reason: str,
) -> None:  # fmt: skip
    former = tmp_path / "former-run"
    if text is not None:
        former.write_text(text, "utf-8")
    assert reason in refused(tenant, files, "--mode", "lexical", "--compare", str(former))


def test_search_below_the_limit_exits_with_one(
    content: None, tenant: Model, files: dict[str, Path]
) -> None:
    lexical(tenant, files, "--min-ndcg", "0.5")
    with pytest.raises(CommandError, match=r"less than 0\.99") as caught:
        lexical(tenant, files, "--min-ndcg", "0.99")
    assert caught.value.returncode == 1
    assert files["run"].exists()


# What readers searched for and opened


def opened(tenant: Model, query: str, title: str, *people: str) -> None:
    article = HelpArticle.objects.get(title=title)
    for visitor_key in people:
        HelpSearchHistory.objects.create(
            tenant_id=tenant.pk, query=query, visitor_key=visitor_key, clicked_article=article
        )


def from_clicks(tenant: Model, *arguments: str) -> str:
    return lexical(tenant, {}, "--judgements-from-clicks", *arguments)


def test_clicks_of_several_people_are_judgements(content: None, tenant: Model) -> None:
    opened(tenant, "close  VALVE", "Close the valve", "a")
    opened(tenant, "Close valve", "Close the valve", "b")
    opened(tenant, "postcode", "Power the dock", *"abcde")
    output = from_clicks(tenant, "--worst", "5")
    assert "queries 2, judged 2" in output
    assert figures(output)["nDCG@10"] == 0.5
    assert "'postcode': found off/site; expected off/dock" in output


def test_more_people_make_a_higher_grade(content: None, tenant: Model) -> None:
    opened(tenant, "order", "Create a work order", *"ab")
    opened(tenant, "order", "Download an invoice", *"abcdefghij")
    assert figures(from_clicks(tenant))["nDCG@10"] == round(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), 4
    )


def test_clicks_of_one_person_are_no_judgement(content: None, tenant: Model) -> None:
    opened(tenant, "my secret plan", "Close the valve", "a", "a", "a")
    with pytest.raises(CommandError, match="no two people"):
        from_clicks(tenant)


def test_old_clicks_do_not_count(content: None, tenant: Model) -> None:
    opened(tenant, "valve", "Close the valve", *"ab")
    HelpSearchHistory.objects.update(created_at=timezone.now() - timedelta(days=20))
    assert from_clicks(tenant, "--days", "30")
    with pytest.raises(CommandError, match="In the last 10 days"):
        from_clicks(tenant, "--days", "10")


def test_clicks_of_other_tenants_do_not_count(
    content: None, tenant: Model, other_tenant: Model
) -> None:
    opened(other_tenant, "valve", "Close the valve", *"ab")
    with pytest.raises(CommandError, match="no two people"):
        from_clicks(tenant)


def test_clicks_and_files_are_not_mixed(
    tenant: Model, files: dict[str, Path], run_before: str
) -> None:
    arguments = ("--mode", "lexical", "--judgements-from-clicks")
    assert "not both" in refused(tenant, files, *arguments)


def test_neither_clicks_nor_files_is_refused(tenant: Model) -> None:
    assert "Give --queries, or" in refused(tenant, {}, "--mode", "lexical")
