"""Ids, passwords and addresses."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.identity import imported_id, uuid7
from reactivate_desktop.domain.people import check_email, check_password


def test_new_ids_are_version_7_ordered_by_time_and_unlike() -> None:
    ids = [uuid7() for _ in range(2_000)]
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == len(ids)
    stamps = [i.int >> 80 for i in ids]
    assert stamps == sorted(stamps)
    assert abs(stamps[-1] - time.time() * 1000) < 5_000


def test_imported_ids_are_equal_for_equal_input_only() -> None:
    clinic, connection = UUID(int=1), UUID(int=2)
    assert imported_id(clinic, connection, "7") == imported_id(clinic, connection, "7")
    others = {
        imported_id(UUID(int=3), connection, "7"),
        imported_id(clinic, UUID(int=3), "7"),
        imported_id(clinic, connection, "8"),
    }
    assert len(others | {imported_id(clinic, connection, "7")}) == 4


@pytest.mark.parametrize("email", ["", "a", "a@", "@b.c", "a b@c.d", "a@b", "a@.", "x" * 320 + "@a.b"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid, match=r"name@clinic\.com"):
        check_email(email)


def test_passwords_have_10_to_200_characters() -> None:
    check_password("0123456789")
    for bad in ("012345678", "x" * 201):
        with pytest.raises(Invalid):
            check_password(bad)
