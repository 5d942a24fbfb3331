"""Issuers: suppliers, their people and bank accounts, the invitations that bring them in, and where they may send."""
