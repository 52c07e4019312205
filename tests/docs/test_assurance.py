"""docs/assurance.md names tests and commands that exist."""

import re

from app.settings import PROJECT_FOLDER

PAGE = (PROJECT_FOLDER / "docs/assurance.md").read_text("utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 60
    sources = (path.read_text("utf-8") for path in (PROJECT_FOLDER / "tests").rglob("test_*.py"))
    there = {
        name for text in sources for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)
    }
    assert named - there == set()


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"`make ([\w-]+)`", PAGE))
    targets = re.findall(
        r"^([\w-]+):.*##", (PROJECT_FOLDER / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    assert "chaos" in named
    assert named <= set(targets)


def test_no_target_is_passed_over() -> None:
    rows = re.findall(r"^\| ([SR]\d+) \|", PAGE, re.MULTILINE)
    assert rows == [f"S{number}" for number in range(1, 21)] + [
        f"R{number}" for number in range(1, 17)
    ]
    # Each row shows something, or says that it does not.
    silent = [
        line
        for line in PAGE.splitlines()
        if re.match(r"\| [SR]\d+ \|", line) and "`" not in line and "not met here" not in line
    ]
    assert silent == []
