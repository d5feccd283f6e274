import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from itertools import count
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from limits.storage import RedisStorage
from werkzeug.test import TestResponse

from app import create_app, security
from app.config import Settings, SettingsError
from app.errors import ProblemCode
from app.security import rate_limit, shared_counts
from app.security.rate_limit import client_network, remote_storage
from app.security.shared_counts import ProcessLock, SharedCounts
from tests.app.little import little_app
from tests.app.posting import check_problem
from tests.serving import free_port
from tests.waiting import wait_for

PROXY, CLIENT, OTHER = "10.0.0.7", "203.0.113.1", "203.0.113.2"


def limited_app(limit: str, storage: str = "memory://", **settings: Any) -> Flask:
    app = little_app()
    security.register(app, Settings(rate_limit=limit, rate_limit_storage=storage, **settings))
    return app


def post(
    client: FlaskClient, address: str = CLIENT, path: str = "/predict", *, forwarded: str = ""
) -> TestResponse:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client.post(path, headers=headers, environ_base={"REMOTE_ADDR": address})


def test_each_answer_to_a_post_says_what_is_left_of_the_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.0)
    client = limited_app("2 per day; 9 per 2 days").test_client()
    for left in (1, 0, 0):
        headers = post(client).headers
        assert headers["RateLimit-Policy"] == '"per day";q=2;w=86400, "per 2 days";q=9;w=172800'
        assert headers["RateLimit"].startswith(f'"per day";r={left};t=86400, "per 2 days";r=')
    assert "RateLimit" not in client.get("/").headers


@pytest.mark.parametrize("first_s", [1000.0, 1000.1, 1000.9])
@pytest.mark.parametrize("refused_after_s", [0.0, 0.05, 4.95, 9.99])
def test_a_client_that_waits_for_retry_after_is_not_refused_again(
    first_s: float, refused_after_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = first_s
    monkeypatch.setattr("time.time", lambda: now_s)
    client = limited_app("1 per 10 seconds").test_client()
    assert post(client).status_code == 200
    now_s = first_s + refused_after_s
    response = post(client)
    assert response.status_code == 429
    wait_s = int(response.headers["Retry-After"])
    assert wait_s < 10 - refused_after_s + 2
    now_s += wait_s
    assert post(client).status_code == 200


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ("100 per day; 1 per 2 hours", "1 request per 2 hours"),
        ("1 per second; 1 per day", "1 request per day"),
    ],
)
def test_named_is_the_limit_that_is_reached_and_ends_last(limits: str, named: str) -> None:
    client = limited_app(limits).test_client()
    post(client)
    check_problem(post(client), ProblemCode.TOO_MANY_REQUESTS, f"One client may send {named}.")


def test_posts_are_counted_together_whatever_their_path_and_other_requests_not() -> None:
    client = limited_app("2 per day").test_client()
    for path in ("/", "/healthz") * 3:
        assert client.get(path).status_code == 200
    assert client.options("/predict").status_code == 200
    statuses = [post(client, path=path).status_code for path in ("/predict", "/", "/read")]
    assert statuses == [200, 200, 429]


