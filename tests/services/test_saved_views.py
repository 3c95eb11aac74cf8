"""Views kept under a name: one's own for everybody, shared ones by an ADMIN."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.patient_lists import EVERYBODY, ListOrder, PatientFilter, PatientSort
from reactivate_desktop.domain.saved_views import ViewContent
from reactivate_desktop.services.saved_views import SavedViews
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import ClinicMaker
from tests.fixtures import FrontDesk

DORMANT = ViewContent(
    PatientFilter("már", segment=PatientSegment.DORMANT, location_ids=(UUID(int=1), UUID(int=2))),
    ListOrder(PatientSort.SCORE, ascending=False),
    ("name", "phone"),
)


@pytest.fixture
def mine(front_desk: FrontDesk) -> SavedViews:
    return SavedViews(front_desk.staff.begin, f"screen-{uuid4().hex}")


def _of(front_desk: FrontDesk, views: SavedViews, role: str) -> SavedViews:
    return SavedViews(getattr(front_desk, role).begin, views._screen)


def test_a_view_is_kept_replaced_renamed_and_forgotten(mine: SavedViews) -> None:
    kept = mine.save("  My   dormant ", DORMANT)
    assert [(row.id, row.name, row.content, row.shared) for row in mine.all()] == [(kept, "My dormant", DORMANT, False)]
    changed = replace(DORMANT, wish=EVERYBODY)
    assert mine.save("My dormant", changed) == kept
    mine.rename(kept, "Everybody")
    assert [(row.name, row.content) for row in mine.all()] == [("Everybody", changed)]
    mine.forget(kept)
    assert mine.all() == []
    with pytest.raises(NotFound, match="not there"):
        mine.forget(kept)
    with pytest.raises(NotFound, match="not there"):
        mine.rename(kept, "X")


def test_views_are_each_persons_own_also_a_viewers(front_desk: FrontDesk, mine: SavedViews) -> None:
    viewer = _of(front_desk, mine, "viewer")
    hers = viewer.save("A", DORMANT)
    own = mine.save("A", ViewContent())
    assert [row.id for row in mine.all()] == [own]
    with pytest.raises(NotFound):
        mine.forget(hers)
    assert [row.id for row in viewer.all()] == [hers]


def test_an_admin_shares_views_that_others_only_read(front_desk: FrontDesk, mine: SavedViews) -> None:
    admin, viewer = _of(front_desk, mine, "admin"), _of(front_desk, mine, "viewer")
    shared = admin.save("A for all", DORMANT, shared=True)
    own = mine.save("Z mine", ViewContent())
    assert [(row.id, row.shared) for row in mine.all()] == [(own, False), (shared, True)]
    assert [row.id for row in viewer.all()] == [shared]
    for refused in (
        lambda: mine.save("For all", DORMANT, shared=True),
        lambda: mine.rename(shared, "Other"),
        lambda: mine.forget(shared),
    ):
        with pytest.raises(NotAllowed, match="needs the role ADMIN"):
            refused()
    admin.rename(shared, "B for all")
    assert [row.name for row in viewer.all()] == ["B for all"]
    admin.forget(shared)
    assert viewer.all() == []


def test_two_views_do_not_get_one_name(mine: SavedViews) -> None:
    mine.save("One", DORMANT)
    two = mine.save("Two", DORMANT)
    with pytest.raises(Conflict, match="a view of this name already"):
        mine.rename(two, "One")
    mine.rename(two, "Two")
    with pytest.raises(Invalid, match="1 to 200 letters"):
        mine.save(" ", DORMANT)


def test_other_clinics_see_none_of_it(front_desk: FrontDesk, mine: SavedViews, maker: ClinicMaker) -> None:
    _of(front_desk, mine, "admin").save("All of us", DORMANT, shared=True)
    stranger = maker.person(maker.clinic(), front_desk.admin.signed_in.role)
    assert SavedViews(stranger.begin, mine._screen).all() == []


def test_a_view_of_a_newer_program_is_left_out_and_left_alone(
    front_desk: FrontDesk, mine: SavedViews, maker: ClinicMaker
) -> None:
    kept = mine.save("Newer", DORMANT)
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute("""UPDATE saved_view SET view = '{"filter": {"moon": "full"}}' WHERE id = %s""", (kept,))
    assert mine.all() == []
    mine.forget(kept)


FILTERS = st.builds(
    PatientFilter,
    text=st.text(max_size=20),
    only_similar=st.booleans(),
    segment=st.none() | st.sampled_from(PatientSegment),
    priority=st.none() | st.sampled_from(ContactPriority),
    location_ids=st.lists(st.uuids(), max_size=3).map(tuple),
    last_visit_before=st.none() | st.dates(date(1900, 1, 1)),
    last_visit_over_days=st.none() | st.integers(0, 36_500),
    registered_after=st.none() | st.dates(date(1900, 1, 1)),
    do_not_contact=st.none() | st.booleans(),
    booked=st.none() | st.booleans(),
    state=st.none() | st.sampled_from(PatientState),
    tag_id=st.none() | st.uuids(),
    duplicates=st.booleans(),
)


@given(FILTERS, st.sampled_from(PatientSort), st.booleans(), st.lists(st.text(max_size=5), max_size=3).map(tuple))
def test_a_view_is_read_back_as_it_was(
    wish: PatientFilter, by: PatientSort, ascending: bool, columns: tuple[str, ...]
) -> None:
    content = ViewContent(wish, ListOrder(by, ascending), columns)
    assert ViewContent.from_json(content.as_json()) == content


def test_an_order_that_is_not_known_is_the_usual_one() -> None:
    assert ViewContent.from_json({"sort": "MOON", "columns": ["a"]}) == ViewContent(columns=("a",))
    with pytest.raises(Invalid, match="newer version"):
        ViewContent.from_json({"filter": {"segment": "SLEEPING"}})
