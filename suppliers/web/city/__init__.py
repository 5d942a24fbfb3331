"""Pages on which a city invites suppliers, under /m/<municipality>/invitations/."""
