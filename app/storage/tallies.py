"""Numbers that only grow, shared by all processes: the memory behind counters and histograms."""

from collections import Counter

from sqlalchemy import Column, Float, String, Table, select
from sqlalchemy.orm import Session

from app.domain.metric import ABOVE_ALL, Metric, Tally
from app.storage.columns import METADATA
from app.storage.upsert import insert_into

_COUNT, _SUM = "count", "sum"
_BETWEEN = ","

metric_tally_table = Table(
    "metric_tally",
    METADATA,
    Column("name", String(80), primary_key=True),
    # The values in the order of the metric's labels; they are codes and hold no comma.
    Column("labels", String(255), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("value", Float, nullable=False),
)


class Tallies:
    """What a unit of work counted is written as its last step, and counts only if it commits."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pending: Counter[tuple[str, str, str]] = Counter()

    def count(self, metric: Metric, **labels: str) -> None:
        """Count something once more."""
        self._add(metric, labels, _COUNT, 1)

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        bound = next((f"{limit:g}" for limit in metric.buckets if seconds <= limit), ABOVE_ALL)
        self._add(metric, labels, bound, 1)
        self._add(metric, labels, _SUM, max(seconds, 0.0))

    def mark(self) -> "Counter[tuple[str, str, str]]":
        """What is noted and not yet written."""
        return self._pending.copy()

    def forget_since(self, mark: "Counter[tuple[str, str, str]]") -> None:
        """Drop what was noted after this mark: what it tells of was taken back."""
        self._pending = mark

    def write_pending(self) -> None:
        """Add the noted numbers, in one order everywhere, so that nobody waits in a circle."""
        if not self._pending:
            return
        table = metric_tally_table
        rows = [
            {"name": name, "labels": labels, "part": part, "value": float(value)}
            for (name, labels, part), value in sorted(self._pending.items())
        ]
        statement = insert_into(table, self._session.get_bind().dialect.name).values(rows)
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[table.c.name, table.c.labels, table.c.part],
                set_={"value": table.c.value + statement.excluded.value},
            )
        )
        self._pending = Counter()

    def all(self) -> list[Tally]:
        """Every number that is kept."""
        rows = self._session.execute(select(metric_tally_table))
        return [
            Tally(name, tuple(labels.split(_BETWEEN)) if labels else (), part, value)
            for name, labels, part, value in rows
        ]

    def distribution(self, metric: Metric, **labels: str) -> dict[str, float]:
        """How many observations each bucket holds, by its bound."""
        table = metric_tally_table.c
        values = _BETWEEN.join(metric.label_values(labels))
        statement = select(table.part, table.value).where(
            table.name == metric.name, table.labels == values, table.part != _SUM
        )
        return {str(part): float(value) for part, value in self._session.execute(statement)}

    def _add(self, metric: Metric, labels: dict[str, str], part: str, by: float) -> None:
        values = _BETWEEN.join(metric.label_values(labels))
        self._pending[metric.name, values, part] += by  # type: ignore[assignment]
