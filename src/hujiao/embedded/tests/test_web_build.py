import json

from hujiao.embedded import web_build


def lock(path, packages):
    path.write_text(json.dumps({"packages": packages}))
    return path


def test_packages_for_other_systems_need_not_be_there(tmp_path):
    wanted = lock(
        tmp_path / "a",
        {"": {}, "node_modules/x": {"version": "1"}, "node_modules/x-darwin": {"version": "1", "optional": True}},
    )
    assert web_build.packages_current(wanted, lock(tmp_path / "b", {"node_modules/x": {"version": "1"}}))
    assert not web_build.packages_current(wanted, lock(tmp_path / "c", {"node_modules/x": {"version": "2"}}))
    assert not web_build.packages_current(wanted, tmp_path / "none")


def test_only_sources_count_for_the_fingerprint(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("1")
    before = web_build.fingerprint(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("x")
    assert web_build.fingerprint(tmp_path) == before
    (tmp_path / "src" / "main.ts").write_text("2")
    assert web_build.fingerprint(tmp_path) != before
