"""GET /metrics: counters, histograms and gauges for Prometheus, for whoever has the token."""

from __future__ import annotations

import hmac
from collections import defaultdict
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from app.domain.errors import DomainError, ErrorCode
from app.domain.metric import METRICS
from app.web.authentication import authenticate_with
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric as Family

    from app.domain.metric import Metric
    from app.services.read_metrics import MetricsNow

_SUM, _ABOVE_ALL = "sum", "+Inf"


def requires_metrics_token() -> None:
    """`Authorization: Bearer` with KYC_METRICS_TOKEN; without that setting nobody gets in."""
    wanted = services().settings.metrics_token
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    is_right = wanted is not None and hmac.compare_digest(sent.encode(), wanted.encode())
    if scheme.lower() != "bearer" or not is_right:
        raise DomainError(ErrorCode.INVALID_TOKEN, "Send the token of KYC_METRICS_TOKEN.")


metrics = authenticate_with(Blueprint("metrics", __name__), requires_metrics_token)


@metrics.get("/metrics")
def read() -> Response:
    """The text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Reading(services().read_metrics()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Reading(Collector):
    """One reading as Prometheus' families; a metric without a number yet has no samples."""

    def __init__(self, now: MetricsNow) -> None:
        self._now = now

    def collect(self) -> Iterator[Family]:
        kept: dict[str, dict[tuple[str, ...], dict[str, float]]] = defaultdict(dict)
        for tally in self._now.tallies:
            kept[tally.name].setdefault(tally.labels, {})[tally.part] = tally.value
        for metric in METRICS.values():
            make = _histogram if metric.buckets else _counter
            yield make(metric, kept[metric.name])
        for gauge in self._now.gauges:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family


def _counter(metric: Metric, kept: Mapping[tuple[str, ...], Mapping[str, float]]) -> Family:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, parts in sorted(kept.items()):
        family.add_metric(labels, sum(parts.values()))
    return family


def _histogram(metric: Metric, kept: Mapping[tuple[str, ...], Mapping[str, float]]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, parts in sorted(kept.items()):
        so_far, buckets = 0.0, []
        for bound in (*(f"{limit:g}" for limit in metric.buckets), _ABOVE_ALL):
            so_far += parts.get(bound, 0.0)
            buckets.append((bound, so_far))
        family.add_metric(labels, buckets, parts.get(_SUM, 0.0))
    return family
