"""Pages for people with an invitation, who may have no account yet."""
