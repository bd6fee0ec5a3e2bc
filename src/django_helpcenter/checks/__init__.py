"""What ``manage.py check`` says about the help center, each message with the mend in its hint.

E001–E009 settings, E010–E019 the tenant model, E020–E029 the project, E030–E039 the database,
E050–E059 embeddings; W for what works but is probably not meant. Numbers are never used again.
"""

from __future__ import annotations

from django.core.checks import Tags, register

from django_helpcenter.checks.database import check_databases
from django_helpcenter.checks.embeddings import check_embeddings, check_embeddings_for_deployment
from django_helpcenter.checks.mail import check_base_url
from django_helpcenter.checks.project import check_database_engines, check_installed_apps
from django_helpcenter.checks.settings import (
    check_background,
    check_callables,
    check_coverage_shift,
    check_editor,
    check_file_storage,
    check_link_networks,
    check_names,
    check_ranges,
    check_support_url,
    check_types,
    check_weights,
)
from django_helpcenter.checks.tenants import (
    check_models_that_point_at_the_tenant,
    check_tenant_fields,
    check_tenant_model,
)

#: ``manage.py check --tag help_center`` runs these alone, and opens no connection.
TAG = "help_center"


def register_checks() -> None:
    """Register all checks; called once when Django starts."""
    for check in (
        check_names,
        check_types,
        check_ranges,
        check_callables,
        check_background,
        check_weights,
        check_coverage_shift,
        check_support_url,
        check_base_url,
        check_editor,
        check_file_storage,
        check_link_networks,
        check_tenant_model,
        check_tenant_fields,
        check_models_that_point_at_the_tenant,
        check_installed_apps,
        check_database_engines,
        check_embeddings,
    ):
        register(check, TAG)
    register(check_embeddings_for_deployment, TAG, deploy=True)
    # Not under our tag: Django 6.1 asks all databases when tags are named.
    register(check_databases, Tags.database)
