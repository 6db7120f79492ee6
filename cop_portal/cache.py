"""A cache that may be away: pages then do without it."""

import logging
import time
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# How long a server that did not answer is left alone, in seconds.
PAUSE = 5.0


class ForgivingRedisCache(RedisCache):
    """Redis as a cache whose absence costs time, never a page.

    A read that fails is a miss; a write that fails is lost. `add` answers True, so that a guard
    built on it lets people through rather than locking everyone out. After a failure this process
    leaves the server alone for `PAUSE` seconds: to wait for one that hangs, or for the name of one
    that is stopped, can take seconds each time.
    """

    _silent_until: ClassVar[dict[tuple[str, ...], float]] = {}

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(default, super().get, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(None, super().set, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(True, super().add, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(False, super().delete, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self._try({}, super().get_many, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return self._try([], super().set_many, *args, **kwargs)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._try(delta, super().incr, key, delta, version)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try(False, super().touch, *args, **kwargs))

    def _try(self, fallback: Any, call: Any, *args: Any, **kwargs: Any) -> Any:
        server = tuple(self._servers)  # type: ignore[attr-defined]  # the stubs leave it out
        if time.monotonic() < self._silent_until.get(server, 0.0):
            return fallback
        try:
            return call(*args, **kwargs)
        except RedisError:
            self._silent_until[server] = time.monotonic() + PAUSE
            logger.warning("The cache is away.")
            return fallback
