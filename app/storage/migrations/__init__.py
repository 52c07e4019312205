"""Revisions of the schema, by readable numbers; run through `app.storage.schema`."""
