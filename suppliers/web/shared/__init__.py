"""Forms and answers that the pages of several audiences share."""
