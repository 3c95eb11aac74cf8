"""What docs/security.md says is not covered is pinned here, so that the page stays true."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from reactivate_desktop.storage.roles import Conn
from tests.security.attack import Login, committing, derive, note_try, run, sign_in, take
from tests.security.clinics import PASSWORD, World, add_staff

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "security.md"


def test_the_page_names_every_file_and_every_hole() -> None:
    page = PAGE.read_text("utf-8")
    files = {p.name for p in HERE.glob("test_*.py")}
    assert {name for name in files if name not in page} == set()
    assert {name for name in re.findall(r"`(test_\w+\.py)`", page) if name not in files} == set()
    marked = set()
    for path in HERE.glob("test_*.py"):
        for text in re.split(r"\n(?=@pytest|def )", path.read_text("utf-8")):
            if text.startswith("@pytest.mark.xfail"):
                rest = path.read_text("utf-8").split(text, 1)[1]
                found = re.search(r"def (test_\w+)", text + rest)
                assert found is not None
                marked.add(found[1])
    holes = page.partition("### Known holes")[2].partition("\n## ")[0]
    whole_files = set(re.findall(r"`(test_\w+)\.py`", holes))
    in_files = {n for f in whole_files for n in re.findall(r"def (test_\w+)", (HERE / f"{f}.py").read_text("utf-8"))}
    named = (set(re.findall(r"`(test_\w+)`", holes)) | in_files) - whole_files
    assert named == marked


def test_sizes_and_estimates_of_all_clinics_are_visible(world: World, app: Login, owner: Conn) -> None:
    """The catalogue counts rows over all clinics; no value is shown."""
    both = len(world.a.rows["patient"]) + len(world.b.rows["patient"])
    assert owner.execute("SELECT count(*) FROM patient").fetchone() == (both,)
    counted = app.attempt("SELECT reltuples::int FROM pg_class WHERE oid = 'public.patient'::regclass").rows
    assert counted == ((both,),)


def test_running_cursors_go_on(world: World, owner: Conn) -> None:
    """A cursor opened before its session ended is read to its end; the next statement is not."""
    email = f"{secrets.token_hex(6)}@north.test"
    user = add_staff(owner, world.a.id, email, "VIEWER")
    token = sign_in(world.db.app, email, PASSWORD)
    with committing(world.db.app) as conn:
        conn.execute("BEGIN")
        conn.execute("SELECT * FROM app.enter(%s)", (token,))
        conn.execute("DECLARE people CURSOR FOR SELECT id FROM patient")
        assert run(conn, "FETCH 1 FROM people").count == 1
        owner.execute("UPDATE staff_session SET revoked_at = now() WHERE user_id = %s", (user,))
        assert run(conn, "FETCH 1 FROM people").count == 1
        assert run(conn, "SELECT id FROM patient").count == 0
        conn.execute("ROLLBACK")


def test_a_rolled_back_take_leaves_the_try_but_no_audit_row(world: World, owner: Conn) -> None:
    email = f"{secrets.token_hex(6)}@north.test"
    user = add_staff(owner, world.a.id, email, "VIEWER")
    with committing(world.db.app) as conn:
        attempt = note_try(conn, email, b"w" * 32)
        conn.execute("BEGIN")
        assert take(conn, attempt).status == "REFUSED"
        conn.execute("ROLLBACK")
        assert derive(conn, email, PASSWORD) != b"w" * 32
    failed = "SELECT count(*) FROM audit_log WHERE resource_id = %s AND action = 'SIGN_IN_FAILED'"
    assert owner.execute(failed.encode(), (str(user),)).fetchone() == (0,)
    kept = owner.execute("SELECT count(*) FROM sign_in_attempt WHERE email = %s", (email,)).fetchone()
    assert kept == (1,)
