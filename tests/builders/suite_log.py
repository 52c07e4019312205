"""A plugin of pytest: the log of every test goes to one place, which is searched at the end.

`make test-log` runs the tests with `-p tests.builders.suite_log`. Each test that does not set up
logging of its own writes through the product's allow-list at DEBUG, as a server would. What
came is then searched for what the tests' people, papers and keys are called.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from app.log_redaction import configure_logging
from app.specimens.attributes import MARKED_VALUES
from tests.builders.restored_logging import restored_logging

FEWEST_LINES = 1000
_MOST_SHOWN = 5
# Names of users, addresses of reviewers, and whatever a test calls marked.
_SEEDED = (*MARKED_VALUES, "MARKED", "user-1", "user-2", "anna@example.test", "example.test")
_FORMS = {
    "a JSON Web Token": re.compile(r"eyJ[\w-]{10,}\.[\w-]+"),
    "an API key": re.compile(r"sk_(?:test|live)_\w{8,}"),
    "a webhook's secret": re.compile(r"whs(?:ec|k)_\w{8,}"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "lines of a machine readable zone": re.compile(r"[A-Z0-9<]{5,}<<[A-Z0-9<]{5,}"),
    "the beginning of a picture": re.compile(r"/9j/4|iVBORw0KGgo|\\xff\\xd8"),
}


def personal_values(log: str) -> Counter[str]:
    """What stands in the log that must not, and how often."""
    found = Counter({value: log.count(value) for value in _SEEDED if value in log})
    for name, form in _FORMS.items():
        found[name] += len(form.findall(log))
    return +found


_log = io.StringIO()


@pytest.fixture(autouse=True)
def _suite_log() -> Iterator[None]:
    with restored_logging():
        configure_logging(_log, "DEBUG")
        yield


@dataclass
class _Searched:
    """What was found in one log, or in those of all workers."""

    lines: int = 0
    found: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    guilty: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, log: str) -> Self:
        found = personal_values(log)
        guilty = [line for line in log.splitlines() if personal_values(line)] if found else []
        kinds = Counter(re.findall(r'"event": "([^"]+)"', log))
        return cls(log.count("\n"), found, kinds, guilty[:_MOST_SHOWN])

    def add(self, other: Self) -> None:
        self.lines += other.lines
        self.found += other.found
        self.kinds += other.kinds
        self.guilty += other.guilty


_of_workers = _Searched()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker found; one that broke off has failed by itself."""
    told = getattr(node, "workeroutput", {}).get("suite_log")
    if told is not None:
        lines, found, kinds, guilty = told
        _of_workers.add(_Searched(lines, Counter(found), Counter(kinds), guilty))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when the log names anybody, or says too little to prove anything."""
    searched = _Searched.of(_log.getvalue())
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        each = searched.lines, dict(searched.found), dict(searched.kinds), searched.guilty
        output["suite_log"] = each
        return
    searched.add(_of_workers)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        found = dict(searched.found) or "nothing"
        reporter.write_line(f"\n{searched.lines} lines of log were searched; found {found}")
        for line in searched.guilty[:_MOST_SHOWN]:
            reporter.write_line(line)
        most = searched.kinds.most_common(4)
        reporter.write_line(f"{len(searched.kinds)} kinds of events, most of them {most}")
    if searched.found or searched.lines < FEWEST_LINES:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
