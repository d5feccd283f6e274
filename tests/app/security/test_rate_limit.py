import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app import create_app, security
from app.config import Settings, SettingsError
from app.security import rate_limit as rates
from app.security import shared_counts
from app.security.shared_counts import SharedCounts
from tests.app.little import little_app
from tests.app.posting import check_problem

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


def test_a_client_over_the_limit_gets_429_with_the_limit_and_the_time_to_wait() -> None:
    client = limited_app("2 per day").test_client()
    assert [post(client).status_code for _ in range(2)] == [200, 200]
    response = post(client)
    check_problem(response, 429, "One client may send 2 requests per day. Try again in ")
    assert response.get_json(force=True)["type"] == "urn:inkling:too-many-requests"
    assert 1 <= int(response.headers["Retry-After"]) <= 24 * 60 * 60 + 1


def test_each_answer_to_a_post_says_what_is_left_of_the_limits() -> None:
    client = limited_app("2 per day; 9 per 2 days").test_client()
    for left in (1, 0, 0):
        headers = post(client).headers
        assert headers["RateLimit-Policy"] == '"per day";q=2;w=86400, "per 2 days";q=9;w=172800'
        assert headers["RateLimit"].startswith(f'"per day";r={left};t=86400, "per 2 days";r=')
    assert "RateLimit" not in client.get("/").headers


@pytest.mark.parametrize("first_s", [1000.0, 1000.1, 1000.5, 1000.9])
@pytest.mark.parametrize("refused_after_s", [0.0, 0.05, 1.3, 4.95, 9.2, 9.99])
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


def test_the_tightest_of_several_limits_is_the_one_that_is_named() -> None:
    client = limited_app("100 per day; 1 per 2 hours").test_client()
    post(client)
    check_problem(post(client), 429, "One client may send 1 request per 2 hours.")


def test_of_two_limits_that_are_reached_the_one_that_ends_last_is_named() -> None:
    client = limited_app("1 per second; 1 per day").test_client()
    post(client)
    check_problem(post(client), 429, "One client may send 1 request per day.")


def test_routes_that_read_are_counted_together() -> None:
    client = limited_app("2 per day").test_client()
    assert post(client, path="/predict").status_code == 200
    assert post(client, path="/").status_code == 200
    assert post(client, path="/read").status_code == 429


def test_requests_that_post_nothing_are_not_counted() -> None:
    client = limited_app("1 per day").test_client()
    for _ in range(3):
        assert client.get("/").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.options("/predict").status_code == 200
    assert post(client).status_code == 200


def test_each_client_has_a_limit_of_its_own() -> None:
    client = limited_app("1 per day").test_client()
    assert post(client, CLIENT).status_code == 200
    assert post(client, OTHER).status_code == 200
    assert post(client, CLIENT).status_code == 429


def test_addresses_of_one_ipv6_network_are_one_client() -> None:
    client = limited_app("1 per day").test_client()
    assert post(client, "2001:db8:1:1::1").status_code == 200
    assert post(client, "2001:db8:1:1:ffff::2").status_code == 429
    assert post(client, "2001:db8:1:2::1").status_code == 200


def test_a_client_cannot_choose_its_address() -> None:
    client = limited_app("1 per day").test_client()
    assert post(client, CLIENT, forwarded="198.51.100.1").status_code == 200
    assert post(client, CLIENT, forwarded="198.51.100.2").status_code == 429


def test_clients_of_a_trusted_proxy_are_counted_separately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.0/24")
    client = limited_app("1 per day").test_client()
    assert post(client, PROXY, forwarded=CLIENT).status_code == 200
    assert post(client, PROXY, forwarded=OTHER).status_code == 200
    assert post(client, PROXY, forwarded=f"198.51.100.1, {CLIENT}").status_code == 429
    assert post(client, PROXY).status_code == 200


def test_behind_two_proxies_the_last_address_but_one_is_the_clients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", PROXY)
    client = limited_app("1 per day", proxy_hops=2).test_client()
    assert post(client, PROXY, forwarded=f"{CLIENT}, 10.0.0.8").status_code == 200
    assert post(client, PROXY, forwarded=f"{OTHER}, 10.0.0.8").status_code == 200
    assert post(client, PROXY, forwarded=f"198.51.100.1, {CLIENT}, 10.0.0.9").status_code == 429


def test_a_port_makes_no_other_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", PROXY)
    client = limited_app("1 per day").test_client()
    assert post(client, PROXY, forwarded=CLIENT).status_code == 200
    assert post(client, PROXY, forwarded=f"{CLIENT}:50123").status_code == 429
    assert post(client, PROXY, forwarded="[2001:db8::1]:50123").status_code == 200
    assert post(client, PROXY, forwarded="[2001:db8::2]").status_code == 429
    assert post(client, PROXY, forwarded="2001:db8::3").status_code == 429


def test_a_socket_for_both_versions_tells_ipv4_clients_apart() -> None:
    client = limited_app("1 per day").test_client()
    assert post(client, f"::ffff:{CLIENT}").status_code == 200
    assert post(client, f"::ffff:{OTHER}").status_code == 200
    assert post(client, f"::ffff:{CLIENT}").status_code == 429
    assert post(client, CLIENT).status_code == 429


