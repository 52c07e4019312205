"""make bench-links: which pictures are taken for the same one.

Prints how many of the 16 pieces of their hashes are equal for drawn papers: a photograph that was
saved anew and changed a little, another photograph of the paper, photographs of other papers of
the layout, and the same for flat scans, the worst of which share the portrait too.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.domain.applicant_link import SAME_PICTURE_PIECES
from app.domain.evidence import Side
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait
from app.vision.decoding import decode_image
from app.vision.image import encode_jpeg
from app.vision.picture_hash import picture_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.vision.image import Image

_KINDS = ("passport", "id_card", "drivers_license")
_TODAY = date(2026, 11, 21)


def main(count: int) -> None:
    """Print the table."""
    cv2.setNumThreads(1)
    found: dict[str, Counter[int]] = {}
    for kind in _KINDS:
        flat, taken, again = [], [], []
        for seed in range(count):
            attributes = specimen_attributes(Random(seed), _TODAY)
            card = print_paper(kind, attributes, load_portrait("astronaut")).sides[Side.FRONT]
            picture = photograph(card, chance=Random(seed))[0]
            other = photograph(card, chance=Random(seed + 1_000_000))[0]
            flat.append(picture_hash(card))
            taken.append(picture_hash(picture))
            again.append(picture_hash(other))
            for name, changed in _changed(picture):
                _count(found, name, [(taken[-1], picture_hash(changed))])
        _count(found, "photographed again", zip(taken, again, strict=True))
        _count(found, "photographs of other papers", combinations(taken, 2))
        _count(found, "flat scans of other papers, one portrait", combinations(flat, 2))
    sys.stdout.write("| pair | pairs | pieces equal, least, median, most | taken for the same |\n")
    sys.stdout.write("|---|---|---|---|\n")
    for name, counts in found.items():
        numbers = sorted(counts.elements())
        same = sum(number >= SAME_PICTURE_PIECES for number in numbers)
        middle = numbers[len(numbers) // 2]
        sys.stdout.write(
            f"| {name} | {len(numbers)} | {numbers[0]}, {middle}, {numbers[-1]} | {same} |\n"
        )


def _changed(picture: Image) -> Iterator[tuple[str, Image]]:
    height_px, width_px = picture.shape[:2]
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    brighter = np.clip(picture.astype(np.float32) * 1.15 + 8, 0, 255).astype(np.uint8)
    edge_x, edge_y = width_px // 100, height_px // 100
    yield "saved anew at quality 30", decode_image(encode_jpeg(picture, 30)).pixels
    yield "half as large, at quality 80", decode_image(encode_jpeg(half, 80)).pixels  # type: ignore[arg-type]
    yield "brightened", brighter
    yield "blurred", np.asarray(cv2.GaussianBlur(picture, (0, 0), 2), dtype=np.uint8)
    yield "cut by 1 % on each side", picture[edge_y:-edge_y, edge_x:-edge_x]


def _count(found: dict[str, Counter[int]], name: str, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    found.setdefault(name, Counter()).update(
        sum(one[at : at + 2] == other[at : at + 2] for at in range(0, len(one), 2))
        for one, other in pairs
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=60)
    main(parser.parse_args().count)
