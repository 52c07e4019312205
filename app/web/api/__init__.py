"""The JSON faces. Each speaks its own dialect over the same use cases."""
