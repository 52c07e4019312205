"""The command line as an operator uses it: exit codes and what is printed."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.specimens.portraits import load_portrait, load_selfie
from app.vision.image import encode_jpeg
from tests.builders.command_line import kyc, kyc_process


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    assert kyc(folder / "state", "specimens", "paper", str(folder)).returncode == 0
    return folder


def test_a_partner_is_created_and_its_secrets_are_shown_once(tmp_path: Path) -> None:
    arguments = ("partner", "create", "Shop", "--mode", "test", "--origin", "https://shop.test")
    made = kyc(tmp_path, *arguments, "--json")
    assert made.returncode == 0, made.stderr
    created = json.loads(made.stdout)
    assert created["api_key"].startswith("sk_test_")
    stored = (tmp_path / "kyc.sqlite3").read_bytes()
    assert created["api_key"].encode() not in stored
    token = kyc(tmp_path, "token", created["partner_id"], "user-1", "--json")
    assert json.loads(token.stdout)["widget_url"].startswith("http://localhost:8080/widget/s/")


def test_keys_rotate_and_the_audit_log_is_whole(tmp_path: Path) -> None:
    before = kyc(tmp_path, "keys", "list").stdout
    rotated = json.loads(kyc(tmp_path, "keys", "rotate", "client_token", "--json").stdout)
    after = kyc(tmp_path, "keys", "list").stdout
    assert rotated["kid"] in after
    assert rotated["kid"] not in before
    assert kyc(tmp_path, "audit", "verify").returncode == 0


def test_bad_settings_are_all_named(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"],
        env=os.environ | {"KYC_WORKERS": "many", "KYC_PUBLIC_URL": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert "KYC_WORKERS" in found.stderr
    assert "KYC_PUBLIC_URL" in found.stderr
    assert not list(tmp_path.iterdir())


def test_a_passport_is_read(papers: Path, tmp_path: Path) -> None:
    found = kyc(tmp_path, "read", str(papers / "passport_front.jpg"))
    (line,) = [json.loads(text) for text in found.stdout.splitlines()]
    assert found.returncode == 0
    assert (line["document_type"], line["side"]) == ("passport", "front")
    assert line["mrz"]["format"] == "TD3"
    assert line["mrz"]["valid"] is True
    assert line["mrz"]["fields"]["issuing_state"] == "UTO"
    assert {"file", "barcode", "visual", "quality", "reasons", "ms"} <= set(line)


def test_a_licence_is_read(papers: Path, tmp_path: Path) -> None:
    files = [str(papers / f"drivers_license_{side}.jpg") for side in ("front", "back")]
    front, back = map(json.loads, kyc(tmp_path, "read", *files).stdout.splitlines())
    assert front["document_type"] == back["document_type"] == "drivers_license"
    assert back["barcode"]["fields"]["DCG"] == "UTO"
    assert front["visual"]["fields"]["family_name"] == back["barcode"]["fields"]["DCS"]


def test_a_file_that_is_no_picture_exits_with_two(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").write_text("<html>")
    found = kyc_process(tmp_path, "read", str(tmp_path / "page.jpg"))
    assert found.returncode == 2
    assert json.loads(found.stdout)["error"] == "unsupported_media_type"


def test_faces_are_compared(tmp_path: Path) -> None:
    files = {}
    for name in ("astronaut", "grace_hopper"):
        files[name] = tmp_path / f"{name}.jpg"
        files[name].write_bytes(encode_jpeg(load_portrait(name), 92))
    selfie = tmp_path / "selfie.jpg"
    selfie.write_bytes(encode_jpeg(load_selfie("astronaut"), 92))
    same = kyc(tmp_path, "compare", str(files["astronaut"]), str(selfie))
    other = kyc(tmp_path, "compare", str(files["grace_hopper"]), str(selfie))
    assert (same.returncode, other.returncode) == (0, 1)
    assert json.loads(same.stdout)["score"] > json.loads(other.stdout)["score"]


@pytest.mark.parametrize(("flat", "verdict"), [(False, "present"), (True, "attack")])
def test_presence_is_judged_from_a_folder(tmp_path: Path, flat: bool, verdict: str) -> None:
    options = ["--flat"] if flat else []
    folder = str(tmp_path / "frames")
    kyc(tmp_path, "specimens", "frames", folder, "--challenge", "yaw_left,yaw_right", *options)
    found = kyc(tmp_path, "presence", folder, "--challenge", "yaw_left,yaw_right")
    assert json.loads(found.stdout)["verdict"] == verdict
    assert found.returncode == (1 if flat else 0)


def test_what_other_threads_say_is_not_the_commands_answer(tmp_path: Path) -> None:
    is_over, said = threading.Event(), threading.Event()

    def serves() -> None:
        while not is_over.wait(0.001):
            print("request.served")  # noqa: T201
            said.set()

    server = threading.Thread(target=serves)
    server.start()
    assert said.wait(10)
    found = kyc(tmp_path, "models", "list")
    is_over.set()
    server.join()
    assert found.returncode == 0
    assert "request.served" not in found.stdout + found.stderr


@pytest.mark.slow
def test_the_main_job_ends_verified_in_under_a_minute(tmp_path: Path) -> None:
    started = time.monotonic()
    found = kyc_process(tmp_path, "try")
    assert found.returncode == 0, found.stdout
    assert "201 POST /widget/sessions" in found.stdout.replace("  ", " ")
    assert time.monotonic() - started < 60


@pytest.mark.slow
def test_a_print_held_to_the_camera_is_not_verified(tmp_path: Path) -> None:
    assert kyc_process(tmp_path, "try", "--flat-photo").returncode == 1
