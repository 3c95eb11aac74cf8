"""DATABASE_URL: Prisma's extras, unusual names and passwords, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.dsn import Dsn, read_dsn

PRISMA = "postgresql://followup_user_local:YOUR_PASSWORD@localhost:5432/followup_db_local?schema=public"


def test_the_line_of_the_users_document_works() -> None:
    dsn = read_dsn(PRISMA)
    assert dsn == Dsn("localhost", 5432, "followup_db_local", "followup_user_local", "YOUR_PASSWORD")
    assert dsn.warnings() == []
    # libpq refuses parameters that it does not know.
    assert conninfo_to_dict(dsn.url(with_password=True))["dbname"] == "followup_db_local"


def test_prismas_own_parameters_are_taken_apart() -> None:
    dsn = read_dsn("postgres://a@h/d?schema=x_1&connection_limit=5&pgbouncer=true&sslmode=verify-full&pool_timeout=0")
    assert (dsn.schema, dsn.pooled, dsn.port, dsn.password) == ("x_1", True, 5432, None)
    assert dsn.options == (("sslmode", "verify-full"),)
    assert dsn.url() == "postgresql://a@h:5432/d?sslmode=verify-full"
    assert not read_dsn("postgres://a@h/d?pgbouncer=false").pooled


def test_prismas_tls_parameters_are_taken_apart() -> None:
    dsn = read_dsn("postgres://a@h/d?sslaccept=strict&sslidentity=me.p12&sslpassword=x&sslmode=require")
    assert dsn.options == (("sslmode", "require"),)


def test_options_come_through_with_their_blanks() -> None:
    dsn = read_dsn("postgresql://a@h/d?options=-c%20work_mem%3D8MB%20-c%20jit%3Doff&application_name=my+desk")
    assert dsn.options == (("options", "-c work_mem=8MB -c jit=off"), ("application_name", "my desk"))
    parts = conninfo_to_dict(dsn.url())
    assert (parts["options"], parts["application_name"]) == ("-c work_mem=8MB -c jit=off", "my desk")
    assert read_dsn(dsn.url()) == dsn


def test_passwords_are_shown_only_when_asked_for() -> None:
    dsn = read_dsn("postgresql://a:se%2Fcret@h/d")
    assert dsn.password == "se/cret"
    assert "cret" not in dsn.url() + repr(dsn) + str(dsn)
    assert dsn.url(with_password=True) == "postgresql://a:se%2Fcret@h:5432/d"


def test_another_login_or_database_keeps_the_rest() -> None:
    dsn = read_dsn("postgresql://a:b@[::1]:6543/d?schema=x&sslmode=require&pgbouncer=true")
    other = dsn.login("c", None).on("e")
    assert other == Dsn("::1", 6543, "e", "c", None, (("sslmode", "require"),), "x", True)
    assert other.url() == "postgresql://c@[::1]:6543/e?sslmode=require"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://a@h/Clinic", ['The database name "Clinic" has upper-case letters']),
        ("postgresql://Anna@h/d", ['The user name "Anna" has upper-case letters']),
        ("postgresql://Anna@h/Clinic", ["The database name", "The user name"]),
        ("postgresql://anna@H/clinic", []),
    ],
)
def test_upper_case_names_are_warned_of(url: str, told: list[str]) -> None:
    warnings = read_dsn(url).warnings()
    assert [w.startswith(t) for w, t in zip(warnings, told, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://a@h/d", "It begins with mysql://"),
        ("h/d", "It begins with nothing://"),
        ("", "It begins with nothing://"),
        ("postgresql://h/d", "must name a host, a user and a database"),
        ("postgresql://a@/d", "must name a host, a user and a database"),
        ("postgresql://a@h", "must name a host, a user and a database"),
        ("postgresql://a@h:port/d", "a port that is not a number"),
        ("postgresql://a@h:70000/d", "a port that is not a number"),
        ("postgresql://a@h/d?schema=X", 'The schema "X"'),
        ("postgresql://a@h/d?schema=app", 'The schema "app"'),
        ("postgresql://a@h/d?schema=pg_x", 'The schema "pg_x"'),
        ("postgresql://a@h/d?schema=information_schema", 'The schema "information_schema"'),
        ('postgresql://a@h/d?schema=x";drop', "The schema"),
        ("postgresql://a@[::1/d", "no IPv6 address"),
        ("postgresql://a@h/d?nonsense=1", "Postgres cannot use DATABASE_URL .*nonsense"),
        ("postgresql://a%00@h/d", "Postgres cannot use DATABASE_URL"),
        ("postgresql://a\udcff@h/d", "Postgres cannot use DATABASE_URL"),
        ("postgresql://a:secret%00@h/d", "a password with a character that Postgres cannot take"),
    ],
)
def test_other_lines_are_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence.replace("?", r"\?")):
        read_dsn(url)


def test_a_refusal_never_shows_the_password() -> None:
    for url in ("mysql://a:secret@h/d", "postgresql://a:secret@h:x/d", "postgresql://a:secret@h",
                "postgresql://a:secret@h/d?nonsense=1", "postgresql://a:secret%00@h/d"):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read_dsn(url)
        assert "secret" not in str(refused.value)


_TEXT = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30)


@given(user=_TEXT, password=_TEXT, database=_TEXT)
def test_any_name_and_password_comes_through(user: str, password: str, database: str) -> None:
    dsn = Dsn("localhost", 5432, database, user, password)
    again = read_dsn(dsn.url(with_password=True))
    assert (again.user, again.password, again.database) == (user, password, database)
    parts = conninfo_to_dict(dsn.url(with_password=True))
    assert (parts["user"], parts["password"], parts["dbname"]) == (user, password, database)
