import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from hujiao.embedded import certificates
from hujiao.embedded.problem import Problem

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def held(folder):
    return x509.load_pem_x509_certificate((folder / certificates.CERTIFICATE).read_bytes())


def test_the_certificate_is_for_the_address_and_by_the_own_authority(tmp_path):
    assert certificates.ensure(tmp_path, "192.0.2.7", NOW)
    names = held(tmp_path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("192.0.2.7") in names.get_values_for_type(x509.IPAddress)
    authority = x509.load_pem_x509_certificate((tmp_path / certificates.AUTHORITY).read_bytes())
    held(tmp_path).verify_directly_issued_by(authority)
    assert isinstance(held(tmp_path).public_key(), ec.EllipticCurvePublicKey)
    assert (tmp_path / certificates.KEY).stat().st_mode & 0o077 == 0


def test_it_is_kept_until_it_nears_its_end_or_the_address_changes(tmp_path):
    certificates.ensure(tmp_path, "pbx.example", NOW)
    authority = (tmp_path / certificates.AUTHORITY).read_bytes()
    assert not certificates.ensure(tmp_path, "pbx.example", NOW + datetime.timedelta(days=300))
    assert certificates.ensure(tmp_path, "pbx.example", NOW + datetime.timedelta(days=380))
    assert certificates.ensure(tmp_path, "other.example", NOW)
    assert (tmp_path / certificates.AUTHORITY).read_bytes() == authority


def test_an_operators_own_pair_is_looked_at_before_it_is_used(tmp_path):
    certificates.ensure(tmp_path, "pbx.example", NOW)
    certificates.ensure(tmp_path / "other", "pbx.example", NOW)
    own, key = tmp_path / certificates.CERTIFICATE, tmp_path / certificates.KEY
    certificates.check(own, key, "PBX.example", NOW)
    certificates.check(own, key, "127.0.0.1", NOW)
    for arguments, said in (
        ((own, key, "cc.example", NOW), "--address"),
        ((own, key, "pbx.example", NOW + datetime.timedelta(days=500)), "valid from"),
        ((own, tmp_path / "other" / certificates.KEY, "pbx.example", NOW), "not the key"),
        ((key, key, "pbx.example", NOW), "--cert"),
        ((own, own, "pbx.example", NOW), "--key"),
    ):
        with pytest.raises(Problem, match=said):
            certificates.check(*arguments)


@pytest.mark.parametrize(
    ("name", "address", "covers"),
    [
        ("*.example.com", "cc.example.com", True),
        ("*.example.com", "a.cc.example.com", False),
        ("*.example.com", "example.com", False),
        ("cc.example.com", "cc.example.com", True),
    ],
)
def test_a_star_stands_for_one_label(name, address, covers):
    assert certificates._covers(name, address) is covers
