"""Where the frames of a presence challenge came from, as far as a browser says.

None of it is proof: whoever controls the browser controls what it says.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class CameraSource(StrEnum):
    """What a camera's name gives away. The name itself is never kept: it may hold a person's."""

    DEVICE = "device"
    UNNAMED = "unnamed"
    VIRTUAL = "virtual"
    FILE = "file"


@dataclass(frozen=True)
class FrameOrigin:
    """What the page told, and what was seen before.

    `camera` is None where the page's words were missing: the challenge was dealt to something else.
    `frames_seen_before` counts frames whose very pixels another challenge of the partner had,
    `challenges_failed` those that the user was dealt before and did not meet, whether the time ran
    out, a turn was wrong, or the page was left.
    """

    camera: CameraSource | None = None
    frames_seen_before: int = 0
    challenges_failed: int = 0


NOTHING_KNOWN = FrameOrigin()

# Programs that offer a camera without one, by the names that they give it.
_VIRTUAL = re.compile(
    r"""
    \b(?: obs | xsplit | mmhmm | camtwist | manycam | splitcam | altercam | youcam | webcammax
        | chromacam | e2esoft | vcam | snap\ camera | fake_device | dummy\ video
        | v4l2(?:\ |-)?loopback | unity\ video\ capture | fake\ camera | ndi\ (?:video|webcam)
        | akvirtualcamera )
    | virtual[\ -_]?(?:web)?cam
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A browser that was started with a film in its camera's place names the film's file.
_FILE = re.compile(r"[/\\].*\.\w{2,5}$|\.(?:y4m|mjpe?g|mp4|webm|avi)$", re.IGNORECASE)


def camera_source(label: str) -> CameraSource:
    """What the name of a video track says of where its pictures come from."""
    name = label.strip()
    if not name:
        return CameraSource.UNNAMED
    if _FILE.search(name):
        return CameraSource.FILE
    return CameraSource.VIRTUAL if _VIRTUAL.search(name) else CameraSource.DEVICE
