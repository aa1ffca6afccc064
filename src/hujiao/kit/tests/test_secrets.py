from __future__ import annotations

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.kit.errors import HujiaoError
from hujiao.kit.secrets import TenantSecrets, sip_digest

KEY = base64.b64encode(bytes(range(32))).decode()
A, B = UUID(int=1), UUID(int=2)


@given(st.text())
def test_opens_what_it_sealed(value: str) -> None:
    ours = TenantSecrets(KEY, A)
    assert ours.open(ours.seal(value, purpose="trunk.password"), purpose="trunk.password") == value


def test_another_tenant_or_purpose_cannot_open() -> None:
    sealed = TenantSecrets(KEY, A).seal("s3cret", purpose="trunk.password")
    with pytest.raises(HujiaoError):
        TenantSecrets(KEY, B).open(sealed, purpose="trunk.password")
    with pytest.raises(HujiaoError):
        TenantSecrets(KEY, A).open(sealed, purpose="customer.name")
    with pytest.raises(HujiaoError):
        TenantSecrets(KEY, A).open(sealed[:-1] + bytes([sealed[-1] ^ 1]), purpose="trunk.password")


def test_sip_digest_is_ha1() -> None:
    assert sip_digest("1001", "pw") == "c62759843fd62c0889a90f6bc30ebf0f"
