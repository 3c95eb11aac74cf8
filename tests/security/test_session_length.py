"""How long a sign-in lasts is the clinic's setting, within limits that no slip can break."""

from __future__ import annotations

import pytest

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import committing, run, sign_in
from tests.security.clinics import PASSWORD, World


@pytest.mark.parametrize("value", ['"soon"', '"1e400"', "1e300", "-5", "[]", "true"])
def test_no_session_setting_locks_a_clinic_out(world: World, owner: Conn, value: str) -> None:
    """An ADMIN's slip in the session length must leave everybody able to sign in and put it right."""
    owner.execute(
        "INSERT INTO clinic_setting (clinic_id, id, name, value) "
        "VALUES (%s, gen_random_uuid(), 'session', jsonb_build_object('hours', %s::jsonb))",
        (world.b.id, value),
    )
    try:
        token = sign_in(world.db.app, world.b.admin.email, PASSWORD)
        with committing(world.db.app) as conn:
            assert run(conn, "SELECT * FROM app.enter(%s)", (token,)).state is None
    finally:
        owner.execute("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = 'session'", (world.b.id,))


def test_sessions_end_although_the_setting_says_never(world: World, owner: Conn) -> None:
    """A session does not last longer than a month, whatever the clinic's setting holds."""
    owner.execute(
        "INSERT INTO clinic_setting (clinic_id, id, name, value) "
        "VALUES (%s, gen_random_uuid(), 'session', '{\"hours\": 1000000}')",
        (world.b.id,),
    )
    try:
        sign_in(world.db.app, world.b.admin.email, PASSWORD)
        longest = owner.execute(
            "SELECT max(expires_at - created_at) < interval '32 days' FROM staff_session WHERE clinic_id = %s",
            (world.b.id,),
        )
        assert longest.fetchone() == (True,)
    finally:
        owner.execute("DELETE FROM clinic_setting WHERE clinic_id = %s AND name = 'session'", (world.b.id,))