Senders = list[tuple[str, str]]  # the address of each, and what it forwards
IPV4_IN_IPV6 = f"::ffff:{CLIENT}"
NO_ADDRESSES = ("300.1.1.1", "::1::", "_hidden", "1.2.3.4:5:6", "[", "fe80::%")
# The trusted proxies, how many there are, senders that are clients of their own, and senders that
# are one of these.
CLIENTS: dict[str, tuple[str, int, Senders, Senders]] = {
    "each address": ("", 1, [(CLIENT, ""), (OTHER, "")], [(CLIENT, "")]),
    "a network of IPv6": (
        *("", 1),
        [("2001:db8:1:1::1", ""), ("2001:db8:1:2::1", "")],
        [("2001:db8:1:1:ffff::2", "")],
    ),
    "not what a client forwards": ("", 1, [(CLIENT, "198.51.100.1")], [(CLIENT, "198.51.100.2")]),
    "what a proxy forwards last": (
        *("10.0.0.0/24", 1),
        [(PROXY, CLIENT), (PROXY, OTHER), (PROXY, "")],
        [(PROXY, f"198.51.100.1, {CLIENT}")],
    ),
    "what the first of two proxies forwards": (
        *(PROXY, 2),
        [(PROXY, f"{CLIENT}, 10.0.0.8"), (PROXY, f"{OTHER}, 10.0.0.8")],
        [(PROXY, f"198.51.100.1, {CLIENT}, 10.0.0.9")],
    ),
    "not a port": (
        *(PROXY, 1),
        [(PROXY, CLIENT), (PROXY, "[2001:db8::1]:50123")],
        [(PROXY, f"{CLIENT}:50123"), (PROXY, "[2001:db8::2]"), (PROXY, "2001:db8::3")],
    ),
    "at a socket for both versions": (
        *(PROXY, 1),
        [(IPV4_IN_IPV6, ""), (f"::ffff:{OTHER}", ""), (f"::ffff:{PROXY}", "198.51.100.1")],
        [(IPV4_IN_IPV6, ""), (CLIENT, ""), (f"::ffff:{PROXY}", CLIENT)],
    ),
    "all that is no address": ("*", 1, [("", "unknown")], [("", each) for each in NO_ADDRESSES]),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_what_makes_a_client(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, n_proxies, own, others = CLIENTS[name]
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    client = limited_app("1 per day", proxy_hops=n_proxies).test_client()
    for senders, status in ((own, 200), (others, 429)):
        for address, forwarded in senders:
            assert post(client, address, forwarded=forwarded).status_code == status


@pytest.fixture(scope="module")
def behind_proxy() -> Flask:
    """Return an app that answers /client with whom it takes for the client."""
    app = little_app()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORWARDED_ALLOW_IPS", PROXY)
        security.trust_proxies(app, 1)
    app.add_url_rule("/client", view_func=client_network)
    return app


@given(sent=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")))
def test_what_a_client_forwards_makes_it_no_other_client(behind_proxy: Flask, sent: str) -> None:
    environ = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": f"{sent}, {CLIENT}"}
    response = behind_proxy.test_client().get("/client", environ_overrides=environ)
    # An open quotation mark swallows the proxy's own entry, whatever follows it.
    assert response.text == CLIENT or ('"' in sent and response.text in ("unknown", PROXY))


@pytest.fixture
def small_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of 16 counts."""
    monkeypatch.setattr(shared_counts, "N_SETS", 2)


def test_requests_from_any_number_of_networks_reset_no_client(small_table: None) -> None:
    client = limited_app("1 per day").test_client()
    assert [post(client, each).status_code for each in (CLIENT, OTHER, CLIENT)] == [200, 200, 429]
    sent = [post(client, f"10.0.0.{number}").status_code for number in range(200)]
    assert sent.count(200) == 14  # the others share the counts of these, which are used up
    assert [post(client, each).status_code for each in (CLIENT, OTHER)] == [429, 429]


def test_a_client_without_a_count_shares_the_first_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr("time.time", lambda: now_s)
    monkeypatch.setattr(shared_counts, "N_SETS", 1)
    client = limited_app("2 per minute").test_client()
    first, *others = [f"10.0.0.{number}" for number in range(8)]
    for address in (*others[:4], first, *others[4:]):
        now_s = 1000 if address == first else 1030
        post(client, address)
    assert [post(client, CLIENT).status_code for _ in range(2)] == [200, 429]
    assert [post(client, each).status_code for each in (first, *others)] == [429] + [200] * 7
    now_s = 1060
    assert [post(client, CLIENT).status_code for _ in range(3)] == [200, 200, 429]
    assert {post(client, each).status_code for each in others} == {429}


def test_wrong_keys_from_any_number_of_networks_give_no_new_tries(small_table: None) -> None:
    client = limited_app("", api_key=KEY).test_client()

    def send(address: str) -> int:
        environ, headers = {"REMOTE_ADDR": address}, {"X-API-Key": "wrong"}
        return client.get("/models", headers=headers, environ_base=environ).status_code

    assert [send(CLIENT) for _ in range(61)] == [401] * 60 + [429]
    for number in range(100):
        send(f"2001:db8:{number:x}::1")
    assert send(CLIENT) == 429


def test_a_site_of_ipv6_has_the_limit_of_sixteen_clients() -> None:
    client = limited_app("2 per day").test_client()
    sent = [post(client, f"2001:db8:1:{number:x}::1").status_code for number in range(64)]
    assert sent == [200] * 32 + [429] * 32
    assert post(client, "2001:db8:1::1").status_code == 429
    assert post(client, "2001:db8:2::1").status_code == 200


def test_one_client_over_its_limit_does_not_use_up_that_of_its_site() -> None:
    client = limited_app("1 per day").test_client()
    assert [post(client, "2001:db8:1:1::1").status_code for _ in range(50)] == [200] + [429] * 49
    assert post(client, "2001:db8:1:2::1").status_code == 200


def test_a_site_over_its_limit_takes_no_memory_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = set[str]()
    incr = SharedCounts.incr

    def noted(self: SharedCounts, key: str, *args: Any, **kwargs: Any) -> int:
        keys.add(key)
        return incr(self, key, *args, **kwargs)

    monkeypatch.setattr(SharedCounts, "incr", noted)
    client = limited_app("1 per day").test_client()
    for number in range(100):
        post(client, f"2001:db8:1:{number:x}::1")
    assert len(keys) == 16 + 1


def in_another_process(function: object) -> int:
    assert callable(function)
    pid = os.fork()
    if not pid:
        os._exit(int(function()))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("storage", ["memory://", "memory://any"])
def test_workers_count_together(storage: str) -> None:
    client = limited_app("5 per minute", storage).test_client()
    assert (
        in_another_process(lambda: [post(client).status_code for _ in range(3)] != [200] * 3) == 0
    )
    assert [post(client).status_code for _ in range(3)] == [200, 200, 429]


KEY = "correct horse battery"


@pytest.mark.parametrize("limit", ["", "1000 per second"])
def test_after_sixty_wrong_keys_a_minute_the_right_one_is_still_answered(limit: str) -> None:
    client = limited_app(limit, api_key=KEY).test_client()
    for path in ("/models", "/nowhere", "/") * 20:
        assert client.get(path, headers={"X-API-Key": "wrong"}).status_code == 401
    response = client.get("/nowhere", headers={"Authorization": "Bearer wrong"})
    check_problem(response, 429, "One client may send 60 wrong keys per minute.")
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert client.get("/models", headers={"X-API-Key": KEY}).status_code == 200
    assert client.get("/models").status_code == 401


def test_the_rate_limit_counts_wrong_keys_with_every_method() -> None:
    client = limited_app("3 per day", api_key=KEY).test_client()
    assert client.post("/predict", headers={"X-API-Key": KEY}).status_code == 200
    assert client.post("/predict", headers={"X-API-Key": "wrong"}).status_code == 401
    assert client.get("/models", headers={"X-API-Key": "wrong"}).status_code == 401
    assert client.post("/predict").status_code == 401
    assert client.get("/models").status_code == 401
    refused = client.get("/models", headers={"X-API-Key": "wrong"})
    check_problem(refused, 429, "3 requests without this server's key per day")
    assert client.post("/predict", headers={"X-API-Key": KEY}).status_code == 200


def test_requests_without_the_right_key_use_up_nothing_of_those_with_it(small_table: None) -> None:
    """A school has one address: of thirty devices one has an old key, and keeps asking."""
    client = limited_app("20 per day", api_key=KEY).test_client()
    wrong, right = {"X-API-Key": "wrong"}, {"X-API-Key": KEY}

    def statuses(headers: dict[str, str], n: int) -> list[int]:
        return [client.post("/predict", headers=headers).status_code for _ in range(n)]

    assert statuses(wrong, 100) == [401] * 20 + [429] * 80
    assert statuses({}, 100) == [429] * 100
    for number in range(100):  # nor does a table full of their networks
        environ = {"REMOTE_ADDR": f"10.0.0.{number}"}
        client.post("/predict", headers=wrong, environ_base=environ)
    response = client.post("/predict", headers=right)
    assert response.headers["RateLimit"].startswith('"per day";r=19;')
    assert statuses(right, 20) == [200] * 19 + [429]
    assert client.get("/models", headers=right).status_code == 200


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://localhost:81"])
def test_what_pages_of_other_sites_make_browsers_send_uses_up_nothing_of_ours(origin: str) -> None:
    client = create_app(Settings(rate_limit="3 per day")).test_client()

    def statuses(headers: dict[str, str], n: int) -> list[int]:
        return [client.post("/predict", headers=headers).status_code for _ in range(n)]

    assert statuses({"Origin": origin}, 5) == [415] * 3 + [429] * 2
    assert {client.get("/join?room=BBBBBBBB").status_code for _ in range(5)} == {404}
    assert statuses({"Origin": "http://localhost"}, 2) == [415] * 2  # of our own pages
    assert statuses({}, 2) == [415, 429]  # of programs


def test_the_limits_of_requests_and_of_wrong_keys_are_counted_separately() -> None:
    client = limited_app("60 per minute", api_key=KEY).test_client()
    wrong = {"X-API-Key": "wrong"}
    statuses = [client.get("/models", headers=wrong).status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]


def test_without_settings_there_is_no_limit_and_no_key_is_wrong() -> None:
    client = limited_app("").test_client()
    assert {post(client).status_code for _ in range(50)} == {200}
    for _ in range(61):
        assert client.get("/models", headers={"X-API-Key": "any"}).status_code == 200


def test_every_route_that_is_posted_to_is_limited() -> None:
    app = create_app(Settings(rate_limit="1 per day"))
    paths = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert paths == {
        *("/", "/predict", "/predict/batch", "/read", "/read/batch", "/sheet"),
        *("/room", "/room/digit", "/room/photograph"),
    }
    for number, path in enumerate(paths):
        first, second = (post(app.test_client(), f"192.0.2.{number}", path) for _ in range(2))
        assert first.status_code in (200, 400, 403, 415)
        assert second.status_code == 429


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        *(
            ("INKLING_RATE_LIMIT", limit, "must be written like '10 per")
            for limit in ("often", "10", "10 per fortnight", "ten per second", "0/second")
        ),
        *(
            ("INKLING_RATE_LIMIT_STORAGE", storage, "must be")
            for storage in (
                *("", "redis", "disk://secret", "redis://host:port:secret"),
                *("async+memory://", "memcached://h"),
            )
        ),
        ("FORWARDED_ALLOW_IPS", "balancer", r"must be addresses or \*"),
    ],
)
def test_an_invalid_setting_ends_the_start_and_is_not_shown(
    variable: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"INKLING_RATE_LIMIT": "1 per day", "INKLING_RATE_LIMIT_STORAGE": "memory://"}
    settings |= {variable: value}
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", settings.pop("FORWARDED_ALLOW_IPS", ""))
    with pytest.raises(SettingsError, match=f"^{variable} {expected}") as refusal:
        limited_app(*settings.values())
    assert "secret" not in str(refusal.value)


@contextmanager
def running_redis(port: int) -> Iterator[str]:
    """Run a Redis that keeps nothing; give its URL."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        while "Ready to accept connections" not in server.stdout.readline():
            assert server.poll() is None
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.fixture
def port() -> int:
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    return free_port()


def test_the_extra_is_named_that_brings_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.backoff", None)
    expected = "^INKLING_RATE_LIMIT_STORAGE needs the package redis: the extra redis$"
    with pytest.raises(SettingsError, match=expected):
        limited_app("2 per day", "redis://127.0.0.1:6379")


def test_all_servers_with_one_redis_count_together(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "STORAGE_TIMEOUT_S", 60)  # on a busy machine
    with running_redis(port) as url:
        one, another = (limited_app("3 per day", url).test_client() for _ in range(2))
        assert [post(client).status_code for client in (one, another, one)] == [200, 200, 200]
        assert post(another).status_code == 429


def test_without_redis_servers_count_alone(port: int, caplog: pytest.LogCaptureFixture) -> None:
    app = limited_app("2 per day", f"redis://127.0.0.1:{port}")
    client = app.test_client()
    assert [post(client).status_code for _ in range(3)] == [200, 200, 429]
    assert "Rate limit storage unreachable" in caplog.text
    assert CLIENT not in caplog.text


def test_a_redis_that_comes_back_counts_again(port: int) -> None:
    url = f"redis://127.0.0.1:{port}"
    client = limited_app("1 per day", url).test_client()
    assert post(client).status_code == 200
    with running_redis(port):
        another = limited_app("1 per day", url).test_client()
        addresses = (str(ip_address(number)) for number in count(11 << 24))  # each once

        def counts_together() -> bool:
            address = next(addresses)
            return [post(each, address).status_code for each in (client, another)] == [200, 429]

        wait_for(counts_together, "one count for both servers", 60)


def test_a_storage_that_goes_away_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limits.storage.RedisStorage.incr", lambda *_, **__: 2)
    client = limited_app("1 per day", "redis://127.0.0.1:1").test_client()
    response = post(client)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "1"


def test_a_redis_that_does_not_answer_delays_requests_at_most_half_a_second_twice() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        client = limited_app("1 per day", url).test_client()
        assert [post(client).status_code for _ in range(2)] == [200, 429]
    redis = cast(RedisStorage, remote_storage(url)).storage
    options = redis.connection_pool.connection_kwargs
    assert options["socket_connect_timeout"] == options["socket_timeout"] == 0.5
    assert options["retry"].get_retries() == 1


def is_held(lock: ProcessLock) -> bool:
    """Whether another process would wait for a lock now."""

    def take() -> bool:
        try:
            fcntl.lockf(lock._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False

    return in_another_process(take) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("missing", ["disk", "files in memory"])
def test_a_lock_is_held_by_one_process_and_is_free_when_its_holder_has_ended(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "disk":
        monkeypatch.setattr(shared_counts.tempfile, "TemporaryFile", fail)
    else:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    lock, other = ProcessLock(), ProcessLock()
    with lock.held():
        assert (is_held(lock), is_held(other)) == (True, False)
    assert not is_held(lock)
    in_another_process(lambda: bool(lock.held().__enter__()))  # ends while it holds the lock
    assert not is_held(lock)


def test_without_such_locks_one_process_counts_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_counts, "fcntl", None)
    client = limited_app("1 per day").test_client()
    assert [post(client).status_code for _ in range(2)] == [200, 429]


def fail() -> None:
    raise OSError("no room")
