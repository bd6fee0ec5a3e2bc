"""Categories and articles become a folder of Markdown, which an import reads as the same ones.

Read in this order: ``service`` (the run), ``layout`` and ``names`` (which file stands where),
``describing`` and ``yaml_text`` (front matter), ``bodies`` (texts, links, pictures), ``proof``
(what an import would make of a file), ``snippets``, ``target`` (the disk), ``report``.
"""

from __future__ import annotations

from django_helpcenter.services.documentation.export.report import ExportReport
from django_helpcenter.services.documentation.export.service import DocumentationExport

__all__ = ["DocumentationExport", "ExportReport"]
