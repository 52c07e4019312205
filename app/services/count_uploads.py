"""Count what the sandbox could not decode and what was asked for again, beside the intake."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from app.domain.errors import DomainError
from app.domain.metric import CAMERA_FAULTS, CAPTURE_RETAKES, UPLOAD_REJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.intake import InspectedCapture
    from app.domain.metric import CameraFault, Metric
    from app.storage.unit_of_work import Storage

P = ParamSpec("P")
Looked = TypeVar("Looked")


@dataclass(frozen=True)
class CountUploads:
    """Stands around a look at an upload; each count is a short transaction of its own."""

    storage: Storage

    def of(self, kind: str, look: Callable[P, Looked]) -> Callable[P, Looked]:
        """The same look, whose refusals are counted under this kind of upload."""

        def counted(*args: P.args, **named: P.kwargs) -> Looked:
            try:
                return look(*args, **named)
            except DomainError as error:
                self._note([(UPLOAD_REJECTS, {"kind": kind, "reason": error.code.value})])
                raise

        return counted

    def of_document(self, look: Callable[P, InspectedCapture]) -> Callable[P, InspectedCapture]:
        """The look at a document's side, with the reasons why another picture is wanted."""
        refused = self.of("document", look)

        def counted(*args: P.args, **named: P.kwargs) -> InspectedCapture:
            seen = refused(*args, **named)
            asked = [
                (CAPTURE_RETAKES, {"reason": reason.code.value}) for reason in seen.retake_reasons
            ]
            self._note(asked)
            return seen

        return counted

    def _note(self, counts: Sequence[tuple[Metric, dict[str, str]]]) -> None:
        """Nobody's upload is answered otherwise because it could not be counted."""
        if counts:
            with suppress(DomainError), self.storage.writing() as uow:
                for metric, labels in counts:
                    uow.tallies.count(metric, **labels)
                uow.commit()


@dataclass(frozen=True)
class CountCameraFault:
    """What a widget tells of a camera that gave no picture; nothing of its user is kept."""

    storage: Storage

    def __call__(self, fault: CameraFault) -> None:
        """Count it."""
        with self.storage.writing() as uow:
            uow.tallies.count(CAMERA_FAULTS, fault=fault.value)
            uow.commit()
