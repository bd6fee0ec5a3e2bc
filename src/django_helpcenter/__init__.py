"""A help center for any Django project."""

from __future__ import annotations

__version__ = "0.1.0.dev0"
