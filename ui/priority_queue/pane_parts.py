"""The pane's parts that scroll: why the patient is here, what happened last, and who else could be on the phone."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import HouseholdMember, QueueRow
from reactivate_desktop.domain.records import KeptScore
from reactivate_desktop.domain.scores import Exclusion
from reactivate_desktop.domain.time_line import TimeLineEntry
from ui import formats, reasons, words
from ui.priority_queue.history import line_of
from ui.privacy import veiled
from ui.score_points import in_points, score_of
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import by_tab_only
from ui.widgets.marks import FactorBar, ShortPill
from ui.widgets.panels import Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, HEADING, SMALL, Elided, Label, hairline

_FACTORS = 4
_MEMBERS = 5

SIDE, BAR = 16, 10


class Section(QWidget):
    """A part of the pane: a line above, a title with muted words beside it, and a link at the right."""

    def __init__(self, link: Button | None = None, between: int = 2) -> None:
        super().__init__()
        self._between = between
        outer = column(self, 0)
        outer.addWidget(hairline())
        self.inner: QVBoxLayout = column(None, 2)
        outer.addLayout(self.inner)
        self.head: QHBoxLayout = row(None, 6)
        self._title = Label("", HEADING)
        self._side = Elided("", SMALL, "muted")
        self.head.addWidget(self._title)
        self.head.addWidget(self._side, 1)
        if link is not None:
            by_tab_only(link)
            self.head.addWidget(link)
        self.inner.addLayout(self.head)
        self.body: QVBoxLayout = column(None, 2)
        self.inner.addLayout(self.body)
        self._low = False
        self._right = SIDE
        self._margins()

    def name(self, title: str, side: str = "") -> None:
        """Name the section."""
        self._title.setText(title)
        self._side.setText(side)
        self.setAccessibleName(title)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        self._low = low
        self._margins()

    def leave_room(self, bar: bool) -> None:
        """Let a scroll bar stand in the margin, so that right edges stay in one line with the head's."""
        self._right = SIDE - BAR if bar else SIDE
        self._margins()

    def _margins(self) -> None:
        self.inner.setContentsMargins(SIDE, 4 if self._low else 6, self._right, 4 if self._low else 8)
        self.inner.setSpacing(0 if self._low else 2)
        self.body.setSpacing(0 if self._low else self._between)


class WhySection(Section):
    """The strongest factors as signed bars. `rules_asked`: show all of it."""

    rules_asked = Signal()

    def __init__(self) -> None:
        link = Button(tr("All {n} rules", n=len(Exclusion)), Kind.LINK, keys="W")
        super().__init__(link)
        self._shown: tuple[QueueRow, KeptScore | None] | None = None
        link.clicked.connect(self.rules_asked)

    def show_why(self, shown: QueueRow, why: KeptScore | None) -> None:
        """Show why a patient is here; without the factors yet, the reasons that the list knows."""
        self._shown = shown, why
        side = "" if shown.score is None else tr("score {n}", n=score_of(shown.score))
        self.name(tr("Why {name} is here", name=veiled(shown.first_name or shown.last_name)), side)
        clear(self.body)
        if why is None or why.base is None or not any(factor.points for factor in why.factors):
            for sentence in (reasons.first(shown), reasons.second(shown)):
                if sentence:
                    self.body.addWidget(Label(sentence, BODY, wrap=True))
            if not shown.reason:
                self.body.addWidget(Label(tr("Not scored yet."), BODY, "muted"))
            return
        # On a low screen the sentence takes the place of the smallest bar, so that the script below is seen.
        most = _FACTORS - 1 if self._low and shown.score is not None else _FACTORS
        for part in in_points(why.base, why.factors, most, shown.score).parts:
            self.body.addWidget(FactorBar(reasons.factor(part.factor), part.signed, part.share, compact=self._low))
        if shown.score is not None:
            self.body.addWidget(Label(reasons.share(shown.score), SMALL, "muted", wrap=True))

    def set_low(self, low: bool) -> None:
        """Bars beside the sentences instead of below."""
        super().set_low(low)
        if self._shown is not None:
            self.show_why(*self._shown)


