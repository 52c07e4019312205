"""What is counted and timed, in one table: names, help, and the words that may stand in a label.

A label holds codes of our own alone: no partner, no user, no device, nothing that somebody sent.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
OTHER = "other"
ABOVE_ALL = "+Inf"


class CameraFault(StrEnum):
    """Why a person's browser shows no camera picture, as the widget tells it apart."""

    INSECURE_CONTEXT = "insecure_context"
    BLOCKED_BY_POLICY = "blocked_by_policy"
    DENIED = "denied"
    DISMISSED = "dismissed"
    NOT_FOUND = "not_found"
    IN_USE = "in_use"
    NO_PICTURE = "no_picture"


@dataclass(frozen=True)
class Metric:
    """A counter; with `buckets` (upper bounds in seconds, ascending) a histogram."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    def label_values(self, told: Mapping[str, str]) -> tuple[str, ...]:
        """The values in the order of `labels`; what is no code of ours becomes `other`."""
        if told.keys() != set(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}")
        return tuple(told[name] if _CODE.fullmatch(told[name]) else OTHER for name in self.labels)


# A picture is looked at within seconds; a person or a receiver may take days.
_WORK_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_WAIT_S = (1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 259_200)

DECISIONS = Metric(
    "kyc_decisions",
    "Decisions on verifications (identity) and papers (address).",
    ("subject", "verdict", "by", "mode"),
)
DECISION_REASONS = Metric(
    "kyc_decision_reasons",
    "Reasons of decisions; one decision may have several.",
    ("subject", "verdict", "reason", "mode"),
)
DECISION_SECONDS = Metric(
    "kyc_time_to_decision_seconds",
    "From handing in to the decision, by who decided.",
    ("by",),
    _WAIT_S,
)
STAGE_SECONDS = Metric(
    "kyc_examination_stage_seconds", "Time of each stage of an examination.", ("stage",), _WORK_S
)
WEBHOOK_ATTEMPTS = Metric("kyc_webhook_attempts", "Attempts to deliver, by outcome.", ("outcome",))
WEBHOOK_SECONDS = Metric(
    "kyc_webhook_delivery_seconds",
    "From an event to its delivery, retries included.",
    (),
    _WAIT_S,
)
UPLOAD_REJECTS = Metric(
    "kyc_upload_rejects", "Uploads that could not be decoded.", ("kind", "reason")
)
CAPTURE_RETAKES = Metric(
    "kyc_capture_retakes", "Pictures of documents that were asked for again.", ("reason",)
)
CAMERA_FAULTS = Metric("kyc_camera_faults", "Widgets that got no camera picture.", ("fault",))

METRICS = {
    metric.name: metric
    for metric in (
        DECISIONS,
        DECISION_REASONS,
        DECISION_SECONDS,
        STAGE_SECONDS,
        WEBHOOK_ATTEMPTS,
        WEBHOOK_SECONDS,
        UPLOAD_REJECTS,
        CAPTURE_RETAKES,
        CAMERA_FAULTS,
    )
}


# Fewer say little of the next one.
_FEWEST_OBSERVED = 10
_TYPICAL_SHARE = 0.8


def typical_seconds(metric: Metric, counts: Mapping[str, float]) -> int | None:
    """The bucket's bound, in s, within which four of five stayed; None after fewer than ten.

    `counts` is by bucket, as `Tally.part` names them; None, too, where most took longer than all.
    """
    by_bound = [counts.get(f"{bound:g}", 0.0) for bound in metric.buckets]
    observed = sum(by_bound) + counts.get(ABOVE_ALL, 0.0)
    reached = 0.0
    for bound, count in zip(metric.buckets, by_bound, strict=True):
        reached += count
        if observed >= _FEWEST_OBSERVED and reached >= _TYPICAL_SHARE * observed:
            return math.ceil(bound)
    return None


@dataclass(frozen=True)
class Tally:
    """A number kept for one set of label values; `part` is a bucket's bound, `sum` or `count`."""

    name: str
    labels: tuple[str, ...]
    part: str
    value: float


@dataclass(frozen=True)
class Gauge:
    """How something stands at this moment."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]
