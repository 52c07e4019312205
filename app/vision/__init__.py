"""Pixels to measurements; knows nothing of verifications, partners or the law."""
