"""The portal in a real browser, against the demo's own process."""
