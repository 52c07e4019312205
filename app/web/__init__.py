"""Doors: HTTP in, use case, JSON or page out. No rule of the business lives here."""
