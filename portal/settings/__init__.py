"""Settings: `base` for all, `demo` (embedded, SQLite), `full` (every part on one machine), `test`, and `production`."""
