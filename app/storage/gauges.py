"""How queue, webhooks and reviews stand at this moment, each in one statement."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.event import DeliveryState
from app.domain.metric import Gauge
from app.domain.verification import Stage
from app.storage.jobs import JobState, job_table
from app.storage.verifications import verification_table
from app.storage.webhook_deliveries import webhook_delivery_table


class Gauges:
    """Reads only what an index finds: finished jobs and told events are not counted."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self, now: datetime) -> list[Gauge]:
        """Every gauge that rows can answer."""
        return [*self._jobs(now), *self._webhooks(now), *self._reviews(now)]

    def _jobs(self, now: datetime) -> list[Gauge]:
        job = job_table.c
        counted = self._session.execute(
            select(job.kind, job.state, func.count())
            .where(job.state.in_((JobState.QUEUED, JobState.RUNNING, JobState.DEAD)))
            .group_by(job.kind, job.state)
        )
        # A job whose worker is gone waits as well, since its lease ran out.
        waiting = self._session.execute(
            select(job.kind, func.min(func.coalesce(job.leased_until, job.run_at)))
            .where(
                or_(
                    (job.state == JobState.QUEUED) & (job.run_at <= now),
                    (job.state == JobState.RUNNING) & (job.leased_until < now),
                )
            )
            .group_by(job.kind)
        )
        return [
            Gauge(
                "kyc_jobs",
                "Jobs that are not done, by kind and state.",
                ("kind", "state"),
                {(kind, state.value): n for kind, state, n in counted},
            ),
            Gauge(
                "kyc_queue_oldest_due_age_seconds",
                "How long the longest due job has waited, by kind; none waits without a sample.",
                ("kind",),
                {(kind,): _age_s(since, now) for kind, since in waiting},
            ),
        ]

    def _webhooks(self, now: datetime) -> list[Gauge]:
        row = webhook_delivery_table.c
        pending = row.state == DeliveryState.PENDING
        n_pending = self._session.scalar(select(func.count()).where(pending)) or 0
        oldest = self._session.scalar(select(func.min(row.created_at)).where(pending))
        overdue = self._session.scalar(
            select(func.min(row.next_attempt_at)).where(pending, row.next_attempt_at <= now)
        )
        return [
            _one("kyc_webhook_deliveries_pending", "Deliveries not yet taken.", n_pending),
            _one(
                "kyc_webhook_oldest_pending_age_seconds",
                "Age of the oldest event that a receiver has not taken yet.",
                _age_s(oldest, now),
            ),
            _one(
                "kyc_webhook_lag_seconds",
                "How long the longest due attempt has waited for a worker of ours.",
                _age_s(overdue, now),
            ),
        ]

    def _reviews(self, now: datetime) -> list[Gauge]:
        row = verification_table.c
        waits = row.stage == Stage.IN_REVIEW
        count, since = self._session.execute(
            select(func.count(), func.min(row.decided_at)).where(waits)
        ).one()
        return [
            _one("kyc_reviews_waiting", "Verifications that wait for a person.", count),
            _one(
                "kyc_review_oldest_age_seconds",
                "How long the longest waiting one has waited since the machine decided.",
                _age_s(since, now),
            ),
        ]


def _one(name: str, text: str, value: float) -> Gauge:
    return Gauge(name, text, (), {(): value})


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
