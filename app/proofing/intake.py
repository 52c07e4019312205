"""The first look at an upload, in the sandbox, while its sender waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import Side, sides_of
from app.domain.intake import InspectedCapture, ObservedFrame, RenderedPaper, RetakeReason
from app.proofing.capture_inspection import inspect_document_capture
from app.vision.decoding import UndecodableImage

if TYPE_CHECKING:
    from app.domain.evidence import DocumentType
    from app.vision.sandbox import Sandbox


class Intake:
    """Decodes every upload in a confined child; what cannot be decoded is the sender's to mend."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def inspect_document(
        self,
        payload: bytes,
        document_type: DocumentType,
        side: Side,
        other_side_hash: str | None,
    ) -> InspectedCapture:
        """The picture re-encoded, and whether it is usable for this side.

        Raises: DomainError with one of the codes of `UndecodableImage`.
        """
        try:
            seen = self._sandbox.run(
                "inspect_document", payload, side=side.value, document_type=document_type.value
            )
        except UndecodableImage as error:
            raise DomainError(ErrorCode(error.code)) from error
        other = None if other_side_hash is None else int(other_side_hash, 16)
        inspection = inspect_document_capture(
            seen, side.value, other, has_back=Side.BACK in sides_of(document_type)
        )
        return InspectedCapture(
            jpeg=seen.jpeg,
            width_px=seen.width_px,
            height_px=seen.height_px,
            perceptual_hash=f"{seen.layout_hash:064x}",
            measurements={
                "quality": seen.quality.as_dict(),
                "n_faces": len(seen.faces),
                "software_trace": str(seen.metadata_signals["software"]),
            },
            retake_reasons=[
                RetakeReason(
                    retake.code, None if retake.region is None else retake.region.as_tuple()
                )
                for retake in inspection.reasons
            ],
        )

    def observe_frame(self, payload: bytes) -> ObservedFrame:
        """The frame re-encoded, and what its face shows. Raises as `inspect_document` does."""
        try:
            seen = self._sandbox.run("observe_face", payload)
        except UndecodableImage as error:
            raise DomainError(ErrorCode(error.code)) from error
        observation = seen.observation
        return ObservedFrame(
            seen.jpeg, observation.width_px, observation.height_px, observation.as_dict()
        )

    def render_paper(self, payload: bytes) -> RenderedPaper:
        """The pages of a picture or PDF, re-encoded. Raises as `inspect_document` does."""
        try:
            seen = self._sandbox.run("paper_pages", payload)
        except UndecodableImage as error:
            raise DomainError(ErrorCode(error.code)) from error
        return RenderedPaper(seen.jpegs, seen.n_pages)
