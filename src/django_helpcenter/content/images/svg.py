"""SVG: refused unless it only draws, and written anew from what was understood.

Browsers run no scripts in an image that a page shows, but they do when somebody opens its address.
So an image is taken over only when every element is one that draws and nothing in it leads
elsewhere. What is kept is written from the parsed tree: a browser cannot read anything else in it
than was looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.exceptions import ContentError

_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
#: Namespaces of attributes → how they are written.
_PREFIXES = {_XLINK: "xlink:", "http://www.w3.org/XML/1998/namespace": "xml:"}

_ELEMENTS = frozenset(
    {
        "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix",
        "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
        "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
        "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology",
        "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
        "filter", "g", "line", "linearGradient", "marker", "mask", "metadata", "path", "pattern",
        "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch",
        "symbol", "text", "textPath", "title", "tspan", "use",
    }
)  # fmt: skip

#: Drawing programs' own data, which browsers ignore; exact names, as they match them.
_EDITOR_NAMESPACES = frozenset(
    {
        "http://www.inkscape.org/namespaces/inkscape",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
        "http://creativecommons.org/ns#",
        "http://web.resource.org/cc/",
        "https://boxy-svg.com",
    }
)

#: Attributes that name something by an address and never load it.
_NAMING_ATTRIBUTES = frozenset({"requiredFeatures", "requiredExtensions"})

#: In another encoding a browser might read something else than we do.
_ENCODING = re.compile(rb"""encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_LINKS = re.compile(
    r"url\s*\(\s*(?![\"']?#)|image-set|\b(?:image|src)\s*\(|@import|javascript:|expression\s*\(|\\",
    re.IGNORECASE,
)
_ADDRESS = "//"

_REFERENCES = re.compile(r"url\s*\(\s*[\"']?#([^)\"']+)")
#: A drawing may repeat its parts, and the parts theirs: what it comes to in the end is limited.
_MAX_DRAWN = 100_000
_MAX_DEPTH = 100
_PIXELS = re.compile(r"\s*(\d{1,6}(?:\.\d*)?)(?:px)?\s*")


def clean_svg(data: bytes) -> CleanFile:
    """Return a drawing without comments and programs' own data; raises ContentError."""
    problem = svg_problem(data)
    if problem:
        raise ContentError(
            _("the SVG image %(problem)s; export it as a plain SVG or as a PNG")
            % {"problem": problem}
        )
    root = ET.fromstring(data)  # noqa: S314 - no declarations, so nothing expands
    _strip(root)
    root.set("xmlns", _NAMESPACE)
    root.set("xmlns:xlink", _XLINK)
    return CleanFile(FileType.SVG, ET.tostring(root, encoding="utf-8"), *_size(root))


def _strip(element: ET.Element) -> None:
    """Remove what does not draw, and write names without their namespaces."""
    for child in list(element):
        namespace, name = _split_name(str(child.tag))
        if namespace != _NAMESPACE or name == "metadata":
            # What stands behind it is text of its parent, which draws only in texts.
            element.remove(child)
        else:
            _strip(child)
    element.tag = _split_name(str(element.tag))[1]
    attributes = dict(element.attrib)
    element.attrib.clear()
    for attribute, value in attributes.items():
        namespace, name = _split_name(attribute)
        if not namespace or namespace in _PREFIXES:
            element.set(_PREFIXES.get(namespace, "") + name, value)


def _size(root: ET.Element) -> tuple[int, int]:
    """Return width and height where both are plain pixels."""
    found = [_PIXELS.fullmatch(root.get(side, "")) for side in ("width", "height")]
    width, height = (round(float(match[1])) if match else 0 for match in found)
    return (width, height) if width and height else (0, 0)


def svg_problem(data: bytes) -> str:
    """Say why an SVG image is not safe to serve, ``""`` when it is."""
    if re.search(rb"<!(?:DOCTYPE|ENTITY)\b", data, re.IGNORECASE):
        # Declarations can hide anything; the standard ones of old programs are no loss.
        return "declares entities or a document type"
    if b"<?xml-stylesheet" in data:
        return "loads a style sheet"
    if _ENCODING.search(data[:200]):
        return "is not UTF-8"
    try:
        data.decode()
        root = ET.fromstring(data)  # noqa: S314 - no declarations, so nothing expands
    except (ET.ParseError, ValueError, LookupError):
        return "is not well-formed UTF-8"
    if root.tag != f"{{{_NAMESPACE}}}svg":
        return "has no <svg> element"
    for element in root.iter():
        problem = _element_problem(element)
        if problem:
            return problem
    if _depth(root) > _MAX_DEPTH:
        return "is nested too deeply"
    return "" if _Drawing(root).is_small() else "repeats its parts too often"


def _depth(root: ET.Element) -> int:
    depth, level = 0, [root]
    while level and depth <= _MAX_DEPTH:
        depth += 1
        level = [child for element in level for child in element]
    return depth


class _Drawing:
    """Counts the elements that a browser draws in the end, with all repetitions."""

    def __init__(self, root: ET.Element) -> None:
        self.root = root
        self.named = {element.get("id", ""): element for element in root.iter()}
        self._counts: dict[ET.Element, int] = {}
        self._counting: list[ET.Element] = []

    def is_small(self) -> bool:
        """Tell whether there are not too many; parts that repeat themselves have no end."""
        return self._count(self.root) <= _MAX_DRAWN

    def _count(self, element: ET.Element) -> int:
        known = self._counts.get(element)
        if known is not None:
            return known
        # A part in itself is no drawing; so are chains that a browser follows down to its end.
        if element in self._counting or len(self._counting) > 2 * _MAX_DEPTH:
            return _MAX_DRAWN + 1
        self._counting.append(element)
        count = 1
        for part in (*element, *self._parts(element)):
            count += self._count(part)
            if count > _MAX_DRAWN:
                break
        self._counting.pop()
        self._counts[element] = count
        return count

    def _parts(self, element: ET.Element) -> Iterator[ET.Element]:
        """Yield what an element repeats: what it uses, is filled with, is clipped by."""
        for name, value in element.attrib.items():
            targets = _REFERENCES.findall(value)
            if _split_name(name)[1] == "href":
                targets.append(value.strip().removeprefix("#"))
            yield from (self.named[target] for target in targets if target in self.named)


def _element_problem(element: ET.Element) -> str:
    namespace, name = _split_name(str(element.tag))
    if namespace not in _EDITOR_NAMESPACES:
        if namespace != _NAMESPACE or name not in _ELEMENTS:
            return f"contains <{name}>"
        if name == "style" and _leads_elsewhere("".join(element.itertext())):
            return "loads something in its styles"
    for attribute, value in element.attrib.items():
        problem = _attribute_problem(attribute, value)
        if problem:
            return problem
    return ""


def _attribute_problem(attribute: str, value: str) -> str:
    namespace, name = _split_name(attribute)
    local = name.lower()
    if local.startswith("on"):
        return f"has the event handler {local}"
    if local in ("href", "src", "base") and not value.strip().startswith("#"):
        return "links to something outside of it"
    is_name = namespace in _EDITOR_NAMESPACES or name in _NAMING_ATTRIBUTES
    if _LINKS.search(value) if is_name else _leads_elsewhere(value):
        return f"loads something in its attribute {local}"
    return ""


def _leads_elsewhere(styles: str) -> bool:
    return _ADDRESS in styles or _LINKS.search(styles) is not None


def _split_name(name: str) -> tuple[str, str]:
    """Split ``{namespace}local``."""
    namespace, _brace, local = name.rpartition("}")
    return namespace.removeprefix("{"), local
