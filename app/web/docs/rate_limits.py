"""How often each operation may be called, in words; by the rule that counts the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain import limits
from app.web.api.operations import DECLARATION
from app.web.authentication import DECLARED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from app.domain.limits import RateLimit

_WINDOWS = {60: "minute", 3600: "hour"}
_USUAL: Mapping[str, tuple[RateLimit, RateLimit]] = {
    "partner": (limits.KEY_READS, limits.KEY_WRITES),
    "user": (limits.USER_READS, limits.USER_WRITES),
}
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "requires_no_authentication": (),
    "requires_partner": ("partner",),
    "requires_widget": ("user",),
    "requires_partner_or_widget": ("partner", "user"),
    "requires_user": ("user",),
}


def rate_limits(app: Flask, factor: int) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """By method and rule: `6,000 a minute for each partner`; nothing where nobody is known.

    `factor` is this installation's, which multiplies every limit.
    """
    found = {}
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], DECLARATION, None)
        if declared is None:
            continue
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        for method in rule.methods or ():
            found[method, rule.rule] = tuple(
                _in_words(declared.limit or _USUAL[subject][method != "GET"], factor, subject)
                for subject in _SUBJECTS[getattr(blueprint, DECLARED)]
            )
    return found


def _in_words(limit: RateLimit, factor: int, subject: str) -> str:
    window = _WINDOWS.get(limit.window_s, f"{limit.window_s} s")
    return f"{limit.hits * factor:,} a {window} for each {subject}"
