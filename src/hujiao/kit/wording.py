"""What pydantic finds wrong with what somebody sent, in our words."""

from __future__ import annotations

from typing import Any

from hujiao.kit import i18n

# By pydantic's types of errors; its context fills the places.
_WORDS = {
    "missing": "error.missing",
    "extra_forbidden": "error.unknown_field",
    "string_too_short": "error.too_short",
    "string_too_long": "error.too_long",
    "string_pattern_mismatch": "error.wrong_form",
    "greater_than_equal": "error.at_least",
    "greater_than": "error.more_than",
    "less_than_equal": "error.at_most",
    "less_than": "error.less_than",
    "literal_error": "error.one_of",
    "enum": "error.one_of",
    "union_tag_invalid": "error.one_of",
    "uuid_parsing": "error.not_an_id",
    "uuid_type": "error.not_an_id",
    "int_parsing": "error.not_a_whole_number",
    "int_type": "error.not_a_whole_number",
    "int_from_float": "error.not_a_whole_number",
    "float_parsing": "error.not_a_number",
    "bool_parsing": "error.not_yes_or_no",
    "bool_type": "error.not_yes_or_no",
    "datetime_parsing": "error.not_a_time",
    "datetime_from_date_parsing": "error.not_a_time",
    "datetime_object_invalid": "error.not_a_time",
    "date_parsing": "error.not_a_day",
    "date_from_datetime_parsing": "error.not_a_day",
    "date_from_datetime_inexact": "error.not_a_day",
    "int_parsing_size": "error.not_a_whole_number",
    "finite_number": "error.not_a_number",
    "timezone_aware": "error.time_without_zone",
    "string_type": "error.not_a_text",
    "list_type": "error.not_a_list",
    "dict_type": "error.not_an_object",
    "model_attributes_type": "error.not_an_object",
    "too_short": "error.too_few",
    "too_long": "error.too_many",
    "json_invalid": "error.not_json",
}


def worded(problem: Any) -> tuple[str, dict[str, Any]]:
    """Return the key of the sentence for one of pydantic's errors, and what fills its places."""
    kind = problem["type"]
    context = dict(problem.get("ctx") or {})
    if kind == "value_error" and i18n.known(said := str(context.get("error", ""))):
        message = said
    else:
        message = _WORDS.get(kind, "error.wrong_value")
    detail = {key: value for key, value in context.items() if isinstance(value, str | int | float)}
    if expected := detail.pop("expected_tags", detail.get("expected")):  # "'a', 'b' or 'c'": a list in any language
        detail["expected"] = str(expected).replace("' or '", "', '")
    return message, detail
