"""Pages on which a city invites suppliers, below /m/<municipality>/invitations/."""
