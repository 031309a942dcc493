"""The app as visitors meet it: a server of its own on a free port, and what it wrote."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0  # seconds for a start on a busy machine; a healthy one takes about one
FLAGS = (
    "--server.headless=true",
    "--server.address=127.0.0.1",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
)


class Server:
    """A running app: where it answers, its log, and the number of its process."""

    process = 0

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    def log(self, start: int = 0) -> str:
        """Return what the server has written since its `start`-th byte."""
        return self._log.read_bytes()[start:].decode(errors="replace")

    def log_size(self) -> int:
        """Return how many bytes the server has written."""
        return self._log.stat().st_size

    def is_healthy(self) -> bool:
        """Return whether the server answers that it is ready."""
        # http.client rather than urllib: no proxy of the environment can come between.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().read() == b"ok"
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def serving(entry: Path, log: Path) -> Iterator[Server]:
    """Serve an app as long as the context lasts; its output goes to the file `log`."""
    server = Server(_free_port(), log)
    command = [sys.executable, "-m", "streamlit", "run", entry.name, *FLAGS]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={server.port}"],
            cwd=entry.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        server.process = process.pid
        try:
            _await_health(server, process)
            yield server
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_health(server: Server, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.is_healthy():
        assert time.monotonic() < deadline, f"the server does not answer:\n{server.log()}"
        try:  # a pause that ends at once if the server does
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the server ended with {process.returncode}:\n{server.log()}")


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
