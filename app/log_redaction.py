"""JSON logs through an allow-list: what is not named here, or does not look like it, is dropped.

Free text never passes, because free text is where names, document numbers and tokens hide. An
event is a constant such as `capture_accepted`; a library's message is replaced by where it was
written; an exception keeps its type and its code lines, never its words or locals.
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
from collections import Counter
from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

EventDict = MutableMapping[str, Any]

# At least one underscore or dot: a lone word could be somebody's name passed by mistake.
_EVENT = re.compile(r"[a-z][a-z0-9]*(?:[._][a-z0-9]+)+")
_CODE = re.compile(r"[a-z0-9][a-z0-9_.+-]{0,63}")
# Our prefixed ids, UUIDs and short hex. `sk_…`, `whsec_…` and JWTs do not fit by construction.
_ID = re.compile(
    r"[a-z]{3,4}_[0-9A-Za-z-]{1,40}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,32}"
)
_METHOD = re.compile(r"[A-Z]{3,7}")
# The rule a request matched (`/widget/users/<partner_user_id>/kyc-status`), never its real path.
# Each round begins with a slash, so that a long wrong value costs no backtracking.
_ROUTE = re.compile(r"(?:/(?:[A-Za-z0-9_.-]+|<[a-z0-9_:]+>)?)+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.<>]{0,120}(?::\d{1,6})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)")
_NUMBER = None
# A second net under the forms above: nothing that begins like a credential passes anywhere.
_CREDENTIAL = re.compile(r"sk_(?:test|live)_|whs(?:ec|k)_|eyJ")
_PLACE_KEYS = ("where", "trace", "exception", "caused_by")


def _each(words: str, rule: re.Pattern[str] | None) -> dict[str, re.Pattern[str] | None]:
    return dict.fromkeys(words.split(), rule)


_RULES: dict[str, re.Pattern[str] | None] = {
    "event": _EVENT,
    "method": _METHOD,
    "route": _ROUTE,
    **_each("timestamp expected_by expires_at", _INSTANT),
    **dict.fromkeys(("logger", *_PLACE_KEYS), _NAME),
    **_each(
        "request_id partner_id verification_id session_id capture_id check_id event_id "
        "endpoint_id delivery_id job_id challenge_id reviewer_id worker_id object_id kid",
        _ID,
    ),
    **_each(
        "level stage status outcome decision reason reasons code error_code check check_code "
        "retake retake_code step kind side document_type mode tier topic engine model section "
        "mrz_format signal locale policy revision",
        _CODE,
    ),
    **_each(
        "http_status ms duration_ms wait_ms attempt attempts count size_bytes width_px "
        "height_px version port pid queue_age_s retry_after_s lease_s timeout_s score "
        "threshold n_jobs n_frames n_faces fence exit_code dropped_values",
        _NUMBER,
    ),
}
ALLOWED_KEYS = frozenset(_RULES)

_UNNAMED_EVENT = "event_without_a_name"
_FOREIGN_EVENT = "library_message"
_MAX_LIST_ITEMS = 20
_MAX_TRACE_LINES = 12
_OWN_PACKAGE = "app"
# Their INFO and DEBUG lines quote statements, parameters, URLs and tokens.
_QUIET_LOGGERS = {
    "authlib": logging.WARNING,
    "joserfc": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "sqlalchemy.engine": logging.WARNING,
    "alembic": logging.WARNING,
    "waitress": logging.INFO,
    "werkzeug": logging.WARNING,
    "PIL": logging.WARNING,
    "urllib3": logging.WARNING,
    "RapidOCR": logging.WARNING,
}


class LossyStream:
    """A stream whose disk may be full, or whose reader gone: the line is lost, not the request.

    The first line that gets through again comes after a `log.lines_lost`, whose `count` says how
    many failed. The stream's own buffer may have kept the last of them.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, text: str) -> int:
        """Take the text, whether or not it can be written. Callers hold a lock for each stream."""
        try:
            if self._lost:
                self._own_up()
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream was closed
            self._lost += 1
        return len(text)

    def flush(self) -> None:
        """Nothing is left to pass on: `write` did."""

    def _own_up(self) -> None:
        # Part of a line may have been written when there was no more room: begin a new one.
        notice = {"count": self._lost, "event": "log.lines_lost", "level": "error"}
        self._stream.write("\n" + json.dumps(notice) + "\n")
        self._stream.flush()
        self._lost = 0


