"""The rate limit: who counts as one client, and how many requests and wrong keys it may send.

The periods and Redis are those of the package ``limits``. flask-limiter, which is made of it, too,
would replace ``RateLimiter`` alone: its counts in memory are each process's own, and it knows no
client that is a network within a site, no second limit for wrong keys, and no memory to go on with
without Redis.
"""

import logging
import mmap
import os
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_network
from math import ceil
from struct import Struct
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, Response, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings, SettingsError, environment_variable, setting_error
from app.errors import Problem, ProblemCode
from app.requests.server_address import parse_address
from app.security import KeyState

try:
    import fcntl
except ImportError:  # on Windows, where the server is one process
    fcntl = None  # type: ignore[assignment]

WRONG_KEYS_LIMIT = "60 per minute"
CLIENT_PREFIX, SITE_PREFIX = 64, 48  # bits of the IPv6 networks that one client and one site get
CLIENTS_OF_A_SITE = 16  # all networks of an IPv6 site may together send as much as 16 clients
IN_MEMORY = "memory://"
STORAGE_TIMEOUT_S = 0.5
STORAGE_RETRY_S = 5.0  # pause after the storage could not be reached

_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable

Result = TypeVar("Result")

N_SETS = 8192
ENTRIES_OF_A_SET = 8
_ENTRY = Struct("QdQ")  # the hash, the end of the period in seconds since 1970, and the count


def register(app: Flask, settings: Settings, key_state: Callable[[], KeyState]) -> None:
    """Limit the requests of each client to all routes together.

    What is posted counts if the settings have a limit, and so does all that is asked of a room.
    Requests without the right key have a count of their own, so that one wrong device at a school's
    address does not lock out the others. With a wrong key every request counts, and has a second
    limit.

    Raises
    ------
    SettingsError
        When the limit or its storage is not valid.
    """
    storage = settings.rate_limit_storage
    limits = _parsed(settings.rate_limit) if settings.rate_limit else []
    with_key = RateLimiter(storage, limits, "request")
    without_key = RateLimiter(storage, limits, "request", " without this server's key")
    wrong_keys = RateLimiter(storage, parse_many(WRONG_KEYS_LIMIT), "wrong key")

    def limiter_of(key: KeyState) -> RateLimiter:
        return with_key if key is KeyState.RIGHT else without_key

    @app.before_request
    def limit() -> None:
        key = key_state()
        if request.method == "POST" or request.blueprint == "rooms" or key is KeyState.WRONG:
            limiter_of(key).count()
        if key is KeyState.WRONG:
            wrong_keys.count()

    @app.after_request
    def add_headers(response: Response) -> Response:
        if limits and request.method == "POST":
            response.headers.update(limiter_of(key_state()).headers())
        return response


