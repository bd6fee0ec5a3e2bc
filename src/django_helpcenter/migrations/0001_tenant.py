"""The vector extension and the tenant model, alone: a host may swap the model."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.utils import DatabaseError, NotSupportedError

# Older versions lack halfvec indexes' iterative scans (0.8.0).
MINIMUM_PGVECTOR = (0, 8)


def ensure_vector_extension(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the extension, or say what has to be done so that it can be."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        raise NotSupportedError(
            "django-helpcenter needs PostgreSQL with pgvector; this database is "
            f"{connection.vendor}. Set DATABASES['{connection.alias}'] to a PostgreSQL server."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        installed = cursor.fetchone()
        if installed is None:
            cursor.execute(
                "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
            )
            if cursor.fetchone() is None:
                raise NotSupportedError(
                    "This PostgreSQL server has no pgvector. Install pgvector 0.8 or newer on the "
                    "server (Debian and Ubuntu: postgresql-<version>-pgvector), then migrate again."
                )
            try:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            except DatabaseError as exc:
                raise NotSupportedError(
                    "The database role may not create the extension 'vector'. Have a superuser run "
                    f"CREATE EXTENSION vector; in the database, then migrate again. ({exc})"
                ) from exc
            cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
            installed = cursor.fetchone()
    version = tuple(int(part) for part in installed[0].split(".")[:2])
    if version < MINIMUM_PGVECTOR:
        raise NotSupportedError(
            f"pgvector {installed[0]} is too old: 0.8 or newer is needed. Upgrade it on the "
            "server, run ALTER EXTENSION vector UPDATE; in the database, then migrate again."
        )


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # Backwards leaves the extension: it may serve other apps of the host.
        migrations.RunPython(ensure_vector_extension, migrations.RunPython.noop),
        migrations.CreateModel(
            name="HelpTenant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(max_length=100, unique=True, verbose_name="slug")),
                (
                    "domain",
                    models.CharField(
                        blank=True,
                        help_text="Host name that this help center answers on; "
                        "empty for a site with one.",
                        max_length=253,
                        null=True,
                        unique=True,
                        verbose_name="domain",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "tenant",
                "verbose_name_plural": "tenants",
                "ordering": ["name"],
                "swappable": "HELP_CENTER_TENANT_MODEL",
            },
        ),
    ]
