"""kyc models: what is fetched, from where, and what is said when it does not work."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from app.cli.model_download import ModelNotFetchedError, fetch_model
from app.vision.model_cards import MODEL_CARDS, YUNET
from app.vision.model_folder import ModelDamagedError, ModelFolder
from tests.builders.command_line import kyc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 40
CARD = replace(
    YUNET, sha256=hashlib.sha256(CONTENT).hexdigest(), size_bytes=len(CONTENT), file="tiny.onnx"
)


class Mirror:
    """A web server with one file; `breaks_after` ends its first answer early."""

    def __init__(self, content: bytes, *, breaks_after: int | None = None) -> None:
        self.ranges: list[str | None] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not self.path.endswith(".onnx"):
                    self.send_error(404)
                    return
                asked = self.headers.get("Range")
                mirror.ranges.append(asked)
                begin = int(asked.split("=")[1].rstrip("-")) if asked else 0
                self.send_response(206 if asked else 200)
                self.send_header("Content-Length", str(len(content) - begin))
                self.end_headers()
                is_cut = breaks_after is not None and len(mirror.ranges) == 1
                self.wfile.write(content[begin : breaks_after if is_cut else None])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    started = Mirror(CONTENT, breaks_after=3000)
    yield started
    started.close()


@pytest.fixture
def wrong_mirror() -> Iterator[Mirror]:
    started = Mirror(b"x" * YUNET.size_bytes)
    yield started
    started.close()


def test_a_broken_download_goes_on_where_it_ended(tmp_path: Path, mirror: Mirror) -> None:
    folder = ModelFolder(tmp_path / "models")
    url = f"{mirror.address}/tiny.onnx"
    with pytest.raises(ModelNotFetchedError, match="again to go on"):
        fetch_model(CARD, folder, url)
    assert folder.state(CARD) == "missing"

    fetch_model(CARD, folder, url)

    assert mirror.ranges == [None, "bytes=3000-"]
    assert (folder.state(CARD), folder.read(CARD)) == ("installed", CONTENT)
    assert not folder.part_of(CARD).exists()


def test_another_file_than_the_pinned_one_is_discarded(
    tmp_path: Path, wrong_mirror: Mirror
) -> None:
    found = kyc(tmp_path, "models", "fetch", "yunet-2023mar", "--mirror", wrong_mirror.address)

    assert found.returncode == 1
    assert "another SHA-256" in found.stdout
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("mirror_path", "said"), [("/nothing", "answers 404"), (None, "--from FOLDER")]
)
def test_what_cannot_be_had_says_what_to_do(
    tmp_path: Path, wrong_mirror: Mirror, mirror_path: str | None, said: str
) -> None:
    missing = replace(YUNET, file="gone.bin")
    url = "http://127.0.0.1:9/x" if mirror_path is None else wrong_mirror.address + mirror_path

    with pytest.raises(ModelNotFetchedError, match=said):
        fetch_model(missing, ModelFolder(tmp_path), url)


def test_a_folder_is_searched_by_hash_whatever_the_names(tmp_path: Path) -> None:
    stick = tmp_path / "stick" / "below"
    stick.mkdir(parents=True)
    (stick / "whatever.bin").write_bytes(CONTENT)
    (stick / "same-size.bin").write_bytes(CONTENT[::-1])
    folder = ModelFolder(tmp_path / "models")

    assert folder.take_from(tmp_path / "stick", [CARD]) == [CARD]
    assert folder.state(CARD) == "installed"


def test_what_no_address_holds_is_brought_and_not_fetched(tmp_path: Path) -> None:
    found = kyc(tmp_path, "models", "fetch", "minifasnet-v2", "--json")

    assert found.returncode == 1
    (row,) = json.loads(found.stdout)["models"]
    assert (row["state"], "--from FOLDER" in row["message"]) == ("missing", True)


def test_an_empty_stick_is_a_negative_result(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()

    found = kyc(tmp_path, "models", "fetch", "--from", str(tmp_path / "stick"), "--json")

    assert found.returncode == 1
    told = json.loads(found.stdout)["models"]
    assert {row["name"] for row in told} == {card.name for card in MODEL_CARDS}
    assert all("SHA-256" in row["message"] for row in told)


def test_a_damaged_file_is_told_and_never_run(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    folder.path.mkdir()
    assert kyc(tmp_path, "models", "verify").returncode == 0
    assert kyc(tmp_path, "models", "verify", "yunet-2023mar").returncode == 1
    folder.file_of(YUNET).write_bytes(b"x" * YUNET.size_bytes)

    found = kyc(tmp_path, "models", "verify", "--json")

    assert found.returncode == 1
    assert {row["name"]: row["state"] for row in json.loads(found.stdout)["models"]} == {
        "yunet-2023mar": "damaged",
        "sface-2021dec": "missing",
        "sface-2021dec-int8": "missing",
        "minifasnet-v2": "missing",
        "minifasnet-v1se": "missing",
    }
    with pytest.raises(ModelDamagedError):
        folder.read(YUNET)


def test_the_list_tells_which_engine_is_in_use(tmp_path: Path) -> None:
    found = json.loads(kyc(tmp_path, "models", "list", "--json").stdout)

    assert found["face_engine"] == "dlib-resnet-v1"
    assert "kyc models fetch" in found["message"]
    assert all(len(row["sha256"]) == 64 and row["licence"] for row in found["models"])


def test_an_engine_that_is_not_installed_is_bad_use(tmp_path: Path) -> None:
    manifest = tmp_path / "people.csv"
    manifest.write_text("path,person\n")
    pictures = ("models", "calibrate", str(manifest))

    for command in (pictures, ("evaluate", "faces", str(manifest), "--engine", "opencv")):
        found = kyc(tmp_path, *command)
        assert (found.returncode, "kyc models fetch" in found.stderr) == (2, True)
