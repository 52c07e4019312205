"""Counting what is read right and what is accepted wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.evaluate import evaluate
from app.proofing.document_manifest import ManifestError, document_cases
from app.proofing.evaluate_documents import documents_table, evaluate_documents
from app.standards.aamva import parse_aamva
from app.vision.image import encode_jpeg
from tests.builders.specimen_photographs import photographed, specimen


def write_manifest(folder: Path, *cases: Any) -> Path:
    manifest = folder / "manifest.jsonl"
    lines = [case if isinstance(case, str) else json.dumps(case) for case in cases]
    manifest.write_text("\n".join(lines))
    return manifest


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A passport with a right and a wrong truth, a licence of two sides, and a broken file."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "page.jpg").write_bytes(encode_jpeg(photographed("passport")[0]))
    for side in ("front", "back"):
        picture, _ = photographed("drivers_license", side=side)
        (folder / f"{side}.jpg").write_bytes(encode_jpeg(picture))
    (folder / "broken.jpg").write_bytes(b"no picture")
    right = list(specimen("passport").mrz_lines)
    held = specimen("drivers_license")
    elements = dict(parse_aamva(held.aamva or "").elements)
    manifest = write_manifest(
        folder,
        {"file": "page.jpg", "mrz": right},
        {"file": "page.jpg", "mrz": [right[0][:-1] + "X", right[1]]},
        {
            "files": {"front": "front.jpg", "back": "back.jpg"},
            "type": "drivers_license",
            "barcode": elements,
            "attributes": {
                "family_name": held.attributes.family_name,
                "date_of_birth": held.attributes.date_of_birth.isoformat(),
                "document_number": "A0000000",
            },
        },
        {
            "file": "back.jpg",
            "type": "drivers_license",
            "barcode": elements | {"DAQ": "A0000000"},
        },
        {"file": "broken.jpg", "mrz": None},
    )
    return evaluate_documents(manifest)


def test_right_and_wrong_readings_are_counted_apart(found: dict[str, Any]) -> None:
    counts = {key: found["mrz"]["formats"]["TD3"][key] for key in ("n", "right", "wrong")}
    assert counts == {"n": 2, "right": 1, "wrong": 1}
    assert found["mrz"]["formats"]["none"]["right"] == 0
    assert (found["barcode"]["n"], found["barcode"]["right"], found["barcode"]["wrong"]) == (
        2,
        1,
        1,
    )


def test_attributes_are_counted_by_name(found: dict[str, Any]) -> None:
    names = found["attributes"]["names"]
    assert [names[name]["right"] for name in ("family_name", "date_of_birth")] == [1, 1]
    assert (names["document_number"]["right"], names["document_number"]["wrong"]) == (0, 1)
    assert found["attributes"]["right"] == 2


def test_what_was_missed_is_said_without_its_value(found: dict[str, Any]) -> None:
    assert {miss["file"]: miss["why"] for miss in found["missed"]} == {
        "page.jpg": ["MRZ accepted with wrong characters"],
        "front.jpg, back.jpg": ["document_number read as something else in print"],
        "back.jpg": ["barcode differs in DAQ"],
        "broken.jpg": ["a file cannot be decoded", "MRZ not found"],
    }


def test_the_table_has_counts_bounds_times_and_memory(found: dict[str, Any]) -> None:
    table = documents_table(found)
    assert "| MRZ TD3 | 2 | 1 | 1 | 50.0% (1.3% to 98.7%) |" in table
    assert "| family_name | 1 | 1 | 0 | 0.0% (0.0% to 97.5%) |" in table
    assert "| viz |" in table
    assert f"| all, processor time | {found['cpu_ms']['median']} |" in table
    assert f"{found['n']} documents; memory at its peak {found['memory_mb']} MB" in table
    assert "- back.jpg: barcode differs in DAQ" in table


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2, character 2: must be JSON"),
        ("[]", "line 2, whole line: must be one JSON object"),
        ({"mrz": None}, 'line 2, file: must be a path, or files must be {"front": path, ...}'),
        ({"file": 7, "mrz": None}, "line 2, file: must be a file's path relative to the manifest"),
        ({"file": "b.jpg", "mrz": None}, "line 2, file: must be a file's path"),
        ({"file": "a.jpg"}, "line 2, mrz, barcode or attributes: at least one truth"),
        (
            {"files": {"left": "a.jpg"}, "mrz": None},
            "line 2, files.left: must be one of back, front",
        ),
        ({"file": "a.jpg", "mrz": "P<"}, "line 2, mrz: must be a list of its lines, or null"),
        ({"file": "a.jpg", "type": "visa", "mrz": None}, "line 2, type: must be one of "),
        ({"file": "a.jpg", "barcode": []}, "line 2, barcode: must be an object of texts"),
        ({"file": "a.jpg", "attributes": {"age": "3"}}, "line 2, attributes.age: must be one of"),
    ],
)
def test_a_faulty_line_is_named_with_its_key(tmp_path: Path, line: Any, complaint: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    manifest = write_manifest(tmp_path, {"file": "a.jpg", "mrz": None}, line)
    with pytest.raises(ManifestError) as refused:
        document_cases(manifest)
    assert str(refused.value).startswith(complaint)


def test_a_manifest_in_another_encoding_is_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_bytes('{"file": "é"}'.encode("latin-1"))
    with pytest.raises(ManifestError, match="must be UTF-8"):
        document_cases(manifest)


def test_the_command_names_the_faulty_line(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, "{")
    answer = CliRunner().invoke(evaluate, ["documents", str(manifest)])
    assert answer.exit_code == 1
    assert "manifest.jsonl, line 1, character 2: must be JSON" in answer.output
