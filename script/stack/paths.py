"""Where things are kept: the repository, the data folder, and folders short enough for sockets."""

import hashlib
import os
import stat
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The shortest limit on the address of a unix socket (macOS; Linux allows 107 bytes).
SOCKET_PATH_LIMIT = 103


def data_dir() -> Path:
    """Everything the portal keeps on this machine: COP_DATA_DIR, or `var/` in the repository."""
    named = os.environ.get("COP_DATA_DIR")
    return Path(named).absolute() if named else ROOT / "var"


def make_folder(path: Path, mode: int = 0o711) -> Path:
    """Make a folder others may pass but not list: a server under another user has one inside."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if os.geteuid() == 0 and path.stat().st_mode & mode != mode:
        path.chmod(path.stat().st_mode | mode)
    return path


def socket_folder(preferred: Path, longest_name: str) -> Path:
    """The preferred folder, or a private one under /tmp when a socket's address would be too long.

    The short folder's name follows from the preferred one, so that every process finds the same.
    It is refused when somebody else made it first.
    """
    if len(os.fsencode(preferred / longest_name)) <= SOCKET_PATH_LIMIT:
        return preferred
    digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    return Path(f"/tmp/cop-{os.geteuid()}-{digest}")  # noqa: S108 - checked by make_private


def make_private(path: Path, owner: int) -> Path:
    """Make a folder only `owner` may enter; refuse one that belongs to a stranger."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise PermissionError(f"{path} belongs to somebody else.")
    path.chmod(0o700)
    if found.st_uid != owner:
        os.chown(path, owner, owner)
    return path


def read_secret(path: Path) -> str | None:
    """The kept secret, or None when there is none yet."""
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file that only we may read, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
