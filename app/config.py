"""Every setting of the app: its unit, default, limits and environment variable."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any, Self, get_args

ROOT = Path(__file__).resolve().parent.parent

_OTHER_VARIABLES = ("INKLING_DATA", "INKLING_IMAGE", "INKLING_REQUIRE_ALL")
SERVER_VARIABLES = (  # of gunicorn and its configuration
    (
        "FORWARDED_ALLOW_IPS",
        "127.0.0.1,::1",
        "trusted proxies, addresses, networks or `*`: only their `X-Forwarded-For` counts",
    ),
    ("HOST", "127.0.0.1", "where to listen; in the container 0.0.0.0"),
    ("PORT", "8000", "the port"),
    (
        "METRICS_PORT",
        "none",
        "a port for operators: it alone answers `/metrics`, and besides it only the probes",
    ),
    ("WEB_CONCURRENCY", "cores, at most 4", "worker processes"),
)
_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[(?P<ipv6>[0-9a-f:.]+)\])(:(?P<port>[0-9]{1,5}))?"
    r"(/[a-z0-9._~/-]*)?",
    re.IGNORECASE | re.ASCII,
)
LOG_LEVELS = ("debug", "info", "warning", "error")
MAX_ADDRESS_LENGTH = 100  # longer ones do not fit below the boxes of the class sheet
_KUBERNETES_VARIABLE = re.compile("INKLING_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_.+)?")


class SettingsError(ValueError):
    """A setting is not valid, so that the app cannot start; the message is one line."""


def setting(default: Any, what: str, *, is_secret: bool = False) -> Any:
    """Return a field of ``Settings``: its default and what it means."""
    return field(default=default, repr=not is_secret, metadata={"what": what})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The choices of an operator, which are checked when an instance is made.

    The environment variable of a setting is its name in capitals with ``INKLING_`` before it. What
    it means here is what ``inkling serve --help`` and the table of app/README.md say.

    Raises
    ------
    SettingsError
        When a value is outside its limits.
    """

    models_directory: Path = setting(ROOT / "models", "folder of the weights")
    default_model: str = setting("convnet", "the network that reads where a request names none")
    max_body_bytes: int = setting(10_000_000, "largest body of a request, bytes")
    max_picture_pixels: int = setting(
        64_000_000,
        "most pixels of a baseline JPEG, and of all pictures of a request; PNG, GIF and BMP 5/8 of "
        "it, progressive JPEG in colour and PNG in RGBA 5/12, PNG in RGBA of 16 bits 5/24, of PNG "
        "half where it is interlaced, WebP 19 %",
    )
    risk: float = setting(0.003, "share of certain answers that may be wrong, 0.001 to 0.05")
    max_batch_items: int = setting(64, "most pictures in one batch")
    max_upload_seconds: float = setting(60.0, "longest time for a body to arrive")
    max_wait_seconds: float = setting(2.0, "longest wait of a request for its turn; then 503")
    rate_limit: str = setting(
        "",
        "what one client may post to all routes together, such as `10 per second; 200 per minute`",
    )
    rate_limit_storage: str = setting(
        "memory://",
        "where it is counted: in memory that all workers share, or for several servers, with the "
        "extra `redis`, in `redis://HOST:PORT`",
    )
    proxy_hops: int = setting(
        1,
        "trusted proxies that a request passes: the client's address is the one that many from the "
        "end of `X-Forwarded-For`",
    )
    api_key: str = setting(
        "", "the key that clients must send, at least 16 characters", is_secret=True
    )
    api_key_file: Path | None = setting(None, "a file with that key instead")
    allowed_origins: str = setting(
        "", "origins whose pages may call the API, separated by commas; `*` for all"
    )
    public_address: str = setting(
        "",
        "the address for other devices, such as `https://example.org/inkling`, behind a proxy or "
        "in a container",
    )
    log: str = setting("text", "`text`: lines for people; `json`: one object a line")
    log_level: str = setting(
        "info",
        "`debug`, `info`, `warning` or `error`. Requests are logged from `info` on, as `text` from "
        "`debug` on",
    )

    def __post_init__(self) -> None:
        limits = {
            "models_directory": (self.models_directory.is_dir(), "a folder that exists"),
            "default_model": (bool(self.default_model), "the name of a model"),
            "max_body_bytes": (self.max_body_bytes >= 1, "at least 1"),
            "max_picture_pixels": (self.max_picture_pixels >= 1, "at least 1"),
            "risk": (0.001 <= self.risk <= 0.05, "from 0.001 to 0.05"),
            "max_batch_items": (1 <= self.max_batch_items <= 1000, "from 1 to 1000"),
            "max_upload_seconds": (0 < self.max_upload_seconds <= 3600, "over 0, at most 3600"),
            "max_wait_seconds": (0 < self.max_wait_seconds <= 3600, "over 0, at most 3600"),
            "proxy_hops": (1 <= self.proxy_hops <= 10, "from 1 to 10"),
            "public_address": (
                _is_address(self.public_address) or not self.public_address,
                f"an address of at most {MAX_ADDRESS_LENGTH} characters, such as https://example.org/inkling",
            ),
            "log": (self.log in ("text", "json"), "text or json"),
            "log_level": (self.log_level in LOG_LEVELS, " or ".join(LOG_LEVELS)),
        }
        for name, (is_valid, expected) in limits.items():
            if not is_valid:
                raise setting_error(name, getattr(self, name), expected)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the settings of these environment variables, with defaults for the others.

        Raises
        ------
        SettingsError
            When a value has the wrong type or is outside its limits, an API key is empty, or a
            variable that begins with ``INKLING_`` is no setting: a server without the key or the
            limit that was meant would be open.
        """
        names = {setting.name: environment_variable(setting.name) for setting in fields(cls)}
        for name, text in environ.items():
            if name.startswith("INKLING_") and not _is_known(name, names.values()):
                raise SettingsError(f"{name} is no setting of Inkling: correct or remove it")
            if name in (names["api_key"], names["api_key_file"]) and not text.strip():
                raise SettingsError(f"{name} is empty: give it a value or remove it")
        given = {
            setting.name: _parse(setting, environ[names[setting.name]])
            for setting in fields(cls)
            if names[setting.name] in environ
        }
        return cls(**given)


def described_variables() -> Iterator[tuple[str, str, str]]:
    """Yield each environment variable with its default, "none" without one, and what it means."""
    for each in fields(Settings):
        is_path = isinstance(each.default, Path)
        default = each.default.name if is_path else f"{each.default or 'none'}"
        yield environment_variable(each.name), default, each.metadata["what"]
    yield from SERVER_VARIABLES


def environment_variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"INKLING_{name.upper()}"


def _is_address(text: str) -> bool:
    """Whether a text is the address of a web server: a name or an IP address, a port, a path."""
    if len(text) > MAX_ADDRESS_LENGTH or not (found := _ADDRESS.fullmatch(text)):
        return False
    try:
        is_host = not found["ipv6"] or bool(IPv6Address(found["ipv6"]))
    except ValueError:
        is_host = False
    return is_host and ".." not in text and 0 < int(found["port"] or 80) < 65_536


def _is_known(variable: str, settings: Iterable[str]) -> bool:
    """Whether this is a setting, or what the tests or the Kubernetes service "inkling" set."""
    return variable in (*settings, *_OTHER_VARIABLES) or bool(
        _KUBERNETES_VARIABLE.fullmatch(variable)
    )


def _parse(setting: Field[Any], text: str) -> Any:
    value_type, *_ = get_args(setting.type) or (setting.type,)  # of Path | None: Path
    if value_type is Path:
        return Path(text) if text else setting.default
    try:
        return value_type(text)
    except ValueError:
        expected = {int: "a whole number", float: "a number"}[value_type]
        raise setting_error(setting.name, text, expected) from None


def setting_error(name: str, value: object, expected: str) -> SettingsError:
    """Return the error for a value that a setting, named as a field, cannot have."""
    variable = environment_variable(name)
    return SettingsError(f"{variable} must be {expected}, but it is {str(value)!r}")