class RateLimiter:
    """Counts requests of clients in fixed periods, which begin with a client's first request.

    While the storage cannot be reached the server counts in its own memory: better than no limit,
    and better than no answer.

    Parameters
    ----------
    storage
        "memory://" for the memory that the workers share, where each limiter has a table of its
        own, or the address of a Redis.
    limits
        The limits; none are no limit.
    noun, which
        What is counted, in words: "request", " without a key".

    Raises
    ------
    SettingsError
        When it is neither.
    """

    def __init__(
        self, storage: str, limits: Sequence[RateLimitItem], noun: str, which: str = ""
    ) -> None:
        self._limits = limits
        self._noun, self._which = noun, which
        self._strategy = FixedWindowRateLimiter
        self._memory = FixedWindowRateLimiter(SharedCounts())
        is_remote = not storage.startswith(IN_MEMORY)
        self._remote = FixedWindowRateLimiter(remote_storage(storage)) if is_remote else None
        self._remote_from_s = 0.0

    def count(self) -> None:
        """Count a request of the client, or raise Problem 429 where it has sent too many."""
        network, site = client_network(), client_network(SITE_PREFIX)
        of_site = [
            type(limit)(CLIENTS_OF_A_SITE * limit.amount, limit.multiples)
            for limit in (self._limits if site != network else ())
        ]
        test, hit = self._strategy.test, self._strategy.hit
        # A client over its own limit does not use up its site's; and a site over its limit gets no
        # counts of further networks.
        over = [(limit, site) for limit in of_site if not self._ask(test, limit, site)]
        over = over or [
            (limit, network) for limit in self._limits if not self._ask(hit, limit, network)
        ]
        if over:
            raise self._refusal(over)
        for limit in of_site:
            self._ask(hit, limit, site)

    def require_some_left(self) -> None:
        """Raise Problem 429 where the client has sent all that it may; count nothing."""
        client, test = client_network(), self._strategy.test
        over = [(limit, client) for limit in self._limits if not self._ask(test, limit, client)]
        if over:
            raise self._refusal(over)

    def headers(self) -> dict[str, str]:
        """Return the headers with each limit, and what is left of it for the client.

        The form is that of draft-ietf-httpapi-ratelimit-headers: q requests in w seconds; r are
        left, until t seconds from now.
        """
        policies, states = [], []
        for limit in self._limits:
            window = self._ask(self._strategy.get_window_stats, limit, client_network())
            left_s = max(0, ceil(window.reset_time - time.time()))
            name = f'"per {_period(limit)}"'
            policies.append(f"{name};q={limit.amount};w={limit.get_expiry()}")
            states.append(f"{name};r={window.remaining};t={left_s}")
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}

    def _ask(self, question: Callable[..., Result], limit: RateLimitItem, client: str) -> Result:
        """Return a strategy's answer from the storage, or from memory while it is unreachable."""
        if self._remote and time.monotonic() >= self._remote_from_s:
            try:
                return question(self._remote, limit, self._noun + self._which, client)
            except Exception:  # Each storage raises its own errors.
                self._remote_from_s = time.monotonic() + STORAGE_RETRY_S
                logging.getLogger("inkling").warning(
                    "Rate limit storage unreachable: the server counts in its own memory"
                )
        return question(self._memory, limit, client)

    def _refusal(self, over: Sequence[tuple[RateLimitItem, str]]) -> Problem:
        """Return the problem with the exceeded limit whose period ends last, and the time left."""
        ends = [self._ask(self._strategy.get_window_stats, *pair).reset_time for pair in over]
        end_s = max(ends)
        limit, _ = over[ends.index(end_s)]
        wait_s = max(1, ceil(end_s - time.time()))  # rounded up, so that a punctual retry succeeds
        what = f"{self._noun}{'s' * (limit.amount > 1)}{self._which}"
        count = f"{limit.amount:,} {what} per {_period(limit)}"
        detail = f"One client may send {count}. Try again in {wait_s:,} seconds."
        headers = {"Retry-After": str(wait_s)}
        return Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers=headers)


def _period(limit: RateLimitItem) -> str:
    unit = limit.GRANULARITY.name
    return unit if limit.multiples == 1 else f"{limit.multiples} {unit}s"


def _parsed(rate_limit: str) -> list[RateLimitItem]:
    try:
        limits = parse_many(rate_limit)
    except ValueError:
        limits = []
    if not limits or not all(limit.amount > 0 for limit in limits):
        raise setting_error(
            "rate_limit", rate_limit, "written like '10 per second; 200 per minute'"
        )
    return limits


def remote_storage(url: str) -> Storage:
    """Return the storage of an address; requests do not wait long for a Redis without an answer."""
    options: dict[str, Any] = {}
    name = environment_variable("rate_limit_storage")
    if url.startswith("redis"):
        try:
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ModuleNotFoundError:
            raise SettingsError(f"{name} needs the package redis: the extra redis") from None

        options = {
            "socket_connect_timeout": STORAGE_TIMEOUT_S,
            "socket_timeout": STORAGE_TIMEOUT_S,
            "retry": Retry(NoBackoff(), 1),  # once, for a connection that was closed while idle
        }
    try:
        storage = storage_from_string(url, **options)
        if not isinstance(storage, Storage):
            raise TypeError
    except Exception:  # Each storage raises its own errors, whose messages may hold a password.
        expected = f"a storage such as {IN_MEMORY} or redis://HOST:PORT"
        raise SettingsError(f"{name} must be {expected}, and it is not") from None
    return storage


