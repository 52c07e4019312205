"""The hints before a picture is taken, on photographs whose fault is known: in chromium itself.

Each photograph is drawn by the specimen printer, spoilt in one way, and measured by the widget's
own module as its camera page does. Beside the hint stands what the server says to the same picture.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
from collections import Counter, defaultdict
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import click
import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from app.domain.evidence import DocumentType
from app.proofing.capture_inspection import inspect_document_capture
from app.settings import PROJECT_FOLDER
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import PORTRAIT_NAMES, load_portrait
from app.specimens.spoils import Spoil, spoil_picture
from app.vision.image import encode_jpeg
from app.vision.sandbox import Sandbox
from app.web.bundle import join_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.vision.image import Image

CAMERA_PX = (1440, 1080)
# Width of the guide as a share of the picture's, and its shape: static/css/capture.css.
GUIDES = {DocumentType.PASSPORT: (0.86, 1.42), DocumentType.ID_CARD: (0.86, 1.586)}
TODAY = date(2026, 11, 21)


def _shifted(image: Image) -> Image:
    height, width = image.shape[:2]
    matrix = np.float32([[1, 0, 0.3 * width], [0, 1, 0.25 * height]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def _far(image: Image) -> Image:
    height, width = image.shape[:2]
    matrix = np.float32([[0.5, 0, 0.25 * width], [0, 0.5, 0.25 * height]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def _blurred(sigma_px: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def _dimmed(share: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(image * share, np.uint8)


def _bare(image: Image) -> Image:
    """The table without the paper: its lower rim, drawn out."""
    height, width = image.shape[:2]
    return np.asarray(cv2.resize(image[-40:], (width, height)), np.uint8)


FAULTS: dict[str, tuple[str | None, Callable[[Image], Image]]] = {
    "none": (None, lambda image: image),
    "evening light (0.5)": (None, _dimmed(0.5)),
    "night (0.13)": ("too_dark", _dimmed(0.13)),
    "dim (0.25)": ("too_dark", _dimmed(0.25)),
    "soft (2 px)": (None, _blurred(2)),
    "blurred (3 px)": ("blurred", _blurred(3)),
    "blurred (4 px)": ("blurred", _blurred(4)),
    "blurred (6 px)": ("blurred", _blurred(6)),
    "blurred (9 px)": ("blurred", _blurred(9)),
    "reflection": ("glare", lambda image: spoil_picture(image, Spoil.GLARE)),
    "no paper": ("fit", _bare),
    "half as large": ("fit", _far),
    "half outside": ("fit", _shifted),
}


def photographs(count: int, faults: Sequence[str]) -> Iterator[tuple[DocumentType, str, Image]]:
    """`count` photographs of each fault."""
    for index in range(count):
        chance = Random(4000 + index)
        kind = list(GUIDES)[index % 2]
        portrait = load_portrait(PORTRAIT_NAMES[index % len(PORTRAIT_NAMES)])
        paper = print_paper(kind, specimen_attributes(chance, TODAY), portrait)
        table = ("desk", "cloth", "dark")[index % 3]
        plain, _ = photograph(paper.front, chance=chance, background=table, size_px=CAMERA_PX)
        for fault in faults:
            yield kind, fault, FAULTS[fault][1](plain)


MEASURE = """async ({ jpeg, guide }) => {
  const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const look = new kyc.LiveLook({ guide: () => guide });
  look.measure(bitmap, bitmap.width, bitmap.height);
  const began = performance.now();
  const measured = look.measure(bitmap, bitmap.width, bitmap.height);
  return { ...measured, hint: kyc.hintFor(measured), ms: performance.now() - began };
}"""


def main() -> None:
    """Print for each fault what was hinted, and the spread of each measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--server", action="store_true", help="ask the server's judgement, too")
    parser.add_argument("--only", action="append", choices=FAULTS, help="this fault alone")
    options = parser.parse_args()
    bundle = join_modules(PROJECT_FOLDER / "static/widget", "live-look.js", shares=True)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    with sync_playwright() as playwright, Sandbox() as sandbox:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page()
        page.add_script_tag(
            content=bundle.replace("export {", "//") + "window.kyc = module_live_look;"
        )
        for kind, fault, image in photographs(options.count, options.only or list(FAULTS)):
            width, shape = GUIDES[kind]
            height = width * CAMERA_PX[0] / shape / CAMERA_PX[1]
            guide = {
                "x": (1 - width) / 2,
                "y": (1 - height) / 2,
                "width": width,
                "height": height,
            }
            jpeg = encode_jpeg(image, 92)
            measured = page.evaluate(
                MEASURE, {"jpeg": base64.b64encode(jpeg).decode(), "guide": guide}
            )
            found[fault].append(measured)
            if options.server:
                seen = sandbox.run("inspect_document", jpeg)
                judged = inspect_document_capture(
                    seen, "front", has_back=kind is not DocumentType.PASSPORT
                )
                verdicts[fault][judged.reasons[0].code.value if judged.reasons else "accepted"] += 1
        browser.close()
    for fault, looks in found.items():
        hints = Counter(str(look["hint"]) for look in looks)
        spread = {
            name: [round(float(q), 3) for q in np.quantile(_values(looks, name), (0, 0.5, 1))]
            for name in ("sharpness", "glare", "edges", "light", "ms")
        }
        click.echo(f"{fault} | wanted {FAULTS[fault][0]} | {dict(hints)} | {json.dumps(spread)}")
        if options.server:
            click.echo(f"    server: {dict(verdicts[fault])}")


def _values(looks: list[dict[str, Any]], name: str) -> list[float]:
    return [look["light"]["high"] if name == "light" else look[name] for look in looks]


if __name__ == "__main__":
    main()
