"""The sockets of the web program: ours, so that its port cannot be lost while it restarts."""

import http.client
import socket
from contextlib import suppress

LOCAL = ("localhost", "")
ANY = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound
# Above it the system hands out ports of its own accord, and one may be gone a moment later.
LAST_PORT = 32767


class ListenError(Exception):
    """Said to the person as it stands."""


def listen(host: str, port: int) -> tuple[list[socket.socket], int]:
    """Take the port, or say that it is taken and take the next free one.

    The sockets are ours and handed to the web program, so that the port cannot be lost and a
    restart of the program refuses no visitor.
    """
    last = max(port, LAST_PORT)
    for candidate in range(port, last + 1):
        try:
            sockets = [bind(address, candidate) for address in addresses_of(host)]
        except PermissionError as error:
            raise ListenError(f"port {candidate} may not be used: {error.strerror}.") from error
        except OSError as error:
            if isinstance(error, socket.gaierror):
                raise ListenError(f"{host} is not an address of this machine.") from error
            continue
        if candidate != port:
            print(f"Port {port} is taken; using {candidate}.", flush=True)
        return sockets, candidate
    raise ListenError(f"no free port from {port} to {last} at {host}.")


def addresses_of(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """What to bind: both loopback addresses for localhost, else what the host means."""
    if host in LOCAL:
        both = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
        return both if has_ipv6() else both[:1]
    family, _kind, _protocol, _name, address = socket.getaddrinfo(
        host, None, type=socket.SOCK_STREAM
    )[0]
    return [(socket.AddressFamily(family), str(address[0]))]


def has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def bind(address: tuple[socket.AddressFamily, str], port: int) -> socket.socket:
    family, host = address
    item = socket.socket(family)
    try:
        item.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        item.bind((host, port))
        item.listen(512)
    except OSError:
        item.close()
        raise
    return item


def shown_host(host: str) -> str:
    """The host as it stands in an address."""
    if host in LOCAL or host in ANY:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def extra_hosts(host: str) -> str:
    """The names, beside the local ones, under which visitors may call."""
    if host not in ANY:
        return "" if host in LOCAL else shown_host(host)
    names = {socket.gethostname()}
    with suppress(OSError):
        names.update(socket.gethostbyname_ex(socket.gethostname())[2])
    return ",".join(sorted(names))


def answers(listening: socket.socket) -> bool:
    """Whether the web program says that it is well."""
    host, port = listening.getsockname()[:2]
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(target, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