class AllowList:
    """The processor that lets listed keys with harmless values through and counts the rest."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()

    def __call__(self, _logger: object, _method: str, line: EventDict) -> EventDict:
        """A new line of allowed values only, with `dropped_values` when something was left out."""
        kept: dict[str, Any] = {}
        refused: list[str] = []
        for key, value in line.items():
            if key in _RULES and is_loggable(key, value):
                kept[key] = list(value) if isinstance(value, list | tuple) else value
            else:
                refused.append(key)
        kept.setdefault("event", _UNNAMED_EVENT)
        if refused:
            self.dropped.update(refused)
            kept["dropped_values"] = len(refused)
        return kept


def is_loggable(key: str, value: object) -> bool:
    """Whether the value has the form that the allow-list gives to this key."""
    if key not in _RULES:
        return False
    if isinstance(value, list | tuple):
        return len(value) <= _MAX_LIST_ITEMS and all(
            not isinstance(item, list | tuple) and is_loggable(key, item) for item in value
        )
    rule = _RULES[key]
    if value is None or isinstance(value, bool) or (value == "" and key != "event"):
        return True
    if rule is _NUMBER:
        return isinstance(value, int | float) and math.isfinite(value)
    return (
        isinstance(value, str)
        and rule.fullmatch(value) is not None
        and _CREDENTIAL.match(value) is None
    )


def configure_logging(stream: TextIO, level: str = "INFO") -> AllowList:
    """Send structlog and stdlib logging as JSON lines to the stream; returns the counting list.

    A line that the stream does not take is counted and lost; whoever logs notices nothing.
    Raises: ValueError when the level is not one that `logging` knows.
    """
    allow_list = AllowList()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _describe_exception,
    ]
    lossy: Any = LossyStream(stream)
    handler = logging.StreamHandler(lossy)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.ExtraAdder(),
                structlog.stdlib.add_logger_name,
                *shared,
                _strip_foreign_message,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                allow_list,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    _take_over_stdlib(handler, level)
    # Our own lines do not take the way through `logging`: it costs each request a tenth more.
    structlog.configure(
        processors=[
            *shared,
            _drop_callers_logger,
            allow_list,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(lossy),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    return allow_list


def _drop_callers_logger(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Our events are named by what happened; only libraries' lines name their logger."""
    line.pop("logger", None)
    return line


def _take_over_stdlib(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.handlers = [handler]
    logging.captureWarnings(capture=True)
    # logging itself prints a failed record, arguments included, to stderr unless told not to.
    logging.raiseExceptions = False
    for name in list(logging.root.manager.loggerDict):
        # Some libraries bring a handler of their own (RapidOCR, werkzeug): it would bypass us.
        found = logging.getLogger(name)
        found.handlers = []
        found.propagate = True
    for name, floor in _QUIET_LOGGERS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))


def _strip_foreign_message(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Keep an event constant logged through stdlib; replace any other message by its place."""
    record: logging.LogRecord = line["_record"]
    is_constant = isinstance(record.msg, str) and not record.args
    if not (is_constant and _EVENT.fullmatch(record.msg)):
        line["event"] = _FOREIGN_EVENT
        line["where"] = f"{record.module}:{record.lineno}"
    return line


def _describe_exception(_logger: object, _method: str, line: EventDict) -> EventDict:
    error = _exception_of(line)
    # Message and locals go; the places are ours to name, so a caller's own are not believed.
    for key in ("exc_info", "stack_info", *_PLACE_KEYS):
        line.pop(key, None)
    if error is not None:
        line["exception"] = type(error).__qualname__
        line["trace"] = _trace(error.__traceback__)
        cause = error.__cause__ or error.__context__
        if cause is not None:
            line["caused_by"] = type(cause).__qualname__
    return line


def _exception_of(line: EventDict) -> BaseException | None:
    info = line.get("exc_info")
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple) and len(info) > 1 and isinstance(info[1], BaseException):
        return info[1]
    return sys.exc_info()[1] if info else None


def _trace(traceback: TracebackType | None) -> list[str]:
    """Innermost lines last, as `app.services.submit:41`; other packages by file name only."""
    lines = []
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename).with_suffix("")
        parts = path.parts
        own = parts[parts.index(_OWN_PACKAGE) :] if _OWN_PACKAGE in parts else parts[-1:]
        lines.append(f"{'.'.join(own)}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return lines[-_MAX_TRACE_LINES:]
