"""Other ways to print the same invoice, to measure ours against."""
