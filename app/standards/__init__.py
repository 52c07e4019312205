"""Published standards for identity documents; standard library only."""
