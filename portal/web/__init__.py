"""The way in, the homes, health, and the mails of the demo."""
