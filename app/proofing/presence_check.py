"""The check that a presence challenge ends in, when examined and when judged again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.frame_origin import NOTHING_KNOWN, FrameOrigin
from app.domain.presence import PresenceWay
from app.domain.reasons import ReasonCode
from app.proofing.border_signal import border_signal
from app.proofing.injection_signals import injection_signals
from app.proofing.operating_points import MAX_FAILED_CHALLENGES, POINTS
from app.proofing.passive_pad_signal import passive_pad_signal
from app.proofing.presence import judge_presence
from app.proofing.presence_signals import PresenceFrame
from app.vision.face_observation import FaceObservation, observe_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.examination import FrameEvidence
    from app.domain.policy import Tier
    from app.proofing.presence import PresenceReport
    from app.proofing.presence_signals import Signal
    from app.vision.faces import FaceEngine
    from app.vision.image import Image
    from app.vision.passive_pad import PassivePad
    from app.vision.sandbox import Sandbox


class PresenceJudge:
    """Judges sealed frames once more, as the examination did or with the faces sought anew."""

    def __init__(
        self, sandbox: Sandbox, engine: FaceEngine, passive_pad: PassivePad | None = None
    ) -> None:
        self._sandbox = sandbox
        self._engine = engine
        self._passive_pad = passive_pad

    def __call__(
        self,
        frames: Sequence[FrameEvidence],
        dealt: Sequence[str],
        tier: Tier,
        *,
        recording_tolerated: bool,
        observes_anew: bool,
        way: PresenceWay = PresenceWay.TURNS,
        origin: FrameOrigin = NOTHING_KNOWN,
    ) -> CheckResult:
        """The check of these frames. Cost: as the examination, and 30 ms a frame if anew."""
        seen = [self._frame(frame, observes_anew=observes_anew) for frame in frames]
        check = presence_check(
            seen,
            dealt,
            self._engine,
            recording_tolerated=recording_tolerated,
            points={**POINTS, **tier.thresholds},
            origin=origin,
            way=way,
            asks_light=tier.presence_light,
        )
        return with_passive_pad(check, seen, self._passive_pad)

    def _frame(self, frame: FrameEvidence, *, observes_anew: bool) -> PresenceFrame:
        image = self._sandbox.run("decode", frame.jpeg).pixels
        stored = FaceObservation.from_dict(frame.observation)
        seen = observe_frame(image, self._engine) if observes_anew else stored
        return presence_frame(frame, seen, image)


def presence_check(
    frames: Sequence[PresenceFrame],
    dealt: Sequence[str],
    engine: FaceEngine,
    *,
    recording_tolerated: bool,
    points: Mapping[str, float],
    way: PresenceWay = PresenceWay.TURNS,
    origin: FrameOrigin = NOTHING_KNOWN,
    asks_light: bool = False,
) -> CheckResult:
    """The check of a challenge; without `recording_tolerated` nothing is forgiven a recording.

    A look without turns never passes, nor do turns without the light that the policy asks for:
    unless something speaks against them, a person decides.
    """
    report = judge_presence(
        frames,
        # Where no turn was dealt, none was answered.
        dealt if way is PresenceWay.TURNS else (),
        engine,
        is_recording=recording_tolerated,
        tolerates_wrong_turns=recording_tolerated,
        points=points,
        turns_head=way is PresenceWay.TURNS,
    )
    report = replace(report, reported=(*injection_signals(frames, origin), border_signal(frames)))
    if not recording_tolerated and origin.challenges_failed > MAX_FAILED_CHALLENGES:
        report = _met_too_late(report)
    check = _check_of(report, way)
    is_unlit = asks_light and not any(frame.light for frame in frames)
    if is_unlit:
        check = replace(check, detail={**check.detail, "light": "declined"})
    is_short = is_unlit and check.outcome is Outcome.PASSED
    return _left_to_people(check) if is_short or way is PresenceWay.STILL else check


def with_passive_pad(
    check: CheckResult, frames: Sequence[PresenceFrame], passive_pad: PassivePad | None
) -> CheckResult:
    """The check with what installed networks say of its frames, which changes no verdict."""
    if passive_pad is None:
        return check
    reported = cast("dict[str, list[str | float | None]]", check.detail["reported"])
    told = _told((passive_pad_signal(frames, passive_pad),))
    return replace(check, detail={**check.detail, "reported": {**reported, **told}})


def presence_frame(
    frame: FrameEvidence, observation: FaceObservation, image: Image
) -> PresenceFrame:
    """A sealed frame with its pixels, and the light under which it was taken."""
    light, age_s = frame.observation.get("light"), frame.observation.get("light_age_s")
    return PresenceFrame(
        frame.received_at.timestamp(),
        observation,
        image,
        light if isinstance(light, str) else None,
        age_s if isinstance(age_s, float) else 0.0,
    )


def _met_too_late(report: PresenceReport) -> PresenceReport:
    """Who tries often enough is dealt what a recording happens to show: a person decides."""
    if report.verdict != "present":
        return report
    return replace(report, verdict="inconclusive", reasons=(ReasonCode.CHALLENGE_MET_LATE,))


def _left_to_people(check: CheckResult) -> CheckResult:
    """What the machine has no objection to is not thereby shown."""
    if check.outcome is Outcome.FAILED or check.reason not in {None, ReasonCode.CHALLENGE_FAILED}:
        return check
    detail = {**check.detail, "verdict": "left_to_people"}
    return replace(
        check,
        outcome=Outcome.INCONCLUSIVE,
        reason=ReasonCode.CHALLENGE_NOT_POSSIBLE,
        detail=detail,
    )


def _check_of(report: PresenceReport, way: PresenceWay) -> CheckResult:
    outcome = {
        "present": Outcome.PASSED,
        "attack": Outcome.FAILED,
        "inconclusive": Outcome.INCONCLUSIVE,
    }[report.verdict]
    # What speaks for depth is the number a reader asks for first; the others are in the detail.
    depth = next((s for s in report.signals if s.name == "three_dimensionality"), None)
    signals, reported = (_told(each) for each in (report.signals, report.reported))
    reason = report.reasons[0] if report.reasons else None
    return CheckResult(
        CheckCode.PRESENCE,
        outcome,
        depth.score if depth else None,
        depth.threshold if depth else None,
        None if outcome is Outcome.PASSED else reason or ReasonCode.CHALLENGE_FAILED,
        {
            "way": way.value,
            "verdict": report.verdict,
            "signals": signals,
            "reported": reported,
        },
    )


def _told(signals: Sequence[Signal]) -> dict[str, list[str | float | None]]:
    return {signal.name: [signal.outcome.value, signal.score] for signal in signals}
