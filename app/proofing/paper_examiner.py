"""The examination of a proof of address: its pages opened in the sandbox, then read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.proofing.proof_of_address import examine_paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, timedelta

    from app.domain.proof_of_address import PaperClaim, PaperExamination
    from app.vision.sandbox import Sandbox


class PaperExaminer:
    """What a page shows never raises; a page that cannot be opened again does, for it was whole."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __call__(
        self,
        pages: Sequence[bytes],
        n_pages: int,
        claim: PaperClaim,
        today: date,
        max_age: timedelta,
    ) -> PaperExamination:
        """What the pages (JPEG files) of a paper of `n_pages` pages say of the claim."""
        images = [self._sandbox.run("decode", page).pixels for page in pages]
        return examine_paper(images, n_pages, claim, today, max_age)