def test_a_socket_for_both_versions_knows_an_ipv4_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", PROXY)
    client = limited_app("1 per day").test_client()
    assert post(client, f"::ffff:{PROXY}", forwarded=CLIENT).status_code == 200
    assert post(client, f"::ffff:{PROXY}", forwarded=OTHER).status_code == 200


def test_all_that_is_no_address_is_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    client = limited_app("1 per day").test_client()
    assert post(client, "", forwarded="unknown").status_code == 200
    for forwarded in ("300.1.1.1", "::1::", "_hidden", "1.2.3.4:5:6", "[", "fe80::%"):
        assert post(client, "", forwarded=forwarded).status_code == 429


@settings(deadline=None)  # the first app of a process takes longer
@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")))
def test_what_a_client_forwards_makes_it_no_other_client(sent: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORWARDED_ALLOW_IPS", PROXY)
        app = little_app()
        rates.trust_proxies(app, 1)
    app.add_url_rule("/client", view_func=rates.client_network)
    environ = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": f"{sent}, {CLIENT}"}
    response = app.test_client().get("/client", environ_overrides=environ)
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


def test_a_client_without_a_count_of_its_own_shares_the_one_that_ends_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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
    for number in range(300):
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
    for number in range(1000):
        post(client, f"2001:db8:1:{number:x}::1")
    assert len(keys) == 16 + 1


@pytest.mark.parametrize("storage", ["memory://", "memory://any"])
def test_workers_count_together(storage: str) -> None:
    client = limited_app("5 per minute", storage).test_client()
    if not (worker := os.fork()):
        sent = [post(client).status_code for _ in range(3)]
        os._exit(0 if sent == [200] * 3 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == 0
    assert [post(client).status_code for _ in range(3)] == [200, 200, 429]


KEY = "correct horse battery"


def test_wrong_keys_get_429_after_sixty_a_minute_and_the_right_one_is_still_answered() -> None:
    client = limited_app("", api_key=KEY).test_client()
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
    assert client.post("/predict", headers={"X-API-Key": KEY}).status_code == 429
    assert client.get("/models", headers={"X-API-Key": KEY}).status_code == 200


def test_a_high_rate_limit_does_not_allow_more_wrong_keys() -> None:
    client = limited_app("1000 per second", api_key=KEY).test_client()
    sent = [client.get("/models", headers={"X-API-Key": "wrong"}) for _ in range(61)]
    assert [response.status_code for response in sent] == [401] * 60 + [429]
    check_problem(sent[-1], 429, "One client may send 60 wrong keys per minute.")
    assert post(client).status_code == 401


def test_without_a_key_in_the_settings_no_key_is_wrong() -> None:
    client = limited_app("1 per day").test_client()
    for _ in range(3):
        assert client.get("/models", headers={"X-API-Key": "any"}).status_code == 200


def test_without_the_setting_there_is_no_limit() -> None:
    client = limited_app("").test_client()
    assert {post(client).status_code for _ in range(50)} == {200}


def test_every_route_that_is_posted_to_is_limited() -> None:
    app = create_app(Settings(rate_limit="1 per day"))
    paths = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert paths == {"/", "/predict", "/predict/batch", "/read", "/read/batch", "/sheet"}
    for number, path in enumerate(paths):
        first, second = (post(app.test_client(), f"192.0.2.{number}", path) for _ in range(2))
        assert first.status_code in (403, 415)
        assert second.status_code == 429


@pytest.mark.parametrize("limit", ["often", "10", "10 per fortnight", "ten per second", "0/second"])
def test_an_invalid_limit_ends_the_start(limit: str) -> None:
    with pytest.raises(SettingsError, match=r"^INKLING_RATE_LIMIT must be written like '10 per"):
        limited_app(limit)


@pytest.mark.parametrize(
    "storage",
    ["", "redis", "disk://secret", "redis://host:port:secret", "async+memory://", "memcached://h"],
)
def test_an_invalid_storage_ends_the_start_and_is_not_shown(storage: str) -> None:
    with pytest.raises(SettingsError, match=r"^INKLING_RATE_LIMIT_STORAGE must be") as refusal:
        limited_app("1 per day", storage)
    assert "secret" not in str(refusal.value)


def test_an_invalid_proxy_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "balancer")
    with pytest.raises(SettingsError, match=r"^FORWARDED_ALLOW_IPS must be addresses or \*"):
        limited_app("1 per day")


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
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        number: int = listener.getsockname()[1]
    return number


def test_all_servers_with_one_redis_count_together(port: int) -> None:
    with running_redis(port) as url:
        one, another = (limited_app("3 per day", url).test_client() for _ in range(2))
        assert [post(client).status_code for client in (one, another, one)] == [200, 200, 200]
        assert post(another).status_code == 429


def test_while_redis_is_away_each_server_counts_on_its_own(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
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
        end_s = time.monotonic() + 60
        while post(client, address := next(addresses)).status_code == 429 or (
            post(another, address).status_code == 200
        ):
            assert time.monotonic() < end_s


def test_a_storage_that_goes_away_while_it_refuses_still_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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
    options = rates._storage_options(url)
    assert options["socket_connect_timeout"] == options["socket_timeout"] == 0.5
    assert options["retry"].get_retries() == 1
