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
