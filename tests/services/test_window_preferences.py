"""Window preferences follow the person from PC to PC; changes of two windows are merged; nobody else sees them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.preferences import Preferences, Theme, preferences_from
from reactivate_desktop.services.preferences import WindowPreferences
from tests.fixtures import FrontDesk


def test_what_is_changed_stays_and_the_rest_with_it(front_desk: FrontDesk) -> None:
    mine, hers = WindowPreferences(front_desk.viewer.begin), WindowPreferences(front_desk.staff.begin)
    assert mine.read() == mine.change() == Preferences()
    mine.change(theme=Theme.DARK, zoom=1.25)
    mine.change(columns={"patients": ["name", "phone"], "queue": ["name"]})
    changed = mine.change(language="es", tour_seen=True, columns={"queue": []})
    assert changed == mine.read()
    assert changed == Preferences(Theme.DARK, "es", 1.25, {"patients": ("name", "phone")}, tour_seen=True)
    assert mine.change(language="").language is None
    assert hers.read() == Preferences()


def test_a_zoom_beyond_reason_is_refused(front_desk: FrontDesk) -> None:
    for zoom in (0.5, 3.0):
        with pytest.raises(Invalid, match="80% to 200%"):
            WindowPreferences(front_desk.staff.begin).change(zoom=zoom)


def test_what_another_version_wrote_is_as_by_default() -> None:
    kept = {"theme": "SOLAR", "zoom": "big", "language": 5, "columns:queue": "name", "tour_seen": 1, "new": {}}
    assert preferences_from(kept) == Preferences()
    assert preferences_from({"zoom": 9}) == Preferences()


def test_saved_views_of_the_person_are_left_alone(front_desk: FrontDesk) -> None:
    with front_desk.admin.begin() as tx:
        tx.connection.execute(
            sa.text(
                "INSERT INTO saved_view (clinic_id, id, user_id, screen, name, view) "
                "VALUES (:clinic, gen_random_uuid(), :me, 'window', 'mine', '{}')"
            ),
            {"clinic": tx.clinic_id, "me": tx.user_id},
        )
    WindowPreferences(front_desk.admin.begin).change(theme=Theme.LIGHT)
    with front_desk.admin.begin() as tx:
        names = tx.connection.execute(sa.text("SELECT name FROM saved_view ORDER BY name")).scalars().all()
    assert names == ["mine", "preferences"]
