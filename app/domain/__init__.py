"""Nouns and rules of identity proofing. Standard library only, no clock, no chance, no I/O."""
