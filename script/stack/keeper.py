"""The process that holds one embedded server up while any command holds a lease on it."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from script.stack.postgres import Postgres
from script.stack.processes import start, stop, wait_until
from script.stack.services import Service, ServiceError, lock_file
from script.stack.valkey import Valkey

SERVICES: dict[str, type[Service]] = {"postgres": Postgres, "redis": Valkey}
# A server that was killed may be remembered by the system for some seconds.
PATIENCE = 15.0
LOG_LIMIT = 5_000_000


class Keeper:
    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.told_to_stop = False

    def run(self) -> int:
        """Hold the server up until nobody uses it; another keeper's presence is no error."""
        signal.signal(signal.SIGTERM, self._tell_to_stop)
        signal.signal(signal.SIGINT, self._tell_to_stop)
        if not wait_until(self._is_alone, 1):
            return 0
        try:
            self._bring_up()
            self._watch()
        except (ServiceError, OSError, subprocess.SubprocessError) as error:
            print(f"{self.service.label}: {error}", flush=True)
            self.service.write_state({"keeper": os.getpid(), "error": str(error)})
            return 1
        finally:
            self._bring_down()
        return 0

    def _tell_to_stop(self, *_: object) -> None:
        self.told_to_stop = True

    def _is_alone(self) -> bool:
        """Take the keeper's lock and write our number into it; held until this process ends."""
        descriptor = lock_file(self.service.folder / "keeper", fcntl.LOCK_EX)
        if descriptor is None:
            return False
        self.service.state_file.unlink(missing_ok=True)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        return True

    def _bring_up(self) -> None:
        """Start the server, trying again for a while, and publish its address."""
        self.service.prepare()
        self._stop_orphan()
        deadline = time.monotonic() + PATIENCE
        while not self._start_once():
            if self.told_to_stop:
                return
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{self.service.label} does not start. The end of {self.service.log}:\n"
                    f"{self.service.log_tail()}"
                )
            time.sleep(0.5)
        self.service.finish()
        self.service.write_state({"keeper": os.getpid(), "url": self.service.url()})

    def _stop_orphan(self) -> None:
        """End a server that a killed keeper left on this data: two on one folder would ruin it."""
        pid = self.service.running_pid()
        if pid is None:
            self.service.clear_stale()
        elif not stop(pid, self.service.stop_steps, lambda: self.service.running_pid() != pid):
            raise ServiceError(
                f"an earlier {self.service.label} (process {pid}) cannot be stopped."
            )

    def _start_once(self) -> bool:
        self._trim_log()
        with self.service.log.open("ab") as log:
            self.process = start(
                self.service.command(),
                death_signal=self.service.death_signal,
                owner=self.service.owner(),
                folder=Path("/"),
                output=log,
            )
        process = self.process
        pid = process.pid
        wait_until(lambda: process.poll() is not None or self.service.is_ready(pid), PATIENCE * 2)
        return process.poll() is None and self.service.is_ready(pid)

    def _trim_log(self) -> None:
        if self.service.log.exists() and self.service.log.stat().st_size > LOG_LIMIT:
            os.truncate(self.service.log, 0)

    def _watch(self) -> None:
        """Start the server again when it dies, and return once nobody uses it."""
        while not self.told_to_stop and not self._nobody_left():
            if self.process is not None and self.process.poll() is not None:
                code = self.process.returncode
                print(f"{self.service.label} ended ({code}); starting it again.", flush=True)
                self._bring_up()
            time.sleep(0.2)

    def _nobody_left(self) -> bool:
        """Whether no lease is held; if so, we hold the file alone and newcomers wait for us."""
        return lock_file(self.service.folder / "users", fcntl.LOCK_EX) is not None

    def _bring_down(self) -> None:
        process = self.process
        if process is not None and process.poll() is None:
            stop(process.pid, self.service.stop_steps, lambda: process.poll() is not None)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--volatile", action="store_true")
    options = parser.parse_args(arguments)
    return Keeper(SERVICES[options.service](options.data, options.volatile)).run()


if __name__ == "__main__":
    sys.exit(main())
