"""Every setting of the app: its unit, default, limits and environment variable."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any, Self, get_args

ROOT = Path(__file__).resolve().parent.parent

_OTHER_VARIABLES = ("INKLING_DATA", "INKLING_IMAGE", "INKLING_REQUIRE_ALL")
_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[(?P<ipv6>[0-9a-f:.]+)\])(:(?P<port>[0-9]{1,5}))?"
    r"(/[a-z0-9._~/-]*)?",
    re.IGNORECASE | re.ASCII,
)
MAX_ADDRESS_LENGTH = 100  # longer ones do not fit below the boxes of the class sheet
_KUBERNETES_VARIABLE = re.compile("INKLING_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_.+)?")


class SettingsError(ValueError):
    """A setting is not valid, so that the app cannot start; the message is one line."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The choices of an operator, which are checked when an instance is made.

    The environment variable of a setting is its name in capitals with ``INKLING_`` before it. What
    each means is in the table of app/README.md, which a test compares with these defaults.

    Raises
    ------
    SettingsError
        When a value is outside its limits.
    """

    models_directory: Path = ROOT / "models"
    default_model: str = "convnet"
    max_body_bytes: int = 10_000_000
    max_picture_pixels: int = 64_000_000
    risk: float = 0.003
    certain_at: float | None = None  # instead of the risk, until version 3
    max_batch_items: int = 64
    max_upload_seconds: float = 60.0
    max_wait_seconds: float = 2.0
    rate_limit: str = ""
    rate_limit_storage: str = "memory://"
    proxy_hops: int = 1
    api_key: str = field(default="", repr=False)
    api_key_file: Path | None = None
    allowed_origins: str = ""  # empty: the server's own pages only
    public_address: str = ""  # empty: what the server finds out by itself
    log: str = "text"

    def __post_init__(self) -> None:
        limits = {
            "models_directory": (self.models_directory.is_dir(), "a folder that exists"),
            "default_model": (bool(self.default_model), "the name of a model"),
            "max_body_bytes": (self.max_body_bytes >= 1, "at least 1"),
            "max_picture_pixels": (self.max_picture_pixels >= 1, "at least 1"),
            "risk": (0.001 <= self.risk <= 0.05, "from 0.001 to 0.05"),
            "certain_at": (
                self.certain_at is None or 0 <= self.certain_at <= 1,
                "from 0 to 1",
            ),
            "max_batch_items": (1 <= self.max_batch_items <= 1000, "from 1 to 1000"),
            "max_upload_seconds": (0 < self.max_upload_seconds <= 3600, "over 0, at most 3600"),
            "max_wait_seconds": (0 < self.max_wait_seconds <= 3600, "over 0, at most 3600"),
            "proxy_hops": (1 <= self.proxy_hops <= 10, "from 1 to 10"),
            "public_address": (
                _is_address(self.public_address) or not self.public_address,
                f"an address of at most {MAX_ADDRESS_LENGTH} characters, such as https://example.org/inkling",
            ),
            "log": (self.log in ("text", "json"), "text or json"),
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
