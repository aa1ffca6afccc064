import json

import pytest

from hujiao.app.cli import main as cli
from hujiao.app.cli import output


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HUJIAO_HOME", str(tmp_path))
    return tmp_path


def last_line(text: str) -> dict:
    return json.loads(text.strip().splitlines()[-1])


def test_a_problem_is_one_sentence_and_one_object(capsys):
    assert cli.main(["status", "--json"]) == 1
    said = capsys.readouterr()
    assert "./hujiao up" in said.err
    assert "Traceback" not in said.err + said.out
    assert last_line(said.out) == {"ok": False, "error": said.err.strip().removeprefix("✗ ")}


def test_an_unexpected_error_goes_to_the_log_not_to_the_screen(capsys, home, monkeypatch):
    def broken(argv):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(cli, "_run", broken)
    assert cli.main(["status"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert "ZeroDivisionError" in (home / "logs" / "cli.log").read_text()


def test_down_without_an_installation_is_no_error(capsys):
    assert cli.main(["down", "--json"]) == 0
    assert last_line(capsys.readouterr().out) == {"ok": True, "was_running": False}


def test_reset_wants_to_be_meant(capsys, home):
    (home / "postgres").mkdir()
    assert cli.main(["reset"]) == 1
    assert (home / "postgres").exists()
    (home / "parts").mkdir()
    assert cli.main(["reset", "--yes"]) == 0
    assert [entry.name for entry in home.iterdir()] == ["parts"]


@pytest.mark.parametrize("verb", list(cli.VERBS))
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_durations_are_for_people():
    assert [output.duration(seconds) for seconds in (5, 65, 3700, 90000)] == [
        "5 s",
        "1 min 5 s",
        "1 h 1 min",
        "1 d 1 h",
    ]
