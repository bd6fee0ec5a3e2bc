"""What shows that a text was taken for more than a text, and a walk to every page there is."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Frame, Page, Request
from playwright.sync_api import Error as BrowserError

#: Looks at what has become of the page; the page's own scripts and elements are left out.
INSPECT = """
() => {
  const faults = [];
  const report = (node, why) => faults.push(`${why}: ${node.outerHTML.slice(0, 160)}`);
  const addresses = [
    "href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "ping",
  ];
  const strange = ["object", "embed", "applet", "frame", "frameset", "marquee", "portal"];
  const schemes = ["http:", "https:", "mailto:", "tel:", "about:"];
  for (const node of document.querySelectorAll("*")) {
    const tag = node.localName;
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) report(node, "handler");
      if (name === "data-hostile") report(node, "element");
      if (name === "srcset" || name === "srcdoc") report(node, name);
      if (!addresses.includes(name.toLowerCase())) continue;
      let url = null;
      try { url = new URL(value, document.baseURI); } catch { continue; }
      if (!schemes.includes(url.protocol)) report(node, "scheme");
      else if (tag === "a" || url.protocol === "about:") continue;
      else if (url.host !== location.host) report(node, "foreign");
    }
    if (strange.includes(tag)) report(node, "element");
    if (tag === "base" && node.hasAttribute("href")) report(node, "base");
    if (tag === "meta" && node.httpEquiv) report(node, "meta");
    if (tag === "iframe" && !node.matches(".hc-editor__frame")) report(node, "frame");
    if (tag === "script" && !node.src) {
      if (!node.type.includes("json")) report(node, "script");
      else try { JSON.parse(node.textContent); } catch { report(node, "json"); }
    }
  }
  const whole = document.body instanceof HTMLElement && document.location === location
    && typeof document.getElementById === "function" && document.forms instanceof HTMLCollection;
  if (!whole) faults.push("clobbered");
  return faults;
}
"""


#: Returns what makes a page wider than its window, "" where nothing does.
WIDE = """
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return "";
  const wide = [...document.body.querySelectorAll("*")].filter(
    (node) => node.getBoundingClientRect().right > room + 1 && !node.closest("pre, table"),
  );
  return (wide.at(-1) || document.body).outerHTML.slice(0, 200);
}
"""


class Canary:
    """Watches the pages of a browser: scripts that run, dialogs, requests elsewhere, refusals."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.host = host
        self.found: list[str] = []
        context.expose_binding("canary", lambda source: self._note(source["frame"], "script ran"))
        context.on("page", self._watch)
        context.on("request", self._look_at)

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._dismiss)
        page.on("console", lambda message: self._read(page, message.text))

    def _dismiss(self, dialog: Any) -> None:
        self.found.append(f"{dialog.page.url if dialog.page else ''}: dialog {dialog.message}")
        dialog.dismiss()

    def _read(self, page: Page, text: str) -> None:
        if "Security Policy" in text:
            self.found.append(f"{page.url}: {text[:300]}")

    def _look_at(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.found.append(f"request to {request.url[:200]}")

    def _note(self, frame: Frame, why: str) -> None:
        self.found.append(f"{frame.url}: {why}")

    def inspect(self, page: Page) -> None:
        """Look at what is in a page now, in its frames too."""
        for frame in page.frames:
            self.found += [f"{frame.url}: {fault}" for fault in frame.evaluate(INSPECT)]


def route_of(url: str) -> str:
    """Return the name of the route that an address leads to, its pattern for one without."""
    try:
        found = resolve(urlsplit(url).path)
    except Resolver404:
        return ""
    return found.view_name or found.route


class Walk:
    """Opens addresses and what they link to, a few of each route with each set of parameters."""

    def __init__(
        self, page: Page, canary: Canary, *, prefix: str, leave: Iterable[str] = ()
    ) -> None:
        self.page, self.canary = page, canary
        self.prefix, self.leave = prefix, frozenset(leave)
        self.opened: Counter[tuple[str, frozenset[str]]] = Counter()
        self.statuses: dict[str, set[int]] = {}
        self.overflowing: list[str] = []

    def run(self, starts: Iterable[str], *, limit: int) -> None:
        """Open the addresses, each in any case, and ``limit`` linked ones of each kind."""
        wanted = deque(dict.fromkeys(starts))
        seen = set(wanted)
        while wanted:
            url = wanted.popleft()
            for link in self._open(url):
                kind = self._kind(link)
                if link in seen or kind is None or self.opened[kind] >= limit:
                    continue
                self.opened[kind] += 1
                seen.add(link)
                wanted.append(link)

    def _open(self, url: str) -> list[str]:
        statuses = self.statuses.setdefault(route_of(url), set())
        try:
            response = self.page.goto(url)
        except BrowserError:  # nothing to show: a download, or an answer without a page
            statuses.add(self.page.request.get(url).status)
            return []
        statuses.add(response.status if response else 0)
        self.canary.inspect(self.page)
        wide = self.page.evaluate(WIDE)
        if wide:
            self.overflowing.append(f"{url}: {wide}")
        found: list[str] = self.page.evaluate("[...document.links].map((link) => link.href)")
        return [link.partition("#")[0] for link in found]

    def _kind(self, url: str) -> tuple[str, frozenset[str]] | None:
        route = route_of(url)
        if not url.startswith(self.prefix) or not route or route in self.leave:
            return None
        parameters = frozenset(parse_qs(urlsplit(url).query))
        # Filters can be put together in more ways than there is time for; each alone will do, and
        # those of the list with the most of them, for they are all drawn by one template.
        is_list = route.endswith("_changelist") and "helparticle_" not in route
        if "_changelist_filters" in parameters or len(parameters) > (0 if is_list else 1):
            return None
        return route, parameters
