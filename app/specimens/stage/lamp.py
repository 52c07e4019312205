"""A screen as a lamp: it lights what is near in its colour, and what is behind a little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class Lamp:
    """`strength` is what white would add to the light on a face, as a share of the room's light.

    `falloff` is how much of that reaches the background; `colour` linear red, green and blue.
    """

    strength: float
    falloff: float
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def on_face(self) -> tuple[float, float, float]:
        """What the light on a face is multiplied by."""
        red, green, blue = (1 + self.strength * each for each in self.colour)
        return red, green, blue

    def on_room(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """What the light on the background is multiplied by."""
        return np.array([1 + self.strength * self.falloff * each for each in self.colour], "f4")
