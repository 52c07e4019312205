"""Exact web origins: who may frame the widget, and where it may send the user on."""

from urllib.parse import urlsplit

from app.domain.errors import DomainError, ErrorCode

_DEFAULT_PORTS = {"https": 443, "http": 80}


def origin_of(url: str) -> str | None:
    """The origin (scheme, host, port unless default) of an absolute http(s) URL, else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def parse_origin(text: str, *, allow_localhost: bool) -> str:
    """The origin in its one spelling; raises for anything that is not exactly an https origin.

    Test partners may also use plain http on this machine, where browsers allow the camera.
    """
    origin = origin_of(text)
    if origin is None or text.rstrip("/").lower() not in {origin, f"{origin}:443", f"{origin}:80"}:
        raise _fault("An origin is scheme and host, such as https://shop.test")
    if any(character in origin for character in "*;, '\""):
        raise _fault("Origins are exact; wildcards are not taken.")
    if origin.startswith("https://"):
        return origin
    if allow_localhost and is_local_origin(origin):
        return origin
    raise _fault("Origins are https; http is for localhost in test mode only.")


def is_local_origin(origin: str) -> bool:
    """Whether it is this machine, whose pages browsers trust without https."""
    host = urlsplit(origin).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"}


def _fault(sentence: str) -> DomainError:
    return DomainError(ErrorCode.VALIDATION_ERROR, sentence, fields={"origins": sentence})
