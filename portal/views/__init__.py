"""Pages that span the apps: the way in, the homes, and the health checks."""
