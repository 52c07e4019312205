"""Rules of the house that no linter knows."""

import json
import re
from pathlib import Path

import pytest

from app.domain.errors import ErrorCode
from app.domain.reasons import REASONS, ReasonCode
from app.settings import PROJECT_FOLDER
from app.web.authentication import DECLARED
from app.web.errors import CATALOGUE
from tests.builders.installation import Installation

SOURCES = [
    path
    for folder in ("app", "static", "templates")
    for path in (PROJECT_FOLDER / folder).rglob("*")
    if path.suffix in {".py", ".js", ".html", ".css"}
]
CATALOGUES = sorted((PROJECT_FOLDER / "static" / "i18n").glob("*.json"))


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
def test_every_reason_has_a_sentence_in_each_language(path: Path) -> None:
    texts = json.loads(path.read_text("utf-8"))
    shown = {REASONS[code].shown_as for code in ReasonCode}
    missing = [code for code in shown if f"reason.{code}.title" not in texts]
    assert missing == []


def test_every_language_says_the_same_things() -> None:
    keys = {path.stem: set(json.loads(path.read_text("utf-8"))) for path in CATALOGUES}
    assert all(found == keys["en"] for found in keys.values())


def test_every_key_of_a_template_is_in_the_catalogue() -> None:
    texts = json.loads((PROJECT_FOLDER / "static/i18n/en.json").read_text("utf-8"))
    used = {
        key
        for path in (PROJECT_FOLDER / "templates/widget").rglob("*.html")
        for key in re.findall(r"text\([\"']([a-z_.]*[a-z_])[\"']", path.read_text("utf-8"))
    }
    assert used - set(texts) == set()


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
