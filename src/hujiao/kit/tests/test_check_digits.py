from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.kit.check_digits import is_chinese_id, is_luhn


@pytest.mark.parametrize("card", ["79927398713", "4111111111111111", "6222021234567890128"])
def test_cards(card: str) -> None:
    last = next(digit for digit in "0123456789" if is_luhn(card[:-1] + digit))
    assert [is_luhn(card[:-1] + digit) for digit in "0123456789"].count(True) == 1
    assert is_luhn(card[:-1] + last)


def test_known_numbers() -> None:
    assert is_luhn("79927398713") and is_luhn("4111111111111111")
    assert not is_luhn("79927398710") and not is_luhn("") and not is_luhn("4111x") and not is_luhn("٤")
    assert is_chinese_id("11010519491231002X") and is_chinese_id("440524188001010014")
    for wrong in ("110105194912310020", "11010519491331002X", "110105194912310021", "1101051949123100", ""):
        assert not is_chinese_id(wrong), wrong


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_seen(at: int, more: int) -> None:
    right = "11010519491231002X"
    wrong = right[:at] + str((int(right[at]) + more) % 10) + right[at + 1 :]
    assert not is_chinese_id(wrong)
