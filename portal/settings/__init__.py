"""Settings: `base` for all, `demo` (embedded, SQLite), `test`, and `production`."""
