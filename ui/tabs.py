"""Makes the page of each tab when it is first opened; what has not been built yet says so honestly."""

from __future__ import annotations

from ui import names
from ui.actions import N_
from ui.context import Context
from ui.frame.header import Header
from ui.frame.rail import TABS
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import MARGIN
from ui.widgets.panels import Card, EmptyState

# What will be there, in one sentence each.
_COMING = {
    "inbox": (
        names.INBOX_TAB,
        N_("Messages of all channels will be answered here, one thread a patient, with what may be sent and why."),
    ),
    "campaigns": (
        names.CAMPAIGNS_TAB,
        N_("Reminders and recall campaigns will be planned here, with a dry run that says who is left out and why."),
    ),
    "schedule": (
        names.SCHEDULE_TAB,
        N_("The day and the week by location will be here, with the risk of a missed visit and what to do about it."),
    ),
    "insights": (
        names.INSIGHTS_TAB,
        N_("The way from dormant to attended, by person, channel and campaign, will be shown here."),
    ),
}


class ComingTab(TabPage):
    """An honest empty tab: it says what will be there."""

    def __init__(self, ctx: Context, id: str) -> None:
        name, sentence = _COMING[id]
        super().__init__(ctx, name)
        tab = next(tab for tab in TABS if tab.id == id)
        self.body.setContentsMargins(MARGIN, 20, MARGIN - 4, 16)
        self.body.addWidget(Header(tr(tab.title)))
        card = Card()
        card.body.addWidget(EmptyState(tab.icon, tr("Not in this version yet"), tr(sentence)))
        self.body.addWidget(card, 1)


def make_page(ctx: Context, id: str) -> TabPage:
    """Return a new page for a tab of the rail."""
    # Each tab brings its own modules; the first picture waits for the first tab only.
    if id == "queue":
        from ui.priority_queue.tab import QueueTab

        return QueueTab(ctx)
    if id == "patients":
        from ui.patients.tab import PatientsTab

        return PatientsTab(ctx)
    if id == "settings":
        from ui.settings.tab import SettingsTab

        return SettingsTab(ctx)
    return ComingTab(ctx, id)
