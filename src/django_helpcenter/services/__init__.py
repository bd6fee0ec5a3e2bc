"""What the help center does, one module a service; each service is bound to a tenant and a person."""
