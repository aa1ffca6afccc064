"""A certificate that was renewed in its place."""

from __future__ import annotations

import datetime
from pathlib import Path

from hujiao.embedded import certificates
from hujiao.kit.renewal import Renewal

NOW = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)


def test_a_renewed_certificate_is_due_once_and_not_before_its_key_is_there(tmp_path: Path) -> None:
    used, new = tmp_path / "used", tmp_path / "new"
    certificates.ensure(used, "192.0.2.1", NOW)
    certificates.ensure(new, "192.0.2.1", NOW)
    certificate, key = used / certificates.CERTIFICATE, used / certificates.KEY
    renewal = Renewal(certificate, key)
    assert not renewal.due()
    (new / certificates.CERTIFICATE).replace(certificate)
    assert not renewal.due(), "of another key"
    (new / certificates.KEY).replace(key)
    assert renewal.due()
    assert not renewal.due()
    certificate.unlink()
    assert not renewal.due()
    certificate.write_text("none")
    assert not renewal.due()
