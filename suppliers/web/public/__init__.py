"""The way in with an invitation, for people who have no account yet."""
