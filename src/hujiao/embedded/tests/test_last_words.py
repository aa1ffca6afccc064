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


def test_a_loop_that_ended_is_named():
    line = json.dumps(
        {"level": "error", "event": "loop_ended", "loop": "commit", "exception": "Traceback\nKeyError: 7"}
    )
    assert of_text(f"{line}\n") == "error loop_ended commit: KeyError: 7"
    late = json.dumps({"level": "error", "event": "not_ended", "waiting": ["commit in Event.wait", "watch in sleep"]})
    assert of_text(f"{late}\n") == "error not_ended: commit in Event.wait, watch in sleep"


def test_a_process_that_stood_still_says_where():
    text = (
        '{"event": "started"}\nTimeout (0:00:30)!\nThread 0x00007f (most recent call first):\n'
        '  File "/usr/lib/threading.py", line 982 in run\n\nThread 0x00007e (most recent call first):\n'
        '  File "/src/hujiao/kit/expressions.py", line 46 in evaluate\n  File "<string>", line 1 in <module>\n'
    )
    assert of_text(text) == "it stood still in evaluate (expressions.py, line 46)"
    assert of_text("ERROR of a call: Timeout (504)\n") == "ERROR of a call: Timeout (504)"


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
