"""No part that is installed by default binds the product by the GPL or the AGPL."""

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

import pytest

from app.settings import PROJECT_FOLDER

_LOCK = (PROJECT_FOLDER / ".locks/runtime.txt").read_text("utf-8")
_PARTS = re.findall(r"^([A-Za-z0-9._-]+)==", _LOCK, re.MULTILINE)
# A line of its own for each part that is no default: with `kyc-widget[postgres]` only.
_LESSER = {"psycopg", "psycopg-binary"}
_COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)


def _said(part: PackageMetadata) -> list[str]:
    """Every short statement of a part's licence."""
    classifiers = [text for text in part.get_all("Classifier") or [] if text.startswith("License")]
    # Some give the whole text; its first line names it.
    name = (part.get("License") or "").strip().partition("\n")[0]
    return [text for text in (part.get("License-Expression"), name, *classifiers) if text]


def test_the_lock_is_read() -> None:
    assert len(_PARTS) > 50
    assert "flask" in _PARTS


@pytest.mark.parametrize("name", sorted(set(_PARTS)))
def test_no_part_is_under_the_gpl(name: str) -> None:
    try:
        said = _said(metadata(name))
    except PackageNotFoundError:
        pytest.skip("locked for another kind of machine")
    assert said, "says nothing of its licence"
    assert [text for text in said if _COPYLEFT.search(text)] == []
    is_lesser = any("LGPL" in text or "Lesser General" in text for text in said)
    assert is_lesser == (name in _LESSER)


def test_heic_is_read_without_the_encoder_that_is_under_the_gpl() -> None:
    extras = (PROJECT_FOLDER / "pyproject.toml").read_text("utf-8")
    assert '"pi-heif' in extras
    assert '"pillow-heif' not in extras
    said = _said(metadata("pi-heif"))
    assert [text for text in said if _COPYLEFT.search(text)] == []


@pytest.mark.parametrize(
    "text",
    ["GPL-3.0-or-later", "AGPL-3.0-only", "GNU General Public License v3 (GPLv3)", "gpl",
     "License :: OSI Approved :: GNU Affero General Public License v3"],
)  # fmt: skip
def test_the_gpl_is_known_when_it_is_seen(text: str) -> None:
    assert _COPYLEFT.search(text)


@pytest.mark.parametrize("text", ["LGPL-3.0-only", "MPL-2.0", "ZPL 2.1"])
def test_other_licences_are_not_taken_for_it(text: str) -> None:
    assert not _COPYLEFT.search(text)