class HistorySection(Section):
    """The three newest contacts and visits. `record_asked`: all of them."""

    record_asked = Signal()

    def __init__(self) -> None:
        link = Button(tr("Open record"), Kind.LINK)
        super().__init__(link, between=0)
        self.name(tr("History"))
        link.clicked.connect(self.record_asked)

    def show_history(self, entries: tuple[TimeLineEntry, ...]) -> None:
        """Show entries, the newest first."""
        clear(self.body)
        if not entries:
            self.body.addWidget(Label(tr("No visit and no contact yet."), BODY, "muted"))
        for entry in entries:
            self.body.addWidget(_history_line(entry))


def _history_line(entry: TimeLineEntry) -> QWidget:
    line = line_of(entry)
    made = QWidget()
    inner = row(made, 8)
    day = Label(line.day, SMALL, "muted")
    day.setFixedWidth(74)
    inner.addWidget(Picture(line.icon, 14, line.tone))
    inner.addWidget(day)
    inner.addWidget(Elided(line.words, BODY), 1)
    made.setFixedHeight(19)
    made.setAccessibleName(f"{line.day}: {line.words}")
    return made


class HouseholdSection(Section):
    """The others of the household, each with a box: the same outcome is logged for whoever is ticked. `ticked`."""

    ticked = Signal()

    def __init__(self, *, may_log: bool) -> None:
        super().__init__()
        self._may_log = may_log
        self._boxes: list[tuple[HouseholdMember, QCheckBox]] = []
        self.hide()

    def show_members(self, members: tuple[HouseholdMember, ...]) -> None:
        """Show the members; who is ticked stays so."""
        before = {member.id for member in self.chosen()}
        clear(self.body)
        self._boxes = []
        side = tr("tick whom this call is for, too") if self._may_log else ""
        self.name(tr("Household"), side)
        for member in members[:_MEMBERS]:
            self.body.addWidget(self._line(member, ticked=member.id in before))
        if len(members) > _MEMBERS:
            more = trn("and {n} more, in the record", "and {n} more, in the record", len(members) - _MEMBERS)
            self.body.addWidget(Label(more, SMALL, "muted"))
        self.setVisible(bool(members))
        self.ticked.emit()

    def chosen(self) -> list[HouseholdMember]:
        """Return who is ticked."""
        return [member for member, box in self._boxes if box.isChecked()]

    def also(self) -> tuple[tuple[UUID, int], ...]:
        """Return ids and versions of those who are ticked."""
        return tuple((member.id, member.version) for member in self.chosen())

    def forget(self) -> None:
        """Take all ticks away."""
        for _, box in self._boxes:
            box.setChecked(False)

    def focus_first(self) -> None:
        """Go to the first box."""
        if self._boxes:
            self._boxes[0][1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, member: HouseholdMember, *, ticked: bool) -> QWidget:
        line = QWidget()
        line.setFixedHeight(28)
        made = row(line, 8)
        name = veiled(full_name(member.first_name, member.last_name))
        said = " · ".join(part for part in (name, formats.age(member.date_of_birth)) if part)
        if self._may_log:
            box = QCheckBox()
            box.setAccessibleName(tr("Log the same for {name}", name=name))
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setChecked(ticked)
            box.toggled.connect(self.ticked)
            self._boxes.append((member, box))
            made.addWidget(box)
        made.addWidget(Elided(said, FIRST), 1)
        made.addWidget(Label(_state(member), SMALL, "muted"))
        # Shown only with a parent: without one it would be a window of its own.
        pill = ShortPill(line)
        pill.show_priority(member.priority)
        made.addWidget(pill)
        return line


def _state(member: HouseholdMember) -> str:
    """Return the most pressing fact about a member."""
    if member.next_appointment_at is not None:
        return tr("booked {day}", day=formats.day(member.next_appointment_at.date()))
    if member.by_number:
        return tr("same number")
    return "" if member.priority is not None else words.segment(member.segment)


def frame(*parts: QWidget) -> QFrame:
    """Return the parts below each other, as what scrolls."""
    made = QFrame()
    inner = column(made, 0)
    for part in parts:
        inner.addWidget(part)
    inner.addStretch(1)
    return made
