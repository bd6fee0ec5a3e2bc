"""What people might write into whatever field there is, to have it run where others read it.

Every element carries ``data-hostile``, so that one that came into a page as an element is found
there even when nothing of it runs; every script calls ``canary()``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.content.hostile import hostile_texts

#: One line each, short enough for a tag.
LINES = (
    "<script data-hostile>canary()</script>",
    '"><img src=x onerror=canary() data-hostile>',
    "'><svg onload=canary() data-hostile>",
    "</title><script data-hostile>canary()</script>",
    "</script><script data-hostile>canary()</script>",
    "</textarea><img src=x onerror=canary() data-hostile>",
    "</select></option><img src=x onerror=canary() data-hostile>",
    "</style><img src=x onerror=canary() data-hostile>",
    "</template></noscript><img src=x onerror=canary() data-hostile>",
    "--><img src=x onerror=canary() data-hostile>",
    "]]><img src=x onerror=canary() data-hostile>",
    '" autofocus onfocus="canary()" onmouseover="canary()" data-hostile="',
    "' autofocus onfocus='canary()' data-hostile='",
    " autofocus onfocus=canary() data-hostile x=`",
    '<a href="javascript:canary()" data-hostile>x</a>',
    '<a href="java&#x09;script:canary()" data-hostile>x</a>',
    "[x](javascript:canary()) ![x](javascript:canary())",
    "[x](JaVaScRiPt:canary()) <javascript:canary()> [x](vbscript:canary())",
    "[x](data:text/html;base64,PHNjcmlwdD5jYW5hcnkoKTwvc2NyaXB0Pg==)",
    "javascript:canary()//",
    "{{ request.user.password }}{% debug %}{# x #}{% now 'Y' %}{{ 7|add:42 }}",
    "${canary()}#{canary()}<%= canary() %>{{constructor.constructor('canary()')()}}",
    "%(name)s %(title)s %s %d {0} {name} {self.__class__} %",
    "\\u003cimg src=x onerror=canary() data-hostile\\u003e",
    "&lt;img src=x onerror=canary() data-hostile&gt;",
    "&#60;img src=x onerror=canary() data-hostile&#62;",
    "%3Cimg src=x onerror=canary() data-hostile%3E",
    "\uff1cimg src=x onerror=canary() data-hostile\uff1e",
    "\u2028canary()\u2029</script>\u0085\ufeff\u200b\u00ad",
    "\u202egnp.eslaf\u202c \u2066x\u2069 \u200f\u200e\u061c",
    "e\u0301" + "\u0336" * 40 + "\U0001f468\u200d\U0001f469\u200d\U0001f467\U000e0001",
    '=HYPERLINK("https://hostile.example","x")',
    "+1+cmd|'/c calc'!A0",
    "@SUM(1,1)*cmd|'/c calc'!A0",
    "-2+3+canary()",
    "\"-canary()-\"';canary();//\\';canary();//*/canary()/*",
    '","x":"</script><img src=x onerror=canary() data-hostile>',
    "<style data-hostile>*{background:url(//hostile.example)}</style>",
    '<p style="background:url(//hostile.example)" data-hostile>',
    "<meta http-equiv=refresh content='0;url=//hostile.example' data-hostile>",
    "<base href=//hostile.example data-hostile>",
    "<link rel=stylesheet href=//hostile.example data-hostile>",
    "<form action=//hostile.example data-hostile><input name=body id=body>",
    "<button form=x formaction=//hostile.example data-hostile>x</button>",
    '<iframe srcdoc="<script>parent.canary()</script>" data-hostile></iframe>',
    "<object data=//hostile.example data-hostile><embed src=//hostile.example>",
    '<img srcset="//hostile.example/x 1x" data-hostile>',
    "<video poster=//hostile.example data-hostile><source onerror=canary()>",
    "<math><mtext><table><mglyph><style><img src=x onerror=canary() data-hostile>",
    '<noscript><p title="</noscript><img src=x onerror=canary() data-hostile>">',
    "<svg><style><img src=x onerror=canary() data-hostile></style></svg>",
    "<svg><a xlink:href=javascript:canary() data-hostile><text>x</text></a></svg>",
    "<form id=location data-hostile><img name=getElementById><a id=currentScript>",
    "<div popover id=p data-hostile ontoggle=canary()><dialog open data-hostile>",
    "<details open ontoggle=canary() data-hostile><marquee onstart=canary()>",
    "<!-- <p data-hostile>",
    "<p data-hostile",
    "<",
    "W" * 95,
    "/" * 95,
)

#: Markup that spans lines, each the text of an article by itself: some of it swallows what follows.
BLOCKS = (
    "[x][r] [r] ![x][r] [x][]\n\n[r]: javascript:canary()\n[x]: <data:text/html,x> 'y'",
    '[r]: javascript:canary() "title"\n\n# [r]\n\n> [r]\n\n- [r]\n\n| [r] |\n|---|\n| [r] |',
    "# <img src=x onerror=canary() data-hostile> {#body}\n\n## body\n\n## location\n\n## forms",
    "```html <img src=x onerror=canary() data-hostile>\n</code></pre><script data-hostile>\n```",
    ':::note "><script data-hostile>canary()</script>\n<script data-hostile>canary()</script>\n:::',
    "> [!WARNING] <script data-hostile>canary()</script>\n> <img src=x onerror=canary()>",
    "<div data-hostile>\n\n*x*\n\n<script data-hostile>\ncanary()\n</script>\n\n</div>",
    "<!--\n\n<script data-hostile>canary()</script>",
    "<![CDATA[\n<script data-hostile>canary()</script>",
    "<table data-hostile><tr><td><kbd onclick=canary()>x</kbd> <sub style=color:red>x</sub>",
    "<img src=x\nonerror=canary()\ndata-hostile>\n\n<a href='jav\nascript:canary()'>x</a>",
    "| <script data-hostile> | b |\n|---|---|\n| `<script>` | [x](javascript:canary()) |",
    "[![x](javascript:canary())](vbscript:x 'title\" onmouseover=\"canary()')",
    '<https://ok.example/"onmouseover=canary()> [x](<https://ok.example/ " onclick=canary()>)',
    'article:1 [x](article:1#"><script>) ![x](image:../../etc/passwd) [x](file:///etc/passwd)',
    "- [ ] <input autofocus onfocus=canary() data-hostile>\n- [x] <script data-hostile>",
    "    <script data-hostile>canary()</script>\n\n\t<script data-hostile>canary()</script>",
)


def packs(size: int) -> list[str]:
    """Return all lines one after the other, in pieces of at most this many characters."""
    found = [""]
    for line in LINES:
        if len(found[-1]) + len(line) + 1 > size:
            found.append("")
        found[-1] = f"{found[-1]} {line}".strip()
    return found


def documents() -> Iterator[str]:
    """Yield texts of articles: the lines, the blocks, and attacks that are made by rules."""
    yield "\n\n".join(LINES)
    yield "\n".join(f"- {line}" for line in LINES)
    yield from BLOCKS
    # No text may hold a NUL, and pictures from elsewhere are fetched, as their authors want it.
    generated = [
        text.replace("\0", "").replace("https://ok.example/a.png", "/a.png")
        for text in hostile_texts(600)
    ]
    for start in range(0, len(generated), 100):
        yield "\n\n".join(generated[start : start + 100])
