import json

from hujiao.embedded.last_words import last_words, of_text


def test_the_telling_line_is_taken_from_the_noise():
    assert of_text("starting\nFATAL:  could not create lock file\nbye\n") == "FATAL:  could not create lock file"


def test_a_traceback_ends_in_its_exception():
    text = 'Traceback (most recent call last):\n  File "x.py", line 1\nValueError: bad port\n'
    text += "(Background on this error at: …)\n"
    assert of_text(text) == "ValueError: bad port"


def test_a_json_line_gives_its_sentence():
    line = json.dumps({"level": "error", "event": "crashed", "exception": "Traceback\nOSError: no disk"})
    assert of_text(f"{line}\n") == "error crashed: OSError: no disk"


def test_ordinary_lines_do_not_explain_a_kill():
    assert of_text("all is well\n", only_telling=True) == ""


def test_only_what_came_since_counts(tmp_path):
    log = tmp_path / "part.log"
    log.write_text("ERROR of yesterday\n")
    since = log.stat().st_size
    with log.open("a") as file:
        file.write("listening\n")
    assert last_words(log, since) == "listening"
    assert last_words(tmp_path / "none.log") == ""
