"""Views of the patients screen kept under a name: everybody's own, and those that an ADMIN shares with all."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.saved_views import SCREEN, SavedViewRow, ViewContent, check_view_name
from reactivate_desktop.storage.queries import saved_views
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

_GONE = "This view is not there (any more). Please look at the views again."


class SavedViews:
    """Use cases of saved views; the built-in ones are constants of domain/saved_views.py."""

    def __init__(self, begin: Begin, screen: str = SCREEN) -> None:
        self._begin = begin
        self._screen = screen

    def all(self) -> list[SavedViewRow]:
        """Return one's own views and then the shared ones, by name. A view of a newer program is left out."""
        with self._begin() as tx:
            kept = saved_views.listed(tx, self._screen)
        found = []
        for view_id, name, view, shared in kept:
            content = _readable(view)
            if content is not None:
                found.append(SavedViewRow(view_id, name, content, shared))
        return found

    def save(self, name: str, content: ViewContent, *, shared: bool = False) -> UUID:
        """Keep a view and return its id; one's own (or the shared one) of this name is replaced.

        Only an ADMIN shares views. Raises Invalid, NotAllowed.
        """
        tidy = check_view_name(name)
        with self._begin() as tx:
            _check_role(tx, shared)
            kept = saved_views.write(tx, self._screen, uuid7(), tidy, content, shared=shared)
            _finish(tx, "VIEW_SAVED", kept, shared)
            return kept

    def rename(self, view_id: UUID, name: str) -> None:
        """Give a view another name. Raises Conflict when there is one of this name, Invalid, NotFound, NotAllowed."""
        tidy = check_view_name(name)
        with self._begin() as tx:
            shared = _own_or_shared(tx, view_id)
            if _taken(tx, self._screen, view_id, tidy, shared):
                raise Conflict("There is a view of this name already. Please choose another name.")
            if not saved_views.rename(tx, view_id, tidy, shared=shared):
                raise NotFound(_GONE)
            _finish(tx, "VIEW_RENAMED", view_id, shared)

    def forget(self, view_id: UUID) -> None:
        """Forget a view. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            shared = _own_or_shared(tx, view_id)
            if not saved_views.delete(tx, view_id, shared=shared):
                raise NotFound(_GONE)
            _finish(tx, "VIEW_FORGOTTEN", view_id, shared)


def _readable(view: dict[str, object]) -> ViewContent | None:
    try:
        return ViewContent.from_json(view)
    except Invalid:
        # It stays where it is, for the programs that know it.
        return None


def _taken(tx: Transaction, screen: str, view_id: UUID, name: str, shared: bool) -> bool:
    known = saved_views.listed(tx, screen)
    return any(other != view_id and (called, also) == (name, shared) for other, called, _, also in known)


def _own_or_shared(tx: Transaction, view_id: UUID) -> bool:
    """Return whether a view is shared. Raises NotFound, NotAllowed where a shared one is not hers to change."""
    found = saved_views.one(tx, view_id)
    if found is None:
        raise NotFound(_GONE)
    _check_role(tx, found[1])
    return found[1]


def _check_role(tx: Transaction, shared: bool) -> None:
    # A VIEWER keeps views, too: they are hers alone.
    if shared:
        tx.require(UserRole.ADMIN)


def _finish(tx: Transaction, action: str, view_id: UUID, shared: bool) -> None:
    tx.audit(action, "shared_view" if shared else "saved_view", view_id)
    if shared:
        tx.changed(Change.PATIENTS)
