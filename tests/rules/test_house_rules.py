"""Rules of the house that no linter knows."""

import json
import re
from pathlib import Path

import pytest

from app.domain.errors import ErrorCode
from app.settings import PROJECT_FOLDER
from app.web.authentication import DECLARED
from app.web.errors import CATALOGUE
from tests.builders.installation import Installation
from tests.rules.catalogue_keys import composed_keys, quoted_keys, written_keys

SOURCES = [
    path
    for folder in ("app", "static", "templates")
    for path in (PROJECT_FOLDER / folder).rglob("*")
    if path.suffix in {".py", ".js", ".html", ".css"}
]
CATALOGUES = sorted((PROJECT_FOLDER / "static" / "i18n").glob("*.json"))
ENGLISH = PROJECT_FOLDER / "static" / "i18n" / "en.json"


def test_every_blueprint_declares_its_authentication(kyc_sqlite: Installation) -> None:
    for name, blueprint in kyc_sqlite.client.application.blueprints.items():
        assert getattr(blueprint, DECLARED, None), f"{name} declares none"


def test_no_answer_sets_a_cookie_or_lacks_its_policy(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    address = kyc.issue()["widget_url"].removeprefix("https://kyc.test")
    paths = ["/healthz", "/readyz", "/nowhere", "/widget/state", address, "/static/embed/v1.js"]
    for path in paths:
        answer = kyc.client.get(path)
        answer.close()
        assert "Set-Cookie" not in answer.headers, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT_FOLDER)))
def test_nothing_is_left_to_do_later(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\b(TODO|FIXME|placeholder text|lorem ipsum)\b", text, re.IGNORECASE)
    if path.suffix == ".py":
        assert not re.search(r"^\s*print\(", text, re.MULTILINE)


def test_every_setting_is_documented() -> None:
    used = set(re.findall(r'"(KYC_[A-Z_]+)"', (PROJECT_FOLDER / "app/settings.py").read_text()))
    documented = (PROJECT_FOLDER / ".env.example").read_text()
    assert {name for name in used if not re.search(rf"{name}(_FILE)?=", documented)} == set()


def test_every_error_has_its_status_and_sentence() -> None:
    assert set(CATALOGUE) == set(ErrorCode)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_language_says_the_same_things_in_the_same_order(path: Path) -> None:
    keys = [key for key, _ in sentences(path)]
    expected = [key for key, _ in sentences(ENGLISH)]
    assert (set(expected) - set(keys), set(keys) - set(expected)) == (set(), set())
    assert keys == expected, "sort the keys like en.json, each once"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_of_a_language_fills_the_same_places(path: Path) -> None:
    english = {key: places(sentence) for key, sentence in sentences(ENGLISH)}
    told = dict(sentences(path))
    assert {key for key in told if places(told[key]) != english.get(key)} == set()
    assert {
        key for key, sentence in told.items() if sentence.strip() != sentence or not sentence
    } == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_laid_out_for_reading(path: Path) -> None:
    laid_out = json.dumps(dict(sentences(path)), ensure_ascii=False, indent=2) + "\n"
    assert path.read_text("utf-8") == laid_out


def test_every_key_that_is_asked_for_is_in_the_catalogue() -> None:
    texts = dict(sentences(ENGLISH))
    assert len(written_keys()) > 100
    assert (written_keys() | composed_keys()) - set(texts) == set()


def test_every_key_of_the_catalogue_is_asked_for() -> None:
    texts = dict(sentences(ENGLISH))
    assert set(texts) - quoted_keys() - composed_keys() == set(), "nobody says these: take them out"


def sentences(path: Path) -> list[tuple[str, str]]:
    """The pairs as they stand in the file: a key that is there twice is there twice."""
    pairs: list[tuple[str, str]] = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
    return pairs


def places(sentence: str) -> list[str]:
    """The `{name}` places of a sentence; a lone brace is one that nobody fills."""
    return sorted(re.findall(r"\{\w*\}|[{}]", sentence))


def test_no_lock_names_a_host() -> None:
    locks = [*PROJECT_FOLDER.glob(".locks/*.txt"), *PROJECT_FOLDER.glob(".locks/node/*.json")]
    assert len(locks) >= 4
    for path in locks:
        found = re.findall(r"https?://[^\s\"]+", path.read_text("utf-8"))
        assert [url for url in found if "funding" not in url and "schemastore" not in url] == []


def test_every_threshold_names_its_data() -> None:
    for path in (PROJECT_FOLDER / "app/proofing").glob("*operating_points.py"):
        block = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("#"):
                block += line
            elif re.match(r"[A-Z_]+ = ", line):
                assert block or "#" in line, f"{path.name}: {line}"
            elif not line.strip():
                block = ""
