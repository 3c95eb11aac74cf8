"""The patients list as a page: head, search, filters, views, and the card with the list and what can be done to it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from ui.context import Context
from ui.patients.export import PatientExport
from ui.patients.list_control import LIVE, ListControl
from ui.patients.parts import Parts
from ui.text import number, tr
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.widgets.menus import below
from ui.widgets.panels import Card, Follow, column
from ui.widgets.text import hairline

_LEAST_CARD = 230


class ListPage(QWidget):
    """`record_asked(id)`; `add_asked`; `import_asked`; `duplicates_asked`; `merge_asked(one, other)`."""

    record_asked = Signal(object)
    add_asked = Signal()
    import_asked = Signal()
    duplicates_asked = Signal()
    merge_asked = Signal(object, object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.parts = Parts(ctx, self)
        self.control = ListControl(ctx, self.parts, self)
        self._export = PatientExport(ctx, self)
        self._card = Card(margin=1, spacing=0)
        self._room = QWidget()
        self._column = column(self._room, GAP)
        self._lay_out()
        self._connect()
        self._bind()
        self.setFocusProxy(self.parts.search)
        ctx.board.listen(self, LIVE, self.control.changed)
        ctx.privacy.changed.connect(self.parts.view.viewport().update)

    def place_text(self) -> str:
        """Return where the current patient stands in the list."""
        listing = self.parts.listing
        found = listing.current()
        if found is None or not listing.counted:
            return ""
        return tr("{place} of {total}", place=number(found[1] + 1), total=number(listing.total))

    def focus_list(self) -> None:
        """Put the focus on the list, on its first row when none is current."""
        view = self.parts.view
        if self.parts.listing.total_shown() == 0:
            return
        if view.place() < 0:
            view.go_to(0)
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_low(self, low: bool) -> None:
        """Use less height on a small screen."""
        self.parts.view.set_low(low)
        edge = 12 if low else 16
        self._column.setSpacing(GAP_SMALL if low else GAP)
        self._column.setContentsMargins(MARGIN, edge if low else 20, MARGIN - 4, edge)

    def _lay_out(self) -> None:
        parts = self.parts
        inside: tuple[QWidget, ...] = (parts.bulk.bar, parts.middle, hairline(), parts.foot)
        for part in inside:
            self._card.body.addWidget(part, 1 if part is parts.middle else 0)
        page: tuple[QWidget, ...] = (parts.head, parts.filters, parts.view_bar, self._card)
        for part in page:
            self._column.addWidget(part, 1 if part is self._card else 0)
        # In a very low window, as at 200 %, the page scrolls instead of leaving the list no rows.
        self._card.setMinimumHeight(_LEAST_CARD)
        area = QScrollArea()
        area.setWidget(self._room)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        Follow(area)
        column(self, 0).addWidget(area)
        self.set_low(False)

    def _connect(self) -> None:
        parts = self.parts
        parts.search.down.connect(self._go_down)
        parts.view.opened.connect(lambda _: self._open())
        parts.view.head.all_asked.connect(self._tick_all)
        parts.view.head.menu_asked.connect(self._open_menu)
        parts.columns.clicked.connect(lambda: self._open_menu(below(parts.columns)))
        parts.foot.review_asked.connect(self.duplicates_asked)
        parts.middle.import_asked.connect(self.import_asked)
        parts.bulk.left.connect(self._after_bulk)
        parts.bulk.export_asked.connect(lambda: self._export.ask(parts.listing.target(), parts.listing.order))
        parts.bulk.merge_asked.connect(self.merge_asked)
        for button, id in (
            (parts.export, "export-patients"),
            (parts.import_file, "import"),
            (parts.add, "add-patient"),
        ):
            button.clicked.connect(lambda _=False, id=id: self._ctx.commands.do_id(id))

    def _bind(self) -> None:
        bind, parts = self._ctx.commands.bind, self.parts
        bind("search", self, self._search)
        bind("add-patient", self, self.add_asked.emit)
        bind("import", self, self.import_asked.emit)
        bind("duplicates", self, self.duplicates_asked.emit)
        bind("export-patients", self, self._export_listed, self._nothing)
        bind("save-view", self, parts.view_bar.start_saving)
        bind("select-all", self, parts.listing.picks.pick_all, self._nothing)
        # On the list and what belongs to it alone: buttons have their own use for these keys.
        bind("open-record", parts.view, self._open, self._nobody)
        bind("select", parts.view, lambda: parts.listing.tick(parts.view.place()), self._nobody)
        bind("clear-selection", self._card, parts.bulk.clear, self._none_ticked)

    def _nothing(self) -> str:
        return "" if self.parts.listing.total_shown() else tr("There is nobody in the list")

    def _nobody(self) -> str:
        return "" if self.parts.view.place() >= 0 else tr("Nobody in the list is chosen")

    def _none_ticked(self) -> str:
        return "" if self.parts.listing.picks.count else tr("Nobody is ticked")

    def _search(self) -> None:
        self.parts.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.parts.search.selectAll()

    def _go_down(self) -> None:
        """Go on to the list; the only one who was found is opened at once."""
        listing = self.parts.listing
        alone = listing.counted and listing.total == 1 and not listing.finder.pending()
        self.focus_list()
        if alone and self.parts.search.text().strip():
            self._open()

    def _open(self) -> None:
        found = self.parts.listing.current()
        if found is not None:
            self.record_asked.emit(found[0])

    def _tick_all(self) -> None:
        picks = self.parts.listing.picks
        if picks.state() is True:
            self.parts.bulk.clear()
        else:
            picks.pick_all()

    def _after_bulk(self) -> None:
        # The bar that had the focus is gone.
        if not self.parts.search.hasFocus():
            self.focus_list()

    def _export_listed(self) -> None:
        shown = self.parts.listing.shown
        self._export.ask(lambda: shown, self.parts.listing.order)

    def _open_menu(self, at: QPoint) -> None:
        listing = self.parts.listing
        self.parts.menu.open(at, listing.order, text=bool(listing.shown.text.strip()), parent=self)
