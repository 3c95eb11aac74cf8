"""The menu of remembered mappings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from reactivate_desktop.domain.imports import ProfileRow
from ui.context import Context
from ui.patients.import_wizard.draft import Draft
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind


class ProfileMenu(Button):
    """Offers what columns of earlier files meant."""

    def __init__(self, ctx: Context, draft: Draft) -> None:
        super().__init__(tr("Use a saved mapping"), Kind.PLAIN, "folder-open")
        self._ctx = ctx
        self._draft = draft
        self.menu: QMenu | None = None
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        self._ctx.tasks.run(lambda: self._ctx.desk.imports.profiles(), self, self.offer)

    def offer(self, rows: list[ProfileRow]) -> None:
        """Open the menu with those of the subject in hand."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Saved mappings"))
        fitting = [row for row in rows if row.subject == self._draft.subject]
        for row in fitting:
            # An ampersand in a name is no mnemonic.
            entry = menu.addAction(row.name.replace("&", "&&"))
            entry.triggered.connect(lambda _=False, chosen=row: self._use(chosen))
        if not fitting:
            menu.addAction(tr("None is saved yet: an import saves its own")).setEnabled(False)
        self.menu = menu
        menu.destroyed.connect(self._forget)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _forget(self) -> None:
        self.menu = None

    def _use(self, row: ProfileRow) -> None:
        missing = self._draft.use_profile(row)
        said = tr("Columns are read as in {name}", name=row.name)
        if missing:
            more = trn("{n} of its columns is not in this file", "{n} of its columns are not in this file", missing)
            said = f"{said} · {more}"
        self._ctx.notices.say(said)
