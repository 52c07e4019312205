"""What lets the whole suite end sooner, and changes nothing of what a test sees."""

import gc
import os
import shutil
from pathlib import Path

import pytest
import structlog

from tests.builders.shared_statements import share_statements

TESTS = Path(__file__).parent.parent
# By folder: what takes longest comes first, so that no worker ends long after the other.
_LONGEST_FIRST = ("journeys", "cli", "contracts", "proofing", "examples", "vision")
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 2 * 2**30  # noqa: S108 - pytest makes a private folder


def pytest_configure() -> None:
    """Write where no disk is waited for: thousands of commits, and no test cuts the power."""
    share_statements()
    # Rich draws a frame around each of many expected faults, in half a second.
    structlog.get_config()["processors"][-1].exception_formatter = structlog.dev.plain_traceback
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _can_hold_files(_MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules in order; within a folder chance decides, as before."""
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """Leave modules and tests, which stay to the end, out of each later garbage collection."""
    gc.collect()
    gc.freeze()


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)


def _can_hold_files(folder: Path) -> bool:
    if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < _ENOUGH_BYTES:
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC
