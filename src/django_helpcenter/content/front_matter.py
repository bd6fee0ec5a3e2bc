"""Front matter: the YAML block between ``---`` lines at the head of a text.

YAML is read narrowly, because authors mean words and a file may be hostile. Scalars are text unless
they are ``true``/``false``, ``null``, a decimal integer or a decimal number: a date stays as it is
written, ``no`` is the Norwegian language, ``007`` keeps its zeros. Aliases, anchors, tags and
duplicate keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

from django_helpcenter.content.source import normalize_source
from django_helpcenter.exceptions import ContentError

#: Characters between the two lines of dashes; a real one has a few hundred.
MAX_FRONT_MATTER_LENGTH = 32_000
MAX_DEPTH = 8
MAX_VALUES = 2_000

#: In C, where PyYAML was built with libyaml: ten times as fast. The base loaders know no types and
#: no Python objects, only text, lists and mappings.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_OPENING = re.compile(r"---[ \t]*(?:\n|$)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\"']?[\w.-]+[\"']?[ \t]*:(?:\s|$)")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(\.\d{1,17})?")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A text's metadata and its body; ``body_line`` is the file's line where the body begins."""

    metadata: dict[str, object]
    body: str
    body_line: int


def parse_front_matter(source: str) -> FrontMatter:
    """Split a text into front matter and body.

    A text without front matter has empty metadata. Raises ContentError, with the line in the file,
    for YAML that is broken, too large, too deep, not a mapping, or uses what is refused here.
    """
    text = normalize_source(source)
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter({}, text, 1)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        if _KEY.match(text, opening.end()):
            raise ContentError(
                "The front matter is never closed: a line of three dashes is missing.", line=1
            )
        return FrontMatter({}, text, 1)
    block = text[opening.end() : closing.start()]
    if len(block) > MAX_FRONT_MATTER_LENGTH:
        raise ContentError(
            f"The front matter has {len(block):,} characters; "
            f"at most {MAX_FRONT_MATTER_LENGTH:,} are allowed.",
            line=1,
        )
    body_line = text.count("\n", 0, closing.end()) + 1
    return FrontMatter(_read_mapping(block), text[closing.end() :], body_line)


def _read_mapping(block: str) -> dict[str, object]:
    try:
        root = _compose(block)
    except yaml.MarkedYAMLError as exc:
        # Where something was opened and never closed, the opening says more than the end.
        is_open = "scanning" in (exc.context or "") or "flow" in (exc.context or "")
        mark = (exc.context_mark if is_open else None) or exc.problem_mark or exc.context_mark
        raise ContentError(
            f"The front matter is not valid YAML: {exc.problem or exc.context}.",
            line=_file_line(mark.line if mark else 0),
        ) from exc
    except yaml.reader.ReaderError as exc:
        line = block.count("\n", 0, exc.position) + 2
        raise ContentError("The front matter contains a control character.", line=line) from exc
    if root is None:
        return {}
    value = _construct(root)
    if not isinstance(value, dict):
        raise ContentError("The front matter is not a list of `name: value` lines.", line=2)
    return value


def _compose(block: str) -> yaml.Node | None:
    try:
        _refuse_hostile(block, _LOADER)
        return yaml.compose(block, Loader=_LOADER)
    except yaml.YAMLError:
        # Once more in Python, which says better what is wrong, and where.
        _refuse_hostile(block, yaml.BaseLoader)
        return yaml.compose(block, Loader=yaml.BaseLoader)


def _file_line(block_line: int) -> int:
    """Return the line in the file: marks count from 0, and the block begins on line 2."""
    return block_line + 2


def _refuse_hostile(block: str, loader: Any) -> None:
    """Walk over the events, which takes no recursion, before anything is built from them."""
    depth = values = 0
    for event in yaml.parse(block, Loader=loader):
        line = _file_line(event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ContentError(
                "YAML anchors and aliases (&name, *name) are not allowed here.", line=line
            )
        if tag := getattr(event, "tag", None):
            raise ContentError(f"YAML tags are not allowed here: {tag}.", line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
        if depth > MAX_DEPTH:
            raise ContentError(f"The front matter is nested more than {MAX_DEPTH} deep.", line=line)
        if values > MAX_VALUES:
            raise ContentError(f"The front matter has more than {MAX_VALUES:,} values.", line=line)


def _construct(node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item) for item in node.value]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    mapping: dict[str, object] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key_node.value, Hashable):
            raise ContentError(
                "A name in the front matter must be a word.",
                line=_file_line(key_node.start_mark.line),
            )
        key = str(key_node.value)
        if key in mapping:
            raise ContentError(
                f"`{key}` stands twice in the front matter.",
                line=_file_line(key_node.start_mark.line),
            )
        mapping[key] = _construct(value_node)
    return mapping


def _scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if node.style:  # quoted, or a block: text as it stands
        return text
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return float(text) if number[1] else int(text)
