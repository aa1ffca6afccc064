import os
import signal
import subprocess
import sys
import textwrap

import pytest

from hujiao.app.cli import scripts
from hujiao.embedded.problem import Problem


def test_scripts_are_verbs_by_their_file_names(tmp_path):
    for name in ("fresh_machine.sh", "helper.py", "readme.md"):
        (tmp_path / name).touch()
    (tmp_path / "calls.py").write_text('"""Calls."""\nif __name__ == "__main__":\n    pass\n')
    assert list(scripts.available(tmp_path)) == ["fresh-machine", "calls"]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(Problem, match="fresh-machine"):
        scripts.run_script("drill", "drills", ["nonsense"])


def test_a_script_that_is_interrupted_ends_in_order(tmp_path):
    """Ctrl-C goes to both; the script says goodbye in its own time, and its exit code is the verb's."""
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent("""
            import signal, sys, time
            def end(*_):
                time.sleep(1)
                print("ended in order", flush=True)
                sys.exit(7)
            signal.signal(signal.SIGINT, end)
            print("ready", flush=True)
            signal.pause()
        """)
    )
    verb = "import sys; from hujiao.app.cli import scripts; sys.exit(scripts.run_program(sys.argv[1:]))"
    command = [sys.executable, "-c", verb, sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as both:
        assert both.stdout
        assert both.stdout.readline() == "ready\n"
        os.killpg(both.pid, signal.SIGINT)
        assert both.stdout.read() == "ended in order\n"
    assert both.returncode == 7
