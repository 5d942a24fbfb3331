"""What the pages of several audiences share: steps, timeline, pictures."""
