"""examples/http and examples/curl do what they say, against a live server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import PROJECT_FOLDER
from tests.examples.conftest import LiveServer
from tests.examples.http_files import read_http_file, run_http_file

pytestmark = pytest.mark.slow
HTTP_FILES = sorted((PROJECT_FOLDER / "examples/http").glob("*.http"))
SCRIPTS = sorted(
    path for path in (PROJECT_FOLDER / "examples/curl").glob("*.sh") if path.stem != "common"
)
FACES = {"oauth", "partner", "profiles", "sandbox", "verifications", "webhooks", "widget"}


@pytest.fixture
def environment(live: LiveServer) -> dict[str, str]:
    # Port 9 of this machine: deliveries fail at once, and nothing leaves.
    return live.environment | {"KYC_WEBHOOK_URL": "http://127.0.0.1:9/webhooks"}


def test_every_face_has_a_file_and_a_script() -> None:
    assert {path.stem for path in HTTP_FILES} == FACES
    assert {path.stem for path in SCRIPTS} == FACES
    assert all(os.access(path, os.X_OK) for path in SCRIPTS)


@pytest.mark.parametrize("path", HTTP_FILES, ids=lambda path: path.stem)
def test_every_request_is_answered_as_it_says(
    path: Path, environment: dict[str, str], specimens: Path
) -> None:
    text = path.read_text("utf-8")
    answered = list(run_http_file(text, environment, specimens))
    wrong = [
        f"{request.title}: {status} {answer}"
        for request, status, answer in answered
        if status not in request.statuses
    ]
    assert wrong == []
    assert len(answered) == len(read_http_file(text)[1]) == text.count("\n### ")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_ends_well(path: Path, environment: dict[str, str], specimens: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    arguments = [specimens / "passport_front.jpg", specimens / "proof_of_address_utility_en.pdf"]
    done = subprocess.run(
        ["bash", path, *(arguments if path.stem == "partner" else [])],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_script_fails_on_another_status(environment: dict[str, str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    wrong_key = os.environ | environment | {"KYC_API_KEY": "sk_test_0"}
    script = PROJECT_FOLDER / "examples/curl/sandbox.sh"
    done = subprocess.run(["bash", script], env=wrong_key, capture_output=True, check=False)
    assert done.returncode != 0
    assert b"expected 200, got 401" in done.stderr


def test_the_files_hold_no_secret_and_no_host() -> None:
    for path in [*HTTP_FILES, *SCRIPTS]:
        text = path.read_text("utf-8")
        assert not re.search(r"sk_(test|live)_\w{8}|https?://", text), path.name
