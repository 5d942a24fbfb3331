"""The two queues of messages. A file of its own, because settings need them before models can be loaded."""

INTERACTIVE = "interactive"
"""For work that a person waits for, and for the sweep."""

BULK = "bulk"
"""For work that nobody waits for: what the sweep found, scheduled issues, imports and exports."""
