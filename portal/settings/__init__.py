"""Settings: `common` for all; `demo` (embedded, SQLite), `full` (all parts on one machine), `test` and `production`."""
