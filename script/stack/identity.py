"""As whom to run a server that refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from script.stack.services import ServiceError

# This user owns nothing else.
NOBODY = 65534
# Two ways past folders that only root may enter: in a user namespace our own files seem to be that
# user's; where namespaces are forbidden (containers), the right to pass is kept on becoming it.
AS_NOBODY = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
TO_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT", "--"),
)


@dataclass(frozen=True)
class Identity:
    """The user to become before the command, what to put before it, and whose its files must be."""

    user: int | None
    wrapper: tuple[str, ...]
    files: int

    def can(self, *command: str | Path) -> bool:
        """Whether a command succeeds under this identity."""
        try:
            done = subprocess.run(
                [*self.wrapper, *command],
                capture_output=True,
                check=False,
                cwd="/",
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        except OSError:
            return False
        return done.returncode == 0


def candidates() -> Sequence[Identity]:
    """The identities to try, best first."""
    us = os.geteuid()
    if us == 0:
        return (
            Identity(NOBODY, (), NOBODY),
            Identity(None, AS_NOBODY, us),
            Identity(None, TO_NOBODY, NOBODY),
        )
    if has_name(us):
        return (Identity(None, (), us),)
    # initdb refuses a user whom the system has no name for, as containers have them.
    return (Identity(None, AS_NOBODY, us), Identity(None, (), us))


def has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def choose(program: Path, folder: Path) -> Identity:
    """The first identity that can run `program`, read what lies beside it, and enter `folder`."""
    look = ("sh", "-c", 'test -r "$1" && cd "$2"', "sh", program.parent.parent / "share", folder)
    for identity in candidates():
        if identity.can(*look) and identity.can(program, "--version"):
            return identity
    raise ServiceError(
        f"PostgreSQL refuses to run as root, and no other user can reach {folder} or {program}. "
        "Run this as an ordinary user, put the project where others may pass (chmod o+x its "
        "parent folders), or name a server in DATABASE_URL."
    )
