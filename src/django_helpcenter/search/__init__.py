"""The SQL and the scoring of search; services give it a tenant, roles and a query."""
