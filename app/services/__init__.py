"""Use cases, one a module. Each owns its transaction; its tools are handed in by the wiring."""
