"""The reviewers' console: pages and forms, by who may open them."""

from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Route

_CASE = "/console/cases/<case_id>"


def _reviewer(method: str, rule: str, answers: int = 200, **rest: str) -> Route:
    """A route of signed-in reviewers; `stage` is the kind of case that it is asked about."""
    return Route(method, rule, Door.REVIEWER, answers, **rest)  # type: ignore[arg-type]


def _gate(method: str, rule: str, answers: int) -> Route:
    """A route in front of the door: what it does follows from the form alone."""
    return Route(method, rule, Door.CONSOLE_GATE, answers)


CONSOLE_ROUTES = (
    _gate("GET", "/console/sign-in", 200),
    _gate("POST", "/console/sign-in", 400),
    _gate("GET", "/console/set-up/<token>", 303),
    _gate("GET", "/console/set-up", 404),
    _gate("POST", "/console/set-up", 400),
    _gate("GET", "/console/provider", 404),
    _gate("GET", "/console/provider/callback", 404),
    _reviewer("GET", "/console"),
    _reviewer("POST", "/console/sign-out", 303),
    _reviewer("GET", _CASE),
    _reviewer("GET", f"{_CASE}/audit"),
    _reviewer("GET", f"{_CASE}/captures/<capture_id>"),
    _reviewer("GET", f"{_CASE}/pages/<number>", stage="paper"),
    _reviewer("POST", f"{_CASE}/claim", 303),
    _reviewer("POST", f"{_CASE}/release", 409),
    _reviewer("POST", f"{_CASE}/decision", 409),
)
