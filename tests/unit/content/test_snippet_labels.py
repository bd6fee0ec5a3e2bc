"""Link definitions of a snippet in the Markdown of an article."""

from __future__ import annotations

import pytest

from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.snippet_source import expand_source
from django_helpcenter.content.snippets import Snippets

OWN = "\n\n[docs]: https://snippet.example/ 'Title'"


def expanded(snippet: str, article: str = '{{ snippet "s" }}\n\nRead [docs].') -> str:
    text = expand_source(article + "\n\n[docs]: https://article.example/", Snippets({"s": snippet}))
    return str(render_markdown(text).html)


@pytest.mark.parametrize(
    "use",
    [
        "[docs]",
        "[Docs][]",
        "[words][docs]",
        "![docs]",
        "![words][DOCS]",
        "[docs][docs]",
        "**[docs]**",
    ],
)
@pytest.mark.parametrize("article", ['{{ snippet "s" }}', 'See {{ snippet "s" }} too.'])
def test_snippet_and_article_keep_their_own_definitions(use: str, article: str) -> None:
    text = f"{article}\n\nRead [docs]."
    html = expanded(f"{use}{OWN}", text)
    assert '="https://snippet.example/"' in html
    assert 'href="https://article.example/"' in html


def test_words_of_a_link_stay() -> None:
    assert ">docs</a>" in expanded(f"[docs]{OWN}", '{{ snippet "s" }}')
    assert "snippet s" not in expanded(f"[docs][] [a][docs] [docs]{OWN}")


@pytest.mark.parametrize("text", ["`[docs]`", "```\n[docs]: x\n```", "[docs](https://x.example/)"])
def test_what_is_no_label_stays(text: str) -> None:
    found = expand_source('{{ snippet "s" }}', Snippets({"s": f"[docs] \n\n{text}{OWN}"}))
    assert text in found


def test_snippet_without_definitions_stays() -> None:
    assert expand_source('{{ snippet "s" }}', Snippets({"s": "[a] [b](c)"})) == "[a] [b](c)"
