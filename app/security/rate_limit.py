"""The rate limit: who counts as one client, and how many requests and wrong keys it may send.

The periods and Redis are those of the package ``limits``. flask-limiter, which is made of it, too,
would replace ``RateLimiter`` alone: its counts in memory are each process's own, and it knows no
client that is a network within a site, no second limit for wrong keys, and no memory to go on with
without Redis.
"""

import logging
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_network
from math import ceil
from typing import Any, TypeVar

from flask import Flask, Response, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.config import Settings, SettingsError, environment_variable, setting_error
from app.errors import Problem, ProblemCode
from app.requests.server_address import parse_address
from app.security.api_key import KeyState
from app.security.shared_counts import SharedCounts

WRONG_KEYS_LIMIT = "60 per minute"
CLIENT_PREFIX, SITE_PREFIX = 64, 48  # bits of the IPv6 networks that one client and one site get
CLIENTS_OF_A_SITE = 16  # all networks of an IPv6 site may together send as much as 16 clients
IN_MEMORY = "memory://"
STORAGE_TIMEOUT_S = 0.5
STORAGE_RETRY_S = 5.0  # pause after the storage could not be reached

Result = TypeVar("Result")


def register(app: Flask, settings: Settings, key_state: Callable[[], KeyState]) -> None:
    """Limit the requests of each client to all routes together.

    What is posted counts if the settings have a limit, and so does all that is asked of a room.
    Requests without the right key have a count of their own, so that one wrong device at a school's
    address does not lock out the others, and so have those that pages of other sites make browsers
    send. With a wrong key every request counts, and has a second limit.

    Raises
    ------
    SettingsError
        When the limit or its storage is not valid.
    """
    storage = settings.rate_limit_storage
    limits = _parsed(settings.rate_limit) if settings.rate_limit else []
    with_key = RateLimiter(storage, limits, "request")
    without_key = RateLimiter(storage, limits, "request", " without this server's key")
    of_other_sites = RateLimiter(storage, limits, "request", " from pages of other sites")
    wrong_keys = RateLimiter(storage, parse_many(WRONG_KEYS_LIMIT), "wrong key")

    def limiter_of(key: KeyState) -> RateLimiter:
        if key is not KeyState.RIGHT:
            return without_key
        return of_other_sites if _is_of_other_site() else with_key

    @app.before_request
    def limit() -> None:
        key = key_state()
        # A page of another site can make a browser get the page for phones, without an Origin.
        is_of_room = request.blueprint == "rooms" and request.endpoint != "rooms.join"
        if request.method == "POST" or is_of_room or key is KeyState.WRONG:
            limiter_of(key).count()
        if key is KeyState.WRONG:
            wrong_keys.count()

    @app.after_request
    def add_headers(response: Response) -> Response:
        if limits and request.method == "POST":
            response.headers.update(limiter_of(key_state()).headers())
        return response


def _is_of_other_site() -> bool:
    """Return whether a browser sends the request for a page of another site, or does not say it.

    It names the site with all that is posted, unless the page's policy is to send no referrer.
    """
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host


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


def client_network(prefix: int = CLIENT_PREFIX) -> str:
    """Return the client's IPv4 address, or the network of its IPv6 address: one client has many."""
    address = parse_address(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), prefix), strict=False))
    return str(address or "unknown")
