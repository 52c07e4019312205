"""A simulated person with printed papers and a head that does what the challenge asks."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np

from app.specimens.attributes import specimen_attributes
from app.specimens.clips import selfie_scene
from app.specimens.flat_photo import turn_flat_photo
from app.specimens.head import turn_head
from app.specimens.papers import print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait, load_selfie
from app.specimens.spoils import PICTURE_SPOILS, Spoil, spoil_picture
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from app.domain.evidence import DocumentType, Side
    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image

_TARGET_YAW_DEG = {"center": 0.0, "yaw_left": 28.0, "yaw_right": -28.0}
# A calm turn of the head: 28 degrees take about a second at five frames a second.
_STEP_DEG = 6.0
_JPEG_QUALITY = 88


class SimulatedApplicant:
    """Papers and frames of one person of the `demo` extra, the same again for the same seed.

    `flat` holds a print of the portrait to the camera instead of turning a head: the attack that
    must not pass.
    """

    def __init__(
        self, name: str, *, seed: int, today: date, impostor: str | None = None, flat: bool = False
    ) -> None:
        self._chance = Random(seed)  # noqa: S311 - specimens, not secrets
        self._portrait = load_portrait(name)
        self._scene = selfie_scene(load_selfie(impostor or name))
        self._noise = np.random.default_rng(seed)
        self._flat = flat
        self._yaw_deg = 0.0
        self.attributes: SpecimenAttributes = specimen_attributes(self._chance, today)

    def photographs(
        self, document_type: DocumentType, spoil: Collection[str] = ()
    ) -> dict[Side, bytes]:
        """A JPEG of each side of a freshly printed paper, lying on a table."""
        of_picture = [Spoil(name) for name in spoil if name in PICTURE_SPOILS]
        of_paper = [name for name in spoil if name not in PICTURE_SPOILS]
        paper = print_paper(document_type, self.attributes, self._portrait, spoil=of_paper)
        return {side: self._photograph(card, of_picture) for side, card in paper.sides.items()}

    def _photograph(self, card: Image, spoils: Collection[Spoil]) -> bytes:
        picture = photograph(card, chance=self._chance)[0]
        for spoil in spoils:
            picture = spoil_picture(picture, spoil)
        return encode_jpeg(picture, _JPEG_QUALITY)

    def frame(self, prompt: str) -> bytes:
        """The next camera frame (JPEG, 640 x 480): the head moves a little towards the prompt."""
        wanted = _TARGET_YAW_DEG[prompt]
        self._yaw_deg += float(np.clip(wanted - self._yaw_deg, -_STEP_DEG, _STEP_DEG))
        return encode_jpeg(self._with_noise(self._turned()), _JPEG_QUALITY)

    def _turned(self) -> Image:
        turn = turn_flat_photo if self._flat else turn_head
        return turn(self._scene, self._yaw_deg)

    def _with_noise(self, image: Image) -> Image:
        grain = self._noise.normal(0.0, 2.0, image.shape)
        return np.asarray(np.clip(image + grain, 0, 255), dtype=np.uint8)
