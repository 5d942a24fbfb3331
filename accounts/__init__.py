"""People and cities: users, cities with departments and staff, invite codes, outgoing mail, the access log."""
