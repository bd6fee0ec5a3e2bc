"""Whether an SVG image only draws.

Browsers run no scripts in an image that a page shows, but they do when somebody opens its address.
So an image is taken over only when every element is one that draws and nothing in it leads
elsewhere.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_NAMESPACE = "http://www.w3.org/2000/svg"

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
    return ""


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
