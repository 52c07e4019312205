"""Typed settings from `KYC_*` variables (or `KYC_*_FILE`), every fault reported at once.

No setting has a secret as its default: keys live in the key ring file of the state folder, which
is created with fresh random keys, or come in through `KYC_KEYS` / `KYC_KEYS_FILE`, or are printed
by a command, `KYC_KEYS_COMMAND`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
FaceEngineName = Literal["auto", "dlib", "opencv"]
Network = IPv4Network | IPv6Network

PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """The environment cannot be used; `faults` names every variable and what is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class ProviderSettings:
    """An OpenID Connect provider at which reviewers sign in; `name` is on the button."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True)
class Settings:
    """Everything that a deployment may choose."""

    state_dir: Path
    database_url: str
    public_url: str
    keys: str | None
    keys_command: str | None
    webhook_allow_networks: tuple[Network, ...]
    workers: int
    web_threads: int
    trusted_proxy: str | None
    trusted_proxy_hops: int
    max_upload_bytes: int
    client_token_ttl_s: int
    client_session_ttl_s: int
    transaction_session_ttl_s: int
    console_idle_s: int
    console_session_s: int
    provider: ProviderSettings | None
    rate_limit_factor: int
    face_engine: FaceEngineName
    log_level: str
    metrics_token: str | None = field(repr=False)

    @property
    def models_dir(self) -> Path:
        """Where `kyc models` installs networks."""
        return self.state_dir / "models"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from the given environment. Raises SettingsError with all faults together."""
    source = _Source(environment)
    state_dir = source.read("KYC_STATE_DIR", _absolute_path, str(PROJECT_FOLDER / ".state"))
    default_database = f"sqlite:///{state_dir / 'kyc.sqlite3'}" if state_dir else ""
    values: dict[str, object] = {
        "state_dir": state_dir,
        "database_url": source.read("KYC_DATABASE_URL", _database_url, default_database),
        "public_url": source.read("KYC_PUBLIC_URL", _origin, "http://localhost:8080"),
        "keys": source.optional("KYC_KEYS"),
        "keys_command": source.optional("KYC_KEYS_COMMAND"),
        "webhook_allow_networks": source.read("KYC_WEBHOOK_ALLOW_NETS", _networks, ""),
        "workers": source.read("KYC_WORKERS", _number(0, 64), "1"),
        "web_threads": source.read("KYC_WEB_THREADS", _number(2, 256), "8"),
        "trusted_proxy": source.read("KYC_TRUSTED_PROXY", _proxy_address, ""),
        "trusted_proxy_hops": source.read("KYC_TRUSTED_PROXY_HOPS", _number(1, 8), "1"),
        "max_upload_bytes": source.read(
            "KYC_MAX_UPLOAD_BYTES", _number(100_000, 50_000_000), "10000000"
        ),
        "client_token_ttl_s": source.read("KYC_CLIENT_TOKEN_TTL_S", _number(60, 3600), "900"),
        "client_session_ttl_s": source.read(
            "KYC_CLIENT_SESSION_TTL_S", _number(900, 86_400), "14400"
        ),
        "transaction_session_ttl_s": source.read(
            "KYC_TRANSACTION_SESSION_TTL_S", _number(60, 86_400), "1800"
        ),
        "console_idle_s": source.read("KYC_CONSOLE_IDLE_S", _number(60, 86_400), "1800"),
        "console_session_s": source.read("KYC_CONSOLE_SESSION_S", _number(300, 86_400), "28800"),
        "provider": _provider(source),
        "rate_limit_factor": source.read("KYC_RATE_LIMIT_FACTOR", _number(1, 1000), "1"),
        "face_engine": source.read("KYC_FACE_ENGINE", _face_engine, "auto"),
        "log_level": source.read("KYC_LOG_LEVEL", _log_level, "INFO"),
        "metrics_token": source.read("KYC_METRICS_TOKEN", _metrics_token, ""),
    }
    if values["keys"] is not None and values["keys_command"] is not None:
        source.faults.append("KYC_KEYS_COMMAND: KYC_KEYS is given too; choose one of them")
    if source.faults:
        raise SettingsError(source.faults)
    return Settings(**values)  # type: ignore[arg-type]


class _Source:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def optional(self, name: str) -> str | None:
        path = self._environment.get(f"{name}_FILE")
        if path is None:
            return self._environment.get(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.faults.append(f"{name}_FILE: the file it names cannot be read")
            return None

    def read(self, name: str, parse: Callable[[str], T], default: str) -> T | None:
        text = self.optional(name)
        try:
            return parse(default if text is None else text)
        except ValueError as error:
            self.faults.append(f"{name}: {error}")
            return None


def _provider(source: _Source) -> ProviderSettings | None:
    issuer = source.read("KYC_OIDC_ISSUER", _issuer, "")
    client_id = source.optional("KYC_OIDC_CLIENT_ID")
    client_secret = source.optional("KYC_OIDC_CLIENT_SECRET")
    name = source.optional("KYC_OIDC_NAME") or "your organisation"
    if not issuer:
        return None
    if not client_id or not client_secret:
        source.faults.append(
            "KYC_OIDC_ISSUER: needs KYC_OIDC_CLIENT_ID and KYC_OIDC_CLIENT_SECRET beside it"
        )
        return None
    return ProviderSettings(issuer, client_id, client_secret, name)


def _issuer(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address such as https://login.example.com")
    if parts.scheme != "https" and not is_local:
        raise ValueError("must be https")
    return text


def _absolute_path(text: str) -> Path:
    if not text:
        raise ValueError("is empty; give the folder where state is kept")
    return Path(text).expanduser().resolve()


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http(s) address such as https://kyc.example.com")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise ValueError("must be scheme, host and port only, without a path")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("must be https; browsers give no camera to plain http")
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be networks such as 10.1.0.0/16, separated by commas") from None


def _proxy_address(text: str) -> str | None:
    if text in {"", "*"}:
        return text or None
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(
            "must be the address of the proxy such as 10.0.0.5, or * where nobody else gets in"
        ) from None


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _face_engine(text: str) -> str:
    if text not in {"auto", "dlib", "opencv"}:
        raise ValueError("must be auto, dlib or opencv")
    return text


def _metrics_token(text: str) -> str | None:
    if text and not re.fullmatch(r"[\x21-\x7e]{24,200}", text):
        raise ValueError("must be 24 to 200 visible ASCII characters without a space")
    return text or None


def _log_level(text: str) -> str:
    if text not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text
