"""The demo merchant: a partner's shop with a backend of its own, on another origin."""
