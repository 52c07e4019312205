"""The reviewers' console at /console: first-party pages with a cookie, no JavaScript needed."""

from app.web.console.cases import cases
from app.web.console.entrance import entrance
from app.web.console.pictures import pictures
from app.web.console.provider import provider
from app.web.console.queue import queue
from app.web.console.set_up import set_up

BLUEPRINTS = (entrance, set_up, provider, queue, cases, pictures)

__all__ = ["BLUEPRINTS"]
