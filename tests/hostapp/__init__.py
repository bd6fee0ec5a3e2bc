"""A host project's own app, which brings the tenant model of ``tests.settings_swapped``."""
