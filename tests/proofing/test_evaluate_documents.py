"""Counting what is read right and what is accepted wrong."""

import json
from pathlib import Path

from app.proofing.evaluate_documents import documents_table, evaluate_documents
from app.vision.image import encode_jpeg
from tests.builders.specimen_photographs import photographed, specimen


def test_right_and_wrong_readings_are_counted_apart(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").write_bytes(encode_jpeg(photographed("passport")[0]))
    right = list(specimen("passport").mrz_lines)
    other = [right[0][:-1] + "X", right[1]]
    cases = [{"file": "page.jpg", "mrz": right}, {"file": "page.jpg", "mrz": other}]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(map(json.dumps, cases)))
    found = evaluate_documents(manifest)
    assert found["mrz"]["n"] == 2
    assert found["mrz"]["right"] == 1
    assert found["mrz"]["wrong"] == 1
    assert "| mrz | 2 | 1 | 1 |" in documents_table(found)
