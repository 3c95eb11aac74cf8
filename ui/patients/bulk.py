"""The bar above the list while patients are ticked: what can be done to all of them, counted before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QWidget

from reactivate_desktop.domain.bulk import BulkAction, BulkKind
from ui import names
from ui.patients.bulk_flow import Counted
from ui.patients.bulk_words import Plan, details, nobody
from ui.patients.picks import Picks
from ui.text import number, tr, trn
from ui.theme.fonts import SEMI_BOLD
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import LineField
from ui.widgets.menus import open_below, plain
from ui.widgets.panels import column, row
from ui.widgets.text import SMALL, Elided

HEIGHT = 52
_WIDE = 700
_STRONG = (13, SEMI_BOLD)
# Two records can be merged at once.
_MERGED_AT_ONCE = 2


class _Page(QWidget):
    """One state of the bar: two lines of words, the second of them perhaps a link, and what can be done."""

    def __init__(self, *tools: QWidget) -> None:
        super().__init__()
        self._first = Elided("", _STRONG, "accent")
        self._second = Elided("", SMALL, "muted")
        self.link = Button("", Kind.LINK)
        lines = column(None, 1)
        lines.addStretch(1)
        lines.addWidget(self._first)
        lines.addWidget(self._second)
        lines.addWidget(self.link, alignment=Qt.AlignmentFlag.AlignLeft)
        lines.addStretch(1)
        inner = row(self, GAP_SMALL)
        inner.setContentsMargins(15, 0, 10, 0)
        inner.addLayout(lines, 1)
        for tool in tools:
            inner.addWidget(tool)

    def say(self, first: str, second: str, link: str = "") -> None:
        """Show the lines; an empty one leaves its room to the other."""
        self._first.setText(first)
        self._second.setText(second)
        self._second.setVisible(bool(second))
        self.link.setText(link)
        self.link.setAccessibleName(link)
        self.link.setVisible(bool(link))
        self.setAccessibleName(" · ".join(part for part in (first, second) if part))


class BulkBar(QWidget):
    """`planned(Plan)` and `new_tag(name)`: count it; `agreed(Counted)`: do it; `stop_asked`; the others as named."""

    planned = Signal(object)
    new_tag = Signal(str)
    agreed = Signal(object)
    stop_asked = Signal()
    all_asked = Signal()
    export_asked = Signal()
    merge_asked = Signal()
    cleared = Signal()

    def __init__(self, picks: Picks) -> None:
        super().__init__()
        self.setObjectName(names.PATIENTS_BULK)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._picks = picks
        self._tags: Sequence[tuple[UUID, str]] = ()
        self._locations: Sequence[tuple[UUID, str]] = ()
        self._counted: Counted | None = None
        self._stack = QStackedWidget()
        column(self, 0).addWidget(self._stack)
        self._make_choosing()
        self._make_naming()
        self._make_asking()
        self._stop = Button(tr("Stop"))
        self._working = _Page(self._stop)
        self._stop.clicked.connect(self.stop_asked)
        for page in (self._choosing, self._naming, self._asking, self._working):
            self._stack.addWidget(page)

    def know(self, locations: Sequence[tuple[UUID, str]], tags: Sequence[tuple[UUID, str]]) -> None:
        """Offer these locations and tags."""
        self._locations, self._tags = locations, tags
        self._assign.forbid("" if locations else tr("There is no location yet"))

    def show_picks(self, may_not: int | None) -> None:
        """Show how many are ticked; may_not: how many of them may not be contacted, None: not counted yet."""
        picks = self._picks
        blocked = trn("{n} may not be contacted", "{n} may not be contacted", may_not) if may_not else ""
        if picks.state() is True:
            first = trn("The one that matches is selected", "All {n} matching are selected", picks.count)
            parts = [tr("Also those not on screen") if picks.all else "", blocked, tr("Esc clears")]
            self._choosing.say(first, " · ".join(part for part in parts if part))
        else:
            link = tr("Select all {n}", n=number(picks.total))
            first = trn("{n} selected", "{n} selected", picks.count)
            self._choosing.say(f"{first} · {blocked}" if blocked else first, "", link)
        self._merge.setVisible(len(picks.single()) == _MERGED_AT_ONCE)
        if self._counted is not None:
            # Others are ticked now than were counted.
            self.back()

    def ask(self, counted: Counted) -> None:
        """Show what a plan would do; nothing has been changed yet."""
        self._counted = counted
        count = counted.preview.count
        first = counted.plan.question(count) if count else nobody(counted.plan, counted.preview)
        self._asking.say(first, details(counted.plan, counted.preview))
        self._agree.setText(counted.plan.word)
        self._agree.setAccessibleName(first)
        self._agree.setVisible(count > 0)
        self._agree.updateGeometry()
        self._stack.setCurrentWidget(self._asking)
        (self._agree if count else self._back).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_working(self) -> None:
        """Show that it is being done."""
        assert self._counted is not None, "only what was counted is done"
        self._working.say(self._counted.plan.title, tr("What is done already stays when you stop, and can be undone"))
        self._counted = None
        self._stack.setCurrentWidget(self._working)

    def back(self) -> None:
        """Show what can be done to those who are ticked."""
        self._counted = None
        self._stack.setCurrentWidget(self._choosing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._agree.hasFocus():
            self._agree.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a narrow screen the menu "More" has them.
        for button in (self._assign, self._export):
            button.setVisible(self.width() >= _WIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        # Round at the top only, as the card that it stands in.
        ground.addRoundedRect(QRectF(0, 0, self.width(), self.height() + CARD_RADIUS), CARD_RADIUS - 1, CARD_RADIUS - 1)
        painter.fillPath(ground, QColor(tokens().selection))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens().border))

    def _make_choosing(self) -> None:
        tag = Button(tr("Tag…"), icon="tag")
        self._assign = Button(tr("Assign location…"), icon="map-pin")
        self._export = Button(tr("Export…"), icon="export")
        self._merge = Button(tr("Merge…"), icon="git-merge")
        more = Button(tr("More"), icon="dots-three")
        clear = Button("", Kind.QUIET, "x")
        clear.setAccessibleName(tr("Take all ticks away"))
        clear.setToolTip(tr("Take all ticks away"))
        self._choosing = _Page(tag, self._assign, self._export, self._merge, more, clear)
        self._choosing.link.clicked.connect(self.all_asked)
        tag.clicked.connect(lambda: self._choose_tag(tag, BulkKind.ADD_TAG))
        self._assign.clicked.connect(self._choose_location)
        self._export.clicked.connect(self.export_asked)
        self._merge.clicked.connect(self.merge_asked)
        more.clicked.connect(lambda: self._choose_more(more))
        clear.clicked.connect(self.cleared)

    def _make_naming(self) -> None:
        self._field = LineField(tr("Name of the new tag"), tr("Name of the new tag"), "tag")
        self._field.setObjectName(names.PATIENTS_TAG_NAME)
        self._field.setFixedWidth(240)
        add = Button(tr("Tag"), Kind.TONAL)
        back = Button(tr("Back"))
        self._naming = _Page(self._field, add, back)
        self._naming.say(tr("Which tag?"), tr("It is added to the tags of the clinic"))
        self._field.returnPressed.connect(self._named)
        self._field.left.connect(self.back)
        add.clicked.connect(self._named)
        back.clicked.connect(self.back)

    def _make_asking(self) -> None:
        self._agree = Button("", Kind.FILLED)
        self._back = Button(tr("Back"))
        self._asking = _Page(self._agree, self._back)
        self._agree.clicked.connect(self._agreed)
        self._back.clicked.connect(self.back)

    def _agreed(self) -> None:
        if self._counted is not None:
            self.agreed.emit(self._counted)

    def _named(self) -> None:
        if self._field.text().strip():
            self.new_tag.emit(self._field.text())

    def _start_naming(self) -> None:
        self._stack.setCurrentWidget(self._naming)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_tag(self, button: QWidget, kind: BulkKind) -> None:
        menu = QMenu(button)
        self._offer_tags(menu, kind)
        if kind == BulkKind.ADD_TAG:
            menu.addSeparator()
            menu.addAction(tr("New tag…")).triggered.connect(self._start_naming)
        open_below(menu, button)

    def _offer_tags(self, menu: QMenu, kind: BulkKind) -> None:
        for id, name in self._tags:
            plan = Plan(BulkAction(kind, tag_id=id), name)
            menu.addAction(plain(name)).triggered.connect(partial(self.planned.emit, plan))

    def _choose_location(self) -> None:
        menu = QMenu(self._assign)
        self._offer_locations(menu)
        open_below(menu, self._assign)

    def _offer_locations(self, menu: QMenu) -> None:
        for id, name in self._locations:
            plan = Plan(BulkAction(BulkKind.ASSIGN_LOCATION, location_id=id), name)
            menu.addAction(plain(name)).triggered.connect(partial(self.planned.emit, plan))

    def _choose_more(self, button: QWidget) -> None:
        menu = QMenu(button)
        if self._export.isHidden():
            self._offer_locations(menu.addMenu(tr("Assign location")))
            menu.addAction(tr("Export…")).triggered.connect(self.export_asked)
        if self._tags:
            self._offer_tags(menu.addMenu(tr("Take a tag away")), BulkKind.REMOVE_TAG)
        for kind, word in (
            (BulkKind.DO_NOT_CONTACT, tr("Do not contact…")),
            (BulkKind.MARK_INACTIVE, tr("Mark as inactive…")),
        ):
            menu.addAction(word).triggered.connect(partial(self.planned.emit, Plan(BulkAction(kind))))
        open_below(menu, button)
