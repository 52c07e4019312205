"""A plugin of pytest: the log of every test goes to one place, which is searched at the end.

`make test-log` runs the tests with `-p tests.builders.suite_log`. Each test that does not set up
logging of its own writes through the product's allow-list at DEBUG, as a server would. What
came is then searched for what the tests' people, papers and keys are called.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from app.log_redaction import configure_logging
from app.specimens.attributes import MARKED_VALUES
from tests.builders.restored_logging import restored_logging

FEWEST_LINES = 1000
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when the log names anybody, or says too little to prove anything."""
    text = _log.getvalue()
    count, found = text.count("\n"), personal_values(text)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(
            f"\n{count} lines of log were searched; found {dict(found) or 'nothing'}"
        )
        kinds = Counter(re.findall(r'"event": "([^"]+)"', text))
        guilty = [line for line in text.splitlines() if personal_values(line)] if found else []
        for line in guilty[:5]:
            reporter.write_line(line)
        reporter.write_line(f"{len(kinds)} kinds of events, most of them {kinds.most_common(4)}")
    if found or count < FEWEST_LINES:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
