"""python -m tests.contracts.freeze: promise the shapes of today."""

import json
import tempfile

from app.factory import create_app
from app.settings import read_settings
from app.web.api.openapi import document
from app.wiring import build
from tests.contracts.shapes import FROZEN, shapes_of


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(build(read_settings({"KYC_STATE_DIR": folder})))
        with app.app_context():
            shapes = shapes_of(document(app))
    text = json.dumps(shapes, indent=1, sort_keys=True, ensure_ascii=False)
    FROZEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
