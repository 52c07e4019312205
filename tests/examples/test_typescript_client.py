"""The TypeScript client: strict types, no dependency, and every method against a live server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import PROJECT_FOLDER
from tests.examples.conftest import LiveServer

pytestmark = pytest.mark.slow
CLIENT = PROJECT_FOLDER / "examples/clients/kyc-client.ts"
DRIVER = Path(__file__).with_name("drive_kyc_client.mjs")
CHECKS = PROJECT_FOLDER / ".locks/node"
TSC = CHECKS / "node_modules/.bin/tsc"


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """The client as JavaScript, compiled by the project's own settings."""
    if not TSC.exists() or shutil.which("node") is None:
        pytest.skip("node or its TypeScript is not installed; `make lint` installs it")
    config = {
        "extends": str(CHECKS / "tsconfig.json"),
        "compilerOptions": {
            "noEmit": False,
            "outDir": str(tmp_path),
            "rootDir": str(CLIENT.parent),
        },
        "files": [str(CLIENT)],
        "include": [],
    }
    project = tmp_path / "tsconfig.json"
    project.write_text(json.dumps(config))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    done = subprocess.run([TSC, "--project", project], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return tmp_path / "kyc-client.js"


def test_it_needs_nothing_but_the_platform() -> None:
    source = CLIENT.read_text("utf-8")
    assert not re.search(r"^\s*import\b|\brequire\(|\bany\b", source, re.MULTILINE)


def test_every_method_is_tried() -> None:
    source = CLIENT.read_text("utf-8").partition("export class KycClient")[2]
    methods = re.findall(r"^  (?:async )?\*?(\w+)(?:<\w+>)?\([^;]*?\): ", source, re.MULTILINE)
    assert len(methods) >= 20
    driver = DRIVER.read_text("utf-8")
    assert [name for name in methods if f".{name}(" not in driver] == []


def test_it_speaks_with_a_live_server(compiled: Path, live: LiveServer, specimens: Path) -> None:
    done = subprocess.run(
        ["node", DRIVER, compiled, specimens / "passport_front.jpg"],
        env=os.environ | live.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "every method answered" in done.stdout
