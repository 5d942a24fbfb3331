"""Forms and answers that pages for several audiences use."""
