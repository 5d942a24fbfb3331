"""Forms about suppliers: they read what people type and hand on the inputs of the domain functions."""
