"""The two queues of messages. Apart from them, because settings name them before any model may be loaded."""

INTERACTIVE = "interactive"
"""What a person waits for, and the sweep."""

BULK = "bulk"
"""What nobody waits for: what the sweep found, scheduled issues, imports and exports."""
