"""The reference for people, at /docs: made of the same declarations as /openapi.json."""

from app.web.docs.pages import docs

BLUEPRINTS = (docs,)

__all__ = ["BLUEPRINTS"]
