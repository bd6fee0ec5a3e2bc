"""Questions and judgements as files, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.evaluation import Question, read_judgements, read_questions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_questions_are_read(file: Path) -> None:
    file.write_text('{"id": "q1", "text": "Where?"}\n\n{"id": 2, "text": "When?"}\n', "utf-8")
    assert read_questions(file) == [Question("q1", "Where?"), Question("2", "When?")]


def test_questions_of_other_systems_are_read(file: Path) -> None:
    file.write_bytes('\ufeff{"id": "q1", "text": "Wo\u2028?"}\r\n'.encode())
    assert read_questions(file) == [Question("q1", "Wo\u2028?")]


@pytest.mark.parametrize(
    "line",
    ["{", "[1]", '"text"', "7", '{"id": "q2"}', '{"text": "Where?"}', "[" * 100_000],
)
def test_line_that_is_no_question_is_named(file: Path, line: str) -> None:
    file.write_text(f'{{"id": "q1", "text": "Where?"}}\n{line}\n', "utf-8")
    with pytest.raises(ContentError, match=r"file:2: expected an object") as caught:
        read_questions(file)
    assert caught.value.line == 2


def test_id_of_two_questions_is_named(file: Path) -> None:
    file.write_text('{"id": 1, "text": "a"}\n{"id": "1", "text": "b"}\n', "utf-8")
    with pytest.raises(ContentError, match="file:2: the id '1' stands here a second time"):
        read_questions(file)


def test_missing_file_is_named(file: Path) -> None:
    with pytest.raises(ContentError, match=r"file cannot be read: .*No such file"):
        read_questions(file)


def test_file_that_is_no_text_is_named(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="file cannot be read"):
        read_questions(file)


def test_judgements_are_read(file: Path) -> None:
    file.write_text("query-id\tdoc-id\tgrade\nq1\ta b\t2\tnote\n\nq1\tc\t0\nq2\tc\t1\n", "utf-8")
    assert read_judgements(file) == {"q1": {"a b": 2, "c": 0}, "q2": {"c": 1}}


@pytest.mark.parametrize("line", ["q1\ta", "q1 a 1", "q1\ta\tgood", "q1\ta\t1.5"])
def test_line_that_is_no_judgement_is_named(file: Path, line: str) -> None:
    file.write_text(f"query-id\tdoc-id\tgrade\nq1\tb\t1\n{line}\n", "utf-8")
    with pytest.raises(ContentError, match=r"file:3: expected query-id, doc-id") as caught:
        read_judgements(file)
    assert caught.value.line == 3


def test_missing_header_is_named(file: Path) -> None:
    file.write_text("q1\ta\t1\nq2\tb\t1\n", "utf-8")
    with pytest.raises(ContentError, match="file:1: expected a header line"):
        read_judgements(file)


@pytest.mark.parametrize("text", ["", "query-id\tdoc-id\tgrade\n", "q\td\tgrade\nq1\ta\t0\n"])
def test_judgements_that_judge_nothing_are_refused(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(ContentError, match="calls no document relevant"):
        read_judgements(file)
