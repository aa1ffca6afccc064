import pytest

from hujiao.embedded import asterisk_prefix, preload
from hujiao.embedded.problem import Problem


def test_an_unfinished_prefix_does_not_count(tmp_path):
    (tmp_path / "asterisk").mkdir()
    assert asterisk_prefix.installed(tmp_path) is None
    (tmp_path / "asterisk" / ".installed").write_text("1:22.10.1\nasterisk 1:22.10.1\n")
    assert asterisk_prefix.installed(tmp_path) is None  # what stands before its libraries is missing
    (tmp_path / "asterisk" / preload.SOURCE.name).write_bytes(preload.SOURCE.read_bytes())
    preload.library(tmp_path / "asterisk").touch()
    present = asterisk_prefix.installed(tmp_path)
    assert present is not None
    assert present.version == "1:22.10.1"


def test_newer_packages_than_the_lock_are_named(tmp_path):
    lock = tmp_path / "asterisk.lock"
    lock.write_text("# tried\nasterisk 1:22\nlibc6 2.42\n")
    assert asterisk_prefix.differences({"asterisk": "1:22", "libc6": "2.43", "libnew": "1"}, lock) == [
        "libc6",
        "libnew",
    ]


def test_an_asterisk_of_the_machine_that_is_not_one_is_refused(tmp_path):
    with pytest.raises(Problem, match="HUJIAO_ASTERISK"):
        asterisk_prefix.of_machine(str(tmp_path / "none"))
    old = tmp_path / "asterisk"
    old.write_text("#!/bin/sh\necho Asterisk 20.5.0\n")
    old.chmod(0o755)
    with pytest.raises(Problem, match="22 or later"):
        asterisk_prefix.of_machine(str(old))
