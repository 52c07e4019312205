"""The examination of one verification: all stages over its evidence, and their checks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING

from app.domain.checks import CheckCode, CheckResult, Outcome, failed, not_applicable, passed
from app.domain.examination import ExaminationFindings
from app.domain.policy import TierStep
from app.domain.reasons import ReasonCode
from app.proofing.attribute_validation import validate_attributes
from app.proofing.attributes import by_zone
from app.proofing.authenticity import authenticity_checks
from app.proofing.document_reading import read_document
from app.proofing.evidence_validation import expiry_of, number_of, validate_evidence
from app.proofing.face_gallery import packed
from app.proofing.holder_comparison import compare_holder
from app.proofing.operating_points import POINTS
from app.proofing.presence_check import presence_check, presence_frame, with_passive_pad
from app.vision.decoding import UndecodableImage
from app.vision.face_observation import FaceObservation
from app.vision.picture_hash import picture_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.evidence import Side
    from app.domain.examination import Evidence, FrameEvidence
    from app.domain.policy import Tier
    from app.proofing.document_reading import DocumentReading
    from app.proofing.holder_comparison import HolderComparison
    from app.proofing.presence_signals import PresenceFrame
    from app.vision.faces import FaceEngine
    from app.vision.image import Image
    from app.vision.passive_pad import PassivePad
    from app.vision.sandbox import Sandbox

# Two children at a time keep both cores of a small machine busy; more only queue.
_DECODERS = 2
# Frontal frames that are compared with the portrait; they are spread over the whole clip.
_PROBE_CANDIDATES = 9


class Examiner:
    """Runs the stages; what a picture shows never raises, only what breaks the machine does."""

    def __init__(
        self, sandbox: Sandbox, engine: FaceEngine, passive_pad: PassivePad | None = None
    ) -> None:
        self._sandbox = sandbox
        self._engine = engine
        self._passive_pad = passive_pad

    @property
    def engine(self) -> FaceEngine:
        """The face engine in use."""
        return self._engine

    def __call__(self, evidence: Evidence, tier: Tier) -> ExaminationFindings:
        """The findings of all stages. Cost: 3 to 8 s on one core."""
        clock = _StageClock()
        points = {**POINTS, **tier.thresholds}
        try:
            documents, frames = self._decode(evidence)
        except UndecodableImage:
            checks = [failed(CheckCode.CAPTURES_DECODED, ReasonCode.NOT_A_DOCUMENT)]
            return ExaminationFindings(checks, clock.ms, self._models(), None)
        clock.lap("decode")
        reading = read_document(documents, evidence.today, evidence.document_type)
        clock.ms |= reading.stage_ms
        clock.skip()
        checks = [
            passed(CheckCode.CAPTURES_DECODED, n_documents=len(documents), n_frames=len(frames)),
            *validate_evidence(reading, evidence.document_type, tier, evidence.today),
            *validate_attributes(reading, evidence.claimed),
        ]
        clock.lap("validate")
        locations = {side: seen.location for side, seen in reading.sides.items()}
        checks += authenticity_checks(documents, locations, evidence.software_traces, points)
        clock.lap("authenticity")
        if TierStep.SELFIE in tier.steps:
            checks.append(self._presence(evidence, frames, tier, points))
            clock.lap("presence")
        probes = self._selfies(evidence, frames) if TierStep.SELFIE in tier.steps else []
        comparison = compare_holder(_portraits(reading), probes, self._engine, points)
        checks += _holder_checks(comparison, tier)
        clock.lap("holder")
        return ExaminationFindings(
            checks,
            clock.ms,
            self._models(),
            expiry_of(reading),
            number_of(reading),
            by_zone(reading.attributes),
            None if comparison.live_face is None else packed(comparison.live_face),
            {side: picture_hash(picture) for side, picture in documents.items()},
        )

    def _selfies(self, evidence: Evidence, frames: Sequence[PresenceFrame]) -> list[Image]:
        still = [] if evidence.selfie is None else [self._pixels(evidence.selfie)]
        return _probes(frames) or still

    def _presence(
        self,
        evidence: Evidence,
        frames: Sequence[PresenceFrame],
        tier: Tier,
        points: Mapping[str, float],
    ) -> CheckResult:
        if not frames:
            # Files by API show nobody's presence: a person decides.
            return not_applicable(CheckCode.PRESENCE)
        check = presence_check(
            frames,
            evidence.prompts,
            self._engine,
            recording_tolerated=evidence.recording_tolerated,
            points=points,
            way=evidence.presence_way,
            origin=evidence.frame_origin,
            asks_light=tier.presence_light,
        )
        return with_passive_pad(check, frames, self._passive_pad)

    def _decode(self, evidence: Evidence) -> tuple[dict[Side, Image], list[PresenceFrame]]:
        with ThreadPoolExecutor(_DECODERS) as pool:
            pixels = pool.map(self._pixels, evidence.documents.values())
            documents = dict(zip(evidence.documents, pixels, strict=True))
            frames = list(pool.map(self._frame, evidence.frames))
        return documents, frames

    def _pixels(self, jpeg: bytes) -> Image:
        return self._sandbox.run("decode", jpeg).pixels

    def _frame(self, frame: FrameEvidence) -> PresenceFrame:
        observation = FaceObservation.from_dict(frame.observation)
        return presence_frame(frame, observation, self._pixels(frame.jpeg))

    def _models(self) -> dict[str, str]:
        used = {self._engine.name: self._engine.model_hash, "rapidocr": version("rapidocr")}
        pad = self._passive_pad
        return used if pad is None else {**used, pad.name: pad.model_hash}


class _StageClock:
    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.ms[stage] = round((now - self._last) * 1000, 1)
        self._last = now

    def skip(self) -> None:
        self._last = perf_counter()


def _holder_checks(comparison: HolderComparison, tier: Tier) -> list[CheckResult]:
    if comparison.portrait_box is None:
        portrait = failed(CheckCode.PORTRAIT_FOUND, ReasonCode.PORTRAIT_MISSING)
    else:
        portrait = passed(CheckCode.PORTRAIT_FOUND)
    if TierStep.SELFIE not in tier.steps:
        return [portrait]
    outcome = {
        "match": Outcome.PASSED,
        "non_match": Outcome.FAILED,
        "inconclusive": Outcome.INCONCLUSIVE,
    }[comparison.decision]
    portrait_quality, selfie_quality = comparison.qualities()
    holder = CheckResult(
        CheckCode.HOLDER_COMPARISON,
        outcome,
        comparison.comparison_score,
        comparison.threshold,
        ReasonCode.HOLDER_MISMATCH if outcome is Outcome.FAILED else None,
        {
            "decision": comparison.decision,
            "probe_scores": list(comparison.probe_scores),
            "log10_likelihood_ratio": comparison.log10_likelihood_ratio,
            "portrait_quality": portrait_quality,
            "selfie_quality": selfie_quality,
        },
    )
    return [portrait, holder]


def _portraits(reading: DocumentReading) -> list[Image]:
    """The upright sides, the front first: the other side may carry a ghost image only."""
    return [side.upright for side in reading.sides.values()]


def _probes(frames: Sequence[PresenceFrame]) -> list[Image]:
    """The most frontal frames with one face: the engine knows faces best from the front."""
    usable = [f for f in frames if f.observation.face_count == 1]
    frontal = sorted(usable, key=lambda f: abs(f.observation.nose_ratio))[:_PROBE_CANDIDATES]
    return [frame.image for frame in sorted(frontal, key=lambda f: f.at_s)]
