from hujiao.embedded.apt_sources import Source, deb822, debian_sources, one_line

DEB822 = """\
Types: deb
# a comment
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://vendor.example/
Suites: nodistro
Components: main
"""


def test_only_mirrors_of_debian_are_taken():
    assert [source.uri for source in deb822(DEB822)] == ["mirror+file:///etc/apt/mirrors/debian.list"]


def test_a_key_block_is_kept_as_it_is():
    (source,) = deb822(
        "Types: deb\nURIs: http://a/debian\nSuites: trixie\nComponents: main\nSigned-By:\n -----BEGIN\n .\n x\n"
    )
    assert source.stanza("sid").endswith("Signed-By:\n -----BEGIN\n .\n x\n")


def test_one_line_sources():
    text = (
        "# deb http://no.example/debian bookworm main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main contrib # here\n"
        "deb http://security.example/debian-security bookworm-security main\n"
        "deb-src http://a.example/debian bookworm main\n"
        "deb http://archive.example/ubuntu noble main\n"
    )
    assert list(one_line(text)) == [Source("http://a.example/debian", "/k.gpg")]


def test_the_given_mirror_comes_before_the_machines(tmp_path):
    (tmp_path / "sources.list").write_text("deb http://a.example/debian bookworm main\n")
    given = debian_sources({"HUJIAO_DEBIAN_MIRROR": "http://b.example/debian"}, tmp_path)
    assert [source.uri for source in given] == ["http://b.example/debian"]
    assert [source.uri for source in debian_sources({}, tmp_path)] == ["http://a.example/debian"]
