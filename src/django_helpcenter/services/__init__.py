"""What the help center does: services, each bound to a tenant and a person."""
