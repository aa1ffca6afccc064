import os
import signal
import socket
import subprocess
import sys

import pytest

from hujiao.embedded import processes
from hujiao.embedded.locks import only_one

SLEEP = (
    "import signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(120)"
)


@pytest.fixture
def marked(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEP],
        env={**os.environ, processes.MARK: str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()


def test_what_a_supervisor_left_is_found_by_its_mark_and_ended(tmp_path, marked):
    assert processes.of_instance(tmp_path) == [marked.pid]
    assert processes.of_instance(tmp_path / "other") == []
    assert processes.sweep(tmp_path, seconds=0.5) == 1
    assert marked.wait(60) == -signal.SIGKILL
    assert processes.sweep(tmp_path) == 0


def test_children_are_known_and_counted(marked):
    assert marked.pid in processes.descendants(os.getpid())
    assert processes.memory_bytes(os.getpid()) > processes.memory_bytes(marked.pid) > 0
    assert processes.memory_bytes(2**22) == 0


def test_the_end_of_a_process_is_awaited(marked):
    marked.kill()
    processes.wait_for_end(marked.pid, 60)  # a zombie has ended, too


def test_who_holds_a_port_is_named():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert f"(process {os.getpid()})" in (processes.listener(port) or "")
    assert processes.listener(port) is None


def test_a_lock_is_for_one_and_free_again_afterwards(tmp_path):
    lock = tmp_path / "a" / "lock"
    code = (
        "import sys; from pathlib import Path; from hujiao.embedded.locks import only_one\n"
        "with only_one(Path(sys.argv[1]), lambda: print('waiting', flush=True)): print('held', flush=True)"
    )
    with only_one(lock):
        other = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True)
        assert other.stdout
        assert other.stdout.readline() == "waiting\n"
    assert other.stdout.readline() == "held\n"
    assert other.wait(60) == 0
