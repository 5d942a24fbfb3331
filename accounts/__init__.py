"""People and cities: users, municipalities with departments and staff, invite codes, outgoing mail, access log."""