def trust_proxies(app: Flask, n_proxies: int) -> None:
    """Take the client's address from ``X-Forwarded-For`` where a trusted proxy sends it.

    Parameters
    ----------
    n_proxies
        How many proxies a request passes; each adds an address to the end of the header.

    Raises
    ------
    SettingsError
        When ``FORWARDED_ALLOW_IPS`` is not a list of addresses and networks.
    """
    setting = os.environ.get(_TRUSTED_PROXIES) or "127.0.0.1,::1"
    try:
        parts = setting.replace("*", "0.0.0.0/0,::/0").split(",")
        trusted = [ip_network(part.strip(), strict=False) for part in parts]
    except ValueError as error:
        raise SettingsError(f"{_TRUSTED_PROXIES} must be addresses or *: {error}") from None
    direct = app.wsgi_app
    proxied = ProxyFix(direct, x_for=n_proxies, x_proto=0)

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        peer = environ.get("REMOTE_ADDR", "")  # empty for a Unix socket, which is trusted
        address = parse_address(peer)
        is_trusted = not peer or any(address in network for network in trusted if address)
        return (proxied if is_trusted else direct)(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def client_network(prefix: int = CLIENT_PREFIX) -> str:
    """Return the client's IPv4 address, or the network of its IPv6 address: one client has many."""
    address = parse_address(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), prefix), strict=False))
    return str(address or "unknown")


class ProcessLock:
    """A lock for the processes that are forked from this one, and their threads.

    The system releases it when the process that holds it ends, however that ends.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        if fcntl:
            if hasattr(os, "memfd_create"):  # the disk may be read-only
                self._file = os.memfd_create("inkling")
            else:
                with tempfile.TemporaryFile() as file:
                    self._file = os.dup(file.fileno())
            weakref.finalize(self, os.close, self._file)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, and hold it."""
        with self._lock:
            if fcntl:
                fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if fcntl:
                    fcntl.lockf(self._file, fcntl.LOCK_UN)


class SharedCounts(Storage):
    """A table of 65,536 counts, 1.6 MB, for the processes that are forked from this one.

    The memory has a fixed size, and no count is dropped before its period ends: filling it resets
    no client. It is a set-associative table: the hash of a client and a limit chooses a set of
    entries, of which it takes a free one. Python keys this hash at random, so that a client cannot
    choose a set.

    Where all entries of a set count other clients, a new client shares the entry whose period ends
    first, until it ends: it may be refused earlier than by a count of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._memory = mmap.mmap(-1, N_SETS * ENTRIES_OF_A_SET * _ENTRY.size)
        self._lock = ProcessLock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return the errors that ``limits`` may wrap; none is raised here."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to the count of a key, which begins a period of ``expiry`` seconds, and return it."""
        with self._lock.held():
            position, owner, end_s, count = self._find(key)
            end_s = end_s or time.time() + expiry
            _ENTRY.pack_into(self._memory, position, owner, end_s, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """Return the count of a key."""
        return self._find(key)[3]

    def get_expiry(self, key: str) -> float:
        """Return when the period of a key ends, in seconds since 1970."""
        return self._find(key)[2] or time.time()

    def check(self) -> bool:
        """Return whether the storage works."""
        return True

    def reset(self) -> int | None:
        """Do nothing: no count is dropped before its period ends."""
        return None

    def clear(self, key: str) -> None:
        """Do nothing, for the same reason."""

    def _find(self, key: str) -> tuple[int, int, float, int]:
        """Return the position of a key's entry, its hash, the end of its period, and its count.

        End and count are 0 in a free entry.
        """
        hashed, now_s = hash(key) % 2**64, time.time()
        first = hashed % N_SETS * ENTRIES_OF_A_SET * _ENTRY.size
        entries = []
        for position in range(first, first + ENTRIES_OF_A_SET * _ENTRY.size, _ENTRY.size):
            owner, end_s, count = _ENTRY.unpack_from(self._memory, position)
            if end_s <= now_s:
                entries.append((0.0, position, hashed, 0))
            elif owner == hashed:
                return position, owner, end_s, count
            else:
                entries.append((end_s, position, owner, count))
        end_s, position, owner, count = min(entries)
        return position, owner, end_s, count
