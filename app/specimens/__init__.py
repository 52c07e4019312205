"""Lawful specimen papers of fictitious Utopia, and a head simulated from one portrait."""
