"""A cache that is away costs one wait, not one for each question."""

import socket

import pytest

from cop_portal import cache as module
from cop_portal.cache import ForgivingRedisCache


@pytest.fixture
def hanging():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def cache(hanging):
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    return ForgivingRedisCache(hanging, {"OPTIONS": options})


def test_every_answer_is_the_forgiving_one(cache):
    assert cache.get("key", "default") == "default"
    assert cache.add("key", 1) is True
    assert cache.get_many(["key"]) == {}
    assert cache.get_or_set("key", lambda: "made", 60) == "made"
    assert cache.delete("key") is False


def test_a_server_that_hangs_is_waited_for_once(cache, caplog):
    """Each waiting is logged, so one line in the log is one waiting."""
    for _question in range(20):
        cache.get("again")

    assert len(caplog.records) == 1


def test_the_server_is_asked_again_after_a_while(cache, caplog, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)

    cache.get("first")
    cache.get("second")

    assert len(caplog.records) == 2


def test_other_servers_are_not_blamed(cache, settings):
    cache.get("first")
    working = ForgivingRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test_cache"})

    working.set("key", "kept", 60)

    assert working.get("key") == "kept"
