"""Hostile texts, generated, and a judge that knows nothing of how the renderer works."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser

_SCRIPT = "alert(1)"
_TAGS = (
    "a", "animate", "applet", "audio", "base", "body", "button", "details", "embed", "form",
    "foreignObject", "frameset", "iframe", "image", "img", "input", "isindex", "keygen", "link",
    "listing", "marquee", "math", "meta", "mglyph", "noembed", "noscript", "object", "plaintext",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp", "kbd",
)  # fmt: skip
_HANDLERS = (
    "onload", "onerror", "onfocus autofocus", "ontoggle open", "onmouseover", "onbegin",
    "onanimationstart", "onpointerrawupdate", "OnErRoR", "formaction=javascript:alert(1) x",
    "style=animation-name:x onanimationend", "srcdoc", "xlink:href", "id=location name",
)  # fmt: skip
_TAG_SHAPES = (
    "<{tag} {handler}={script}>",
    "<{tag}/{handler}={script}>",
    '<{tag} src=x {handler}="{script}"/>',
    "<{tag}\n{handler}\n=\n'{script}'>",
    "<{tag}\x0c{handler}={script}//",
    "<{tag} {handler}={script}>x</{tag}>",
    "</{tag} {handler}={script}>",
    "<<{tag} {handler}={script}>>",
    "<{tag} a='>' {handler}={script}>",
    "<x><{tag} {handler}={script}",
    "&lt;{tag} {handler}={script}&gt;",
    "&#60;{tag} {handler}={script}&#62;",
    "\\<{tag} {handler}={script}\\>",
    "<kbd><{tag} {handler}={script}></kbd>",
    "<!-- --><{tag} {handler}={script}><!-- -->",
    "<!--><{tag} {handler}={script}>-->",
    "<![CDATA[<{tag} {handler}={script}>]]>",
    "<?xml <{tag} {handler}={script}>?>",
    "<svg><{tag}><style><{tag} {handler}={script}></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><{tag} {handler}={script}>",
    "<noscript><p title='</noscript><{tag} {handler}={script}>'>",
    "<form><math><mtext></form><form><mglyph><style></math><{tag} {handler}={script}>",
)
_SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", " javascript:alert(1)", "javascript\x00:alert(1)",
    "javascript&colon;alert(1)", "javascript&#58;alert(1)", "javascript&#x3A;alert(1)",
    "&#106;avascript:alert(1)", "&#x6A&#x61vascript:alert(1)", "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)", "\u2028javascript:alert(1)", "\u00a0javascript:alert(1)",
    "\ufeffjavascript:alert(1)", "java\u00adscript:alert(1)", "javascript\uff1aalert(1)",
    "javascript%3Aalert(1)", "%6Aavascript:alert(1)", "javascript://%0aalert(1)",
    "javascript:/*--></title></style><img src=x onerror=alert(1)>", "jav\\ascript:alert(1)",
    "vbscript:msgbox(1)", "VBSCRIPT:x", "livescript:x", "mocha:x", "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg/onload=x>",
    "data:,x", "blob:https://x/y", "filesystem:https://x/y", "file:///etc/passwd", "ftp://x/y",
    "ws://x", "about:blank", "chrome://settings", "intent://x#Intent;end", "jar:https://x!/y",
    "mhtml:file://x", "ms-appx:x", "res://x", "svg:x", "xss:x", "x-javascript:x", "http:alert(1)",
    "https:/\\evil.example", "//evil.example/x", "\\\\evil.example\\x", "/\\evil.example",
    'x" onmouseover="alert(1)', "x' onmouseover='alert(1)", "x><img src=x onerror=alert(1)>",
    "#\"><script>alert(1)</script>", "mailto:x?body=<script>", "tel:<script>alert(1)</script>",
)  # fmt: skip
_LINK_SHAPES = (
    "[x]({url})", "[x](<{url}>)", "![x]({url})", "![x](<{url}>)", "[![x]({url})]({url})", "<{url}>",
    "[x][r]\n\n[r]: {url}", "[x][r]\n\n[r]: <{url}> 'y'", "![x][]\n\n[x]: <{url}>",
    "[x]: {url}\n\n[x]", "[x](https://ok.example '{url}')", '[x](<{url}> "{url}")', "![{url}](https://ok.example/a.png)",
    "[{url}](https://ok.example)", "<a href=\"{url}\">x</a>", "<img src='{url}'>", "`[x]({url})`",
    "[x](x{url})", "[x](&#32;{url})", "[x](\\{url})", "[a\n]: {url}\n\n[a]",
)  # fmt: skip
_CONTEXTS = (
    "{x}", "# {x}", "{x}\n===", "- {x}", "1. {x}", "> {x}",
    "| {x} | a |\n|---|---|\n| {x} | b |",
    "```{x}\ncode\n```", "```html\n{x}\n```", "    {x}", "`{x}`", "**{x}**", "~~{x}~~",
    ":::note {x}\n{x}\n:::", "> [!WARNING] {x}\n> {x}", "# a {{#{x}}}", "- [x] {x}", "<!-- {x} -->",
    "[{x}](https://ok.example)", "![{x}](https://ok.example/a.png)", "[a](#b '{x}')",
    "<br>{x}<br/>",
    "*a **b {x}", "<kbd>{x}</sub>", "a\\\n{x}",
)  # fmt: skip


def hostile_texts(count: int, seed: int = 20) -> list[str]:
    """Return that many different attacks, the same ones for the same seed."""
    chooser = random.Random(seed)
    attacks = [*_tag_attacks(), *_link_attacks()]
    chooser.shuffle(attacks)
    contexts = itertools.cycle(_CONTEXTS)
    texts = {next(contexts).format(x=attack) for attack in attacks}
    while len(texts) < count:
        first, second = chooser.sample(attacks, 2)
        cut = chooser.randrange(len(first))
        mixed = first[:cut] + chooser.choice(("", "\x00", "\n", "*", "`", "<", "\u202e")) + second
        texts.add(chooser.choice(_CONTEXTS).format(x=mixed))
    return sorted(texts)[:count] if len(texts) > count else sorted(texts)


def _tag_attacks() -> Iterator[str]:
    for shape, tag, handler in itertools.product(_TAG_SHAPES, _TAGS, _HANDLERS[:3]):
        yield shape.format(tag=tag, handler=handler, script=_SCRIPT)
    for shape, handler in itertools.product(_TAG_SHAPES, _HANDLERS):
        yield shape.format(tag="img", handler=handler, script=_SCRIPT)


def _link_attacks() -> Iterator[str]:
    for shape, url in itertools.product(_LINK_SHAPES, _SCHEMES):
        yield shape.format(url=url)


_HARMLESS_ELEMENTS = frozenset(
    {
        "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img",
        "kbd", "li", "mark", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup",
        "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
    }
)  # fmt: skip
_HARMLESS_ATTRIBUTES = frozenset(
    {
        "alt", "aria-label", "class", "href", "id", "loading", "rel", "role", "scope", "src",
        "start", "tabindex", "title",
    }
)  # fmt: skip
_SEEN_BY_NO_BROWSER = re.compile(
    r"[\x00-\x20\x7f-\xa0\u00ad\u2000-\u200f\u2028-\u202f\u3000\ufeff]"
)


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HARMLESS_ELEMENTS:
            self.faults.append(f"element {tag}")
        for name, value in attrs:
            self._judge_attribute(tag, name, value or "")

    def _judge_attribute(self, tag: str, name: str, value: str) -> None:
        if name not in _HARMLESS_ATTRIBUTES or name.startswith("on"):
            self.faults.append(f"attribute {name} of {tag}")
        if name == "id" and not value.startswith("section-"):
            self.faults.append(f"id {value}")
        if name in ("href", "src"):
            self._judge_address(name, value)

    def _judge_address(self, name: str, value: str) -> None:
        address = _SEEN_BY_NO_BROWSER.sub("", value).lower().replace("\\", "/")
        head, colon, _ = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")
        allowed = ("http", "https", "mailto", "tel") if name == "href" else ("https",)
        if colon and head not in allowed:
            self.faults.append(f"{name} {value}")
        if name == "src" and address.startswith("//"):
            self.faults.append(f"src without a scheme {value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")


def find_faults(html: str) -> list[str]:
    """Return everything in the HTML that is active, or that might take over a name of the page."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.faults
