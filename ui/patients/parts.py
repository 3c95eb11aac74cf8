"""The parts of the list page, made once and given to what makes them work together."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.frame.header import Header
from ui.patients.bulk_panel import BulkPanel
from ui.patients.empties import ListOrEmpty
from ui.patients.filters import FilterBar
from ui.patients.foot import Foot
from ui.patients.list_menu import ListMenu
from ui.patients.listing import Listing
from ui.patients.picks import Picks
from ui.patients.search import SearchField
from ui.patients.view import PatientView, fields_for
from ui.patients.view_bar import ViewBar
from ui.patients.views import ViewStore
from ui.text import tr
from ui.widgets.buttons import Button, Kind


class Parts:
    """Widgets in the order in which Tab reaches them, and the objects behind them."""

    def __init__(self, ctx: Context, page: QWidget) -> None:
        allowed = ctx.commands.allowed
        self.export = Button(tr("Export"), icon="export")
        self.import_file = Button(tr("Import"), icon="download-simple")
        self.add = Button(tr("Add patient"), Kind.FILLED, "plus", "Ctrl N")
        # Only hidden, never shown here: shown without a parent they would flash as windows of their own.
        for button, id in ((self.import_file, "import"), (self.add, "add-patient")):
            if not allowed(id):
                button.hide()
        self.head = Header(tr("Patients"), self.export, self.import_file, self.add)
        self.search = SearchField()
        self.filters = FilterBar(self.search)
        self.columns = Button("", Kind.QUIET, "dots-three")
        self.columns.set_height(28)
        self.columns.setAccessibleName(tr("Order and columns"))
        self.columns.setToolTip(tr("Order and columns"))
        self.view_bar = ViewBar(ctx, self.columns)
        self.view_bar.tab_after = self.filters.last()
        self.views = ViewStore(ctx, page)
        picks = Picks(page)
        self.view = PatientView(fields_for(writes=allowed("select")), picks)
        self.listing = Listing(ctx, self.view, picks)
        self.menu = ListMenu(ctx, self.view)
        self.bulk = BulkPanel(ctx, self.listing)
        self.middle = ListOrEmpty(self.view, may_import=allowed("import"))
        self.foot = Foot(may_review=allowed("duplicates"))
