"""Logging as it was before: configuring it changes the whole process, later tests included."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def restored_logging() -> Iterator[None]:
    """Take back whatever `configure_logging` did inside the block."""
    root = logging.getLogger()
    before = (root.handlers, root.level, logging.raiseExceptions)
    try:
        yield
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
        root.handlers, root.level, logging.raiseExceptions = before
