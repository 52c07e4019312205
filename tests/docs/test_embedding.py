"""The page on embedding: its hash is the file's, its events are the loader's, its package packs."""

import json
import re
import subprocess
from pathlib import Path

from app.cli.embed import integrity
from app.settings import PROJECT_FOLDER
from app.web.texts import languages
from tests.builders.command_line import kyc

PAGE = (PROJECT_FOLDER / "docs/embedding.md").read_text("utf-8")
LOADER = PROJECT_FOLDER / "static" / "embed"


def test_the_hash_of_the_page_is_that_of_the_file() -> None:
    named = re.findall(r"sha384-[A-Za-z0-9+/=]{64}", PAGE)
    assert set(named) == {integrity()}, "write what `kyc embed` prints into docs/embedding.md"


def test_the_command_prints_the_tag_for_this_installation(tmp_path: Path) -> None:
    said = kyc(tmp_path, "embed")
    assert said.returncode == 0
    assert said.stdout == (
        f'<script src="http://localhost:8080/static/embed/v1.js" integrity="{integrity()}"'
        ' crossorigin="anonymous"></script>\n'
    )
    assert json.loads(kyc(tmp_path, "embed", "--json").stdout)["integrity"] == integrity()


def test_the_page_has_every_event_and_message() -> None:
    types = (LOADER / "v1.d.ts").read_text("utf-8")
    events = set(re.findall(r'"(kyc\.[a-z_]+)"', types))
    messages = set(
        re.findall(r'"(kyc\.(?:init|set_[a-z]+|close))"', (LOADER / "v1.js").read_text("utf-8"))
    )
    assert len(events) == 12
    assert len(messages) == 5
    assert {name for name in events | messages if f"`{name}`" not in PAGE} == set()


def test_the_page_names_every_language() -> None:
    section = PAGE.partition("## Languages")[2].partition("\n1. ")[0]
    assert set(re.findall(r"`([a-z]{2}(?:-[A-Za-z]+)?)` \w", section)) == languages()


def test_the_package_is_the_very_file_and_of_this_release() -> None:
    package = json.loads((LOADER / "package.json").read_text("utf-8"))
    project = (PROJECT_FOLDER / "pyproject.toml").read_text("utf-8")
    assert f'version = "{package["version"]}"' in project
    assert "dependencies" not in package
    packed = subprocess.run(
        ["npm", "pack", "--dry-run", "--json", "--offline"],
        cwd=LOADER,
        capture_output=True,
        text=True,
        check=True,
    )
    files = {entry["path"] for entry in json.loads(packed.stdout)[0]["files"]}
    assert files == {"README.md", "index.js", "package.json", "v1.d.ts", "v1.js"}


def test_a_server_that_renders_pages_may_import_it() -> None:
    ran = subprocess.run(
        [
            "node",
            "--input-type=module",
            "-e",
            "console.log(typeof (await import('./index.js')).open)",
        ],
        cwd=LOADER,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "undefined"
