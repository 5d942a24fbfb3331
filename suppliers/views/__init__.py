"""Pages about suppliers: the way in with an invitation, a supplier's own data, and a city's invitations."""
