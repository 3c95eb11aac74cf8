"""The style sheet for Qt's own widgets, generated from the tokens; what we paint ourselves needs none of it."""

from __future__ import annotations

from ui.theme.fonts import FAMILY
from ui.theme.tokens import CARD_RADIUS, CONTROL_HEIGHT, RADIUS, Tokens

_TEMPLATE = """
* {{ font-family: "{family}"; font-size: 13px; }}
QWidget {{ color: {text}; }}
QMainWindow, QDialog, QWidget[ground="background"] {{ background: {background}; }}
QWidget[ground="surface"] {{ background: {surface}; }}
QFrame[ground="card"] {{ background: {surface}; border: 1px solid {border}; border-radius: {card}px; }}
QFrame[ground="dock"] {{
    background: {sub}; border-top: 1px solid {border};
    border-bottom-left-radius: {inner}px; border-bottom-right-radius: {inner}px;
}}
QFrame[ground="sub"] {{ background: {sub}; }}
QFrame[ground="box"] {{ background: {sub}; border: 1px solid {border}; border-radius: {radius}px; }}
QFrame[ground="selection"] {{ background: {selection}; }}
QFrame[ground="error"] {{ background: {red_fill}; border: 1px solid {red}; border-radius: {radius}px; }}
QFrame[ground="toast"] {{ background: {text}; border-radius: {radius}px; }}
QFrame[line="h"] {{ background: {hairline}; border: none; max-height: 1px; min-height: 1px; }}
QLabel {{ background: transparent; border: none; }}
QLabel[tone="muted"] {{ color: {muted}; }}
QLabel[tone="accent"] {{ color: {accent}; }}
QLabel[tone="red"] {{ color: {red}; }}
QLabel[tone="yellow"] {{ color: {yellow}; }}
QLabel[tone="green"] {{ color: {green}; }}
QLabel[tone="negative"] {{ color: {negative}; }}
QLabel[tone="inverse"] {{ color: {surface}; }}
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit, QTimeEdit, QDateTimeEdit, QSpinBox {{
    background: {surface}; border: 1px solid {field}; border-radius: {radius}px; padding: 0 10px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit, QComboBox, QDateEdit, QTimeEdit, QDateTimeEdit, QSpinBox {{ min-height: {field_height}px; }}
QPlainTextEdit, QTextEdit {{ padding: 6px 8px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus, QTimeEdit:focus,
QDateTimeEdit:focus, QSpinBox:focus {{ border: 2px solid {accent}; padding: 0 9px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 5px 7px; }}
QLineEdit[wrong="true"], QComboBox[wrong="true"], QDateEdit[wrong="true"] {{ border: 2px solid {red}; padding: 0 9px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {background}; color: {muted}; }}
QLineEdit[ground="bare"] {{ border: none; background: transparent; padding: 0; }}
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow {{
    image: url("{caret}"); width: 12px; height: 12px;
}}
QComboBox QAbstractItemView, QMenu {{
    background: {surface}; border: 1px solid {border}; border-radius: {radius}px; padding: 4px;
    selection-background-color: {selection}; selection-color: {text}; outline: none;
}}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 6px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {hairline}; margin: 4px 8px; }}
QTableView, QListView, QTreeView {{
    background: {surface}; border: none; gridline-color: {hairline}; outline: none;
    selection-background-color: {selection}; selection-color: {text};
}}
QHeaderView {{ background: {surface}; border: none; }}
QHeaderView::section {{
    background: {surface}; color: {muted}; border: none; border-bottom: 1px solid {border};
    padding: 0 0 0 2px; font-size: 12px; font-weight: 600;
}}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {track}; border-radius: 3px; min-height: 32px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {track}; border-radius: 3px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QCheckBox, QRadioButton {{ spacing: 8px; }}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {field}; border-radius: 4px; background: {surface};
}}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{tick}"); }}
QCheckBox::indicator:indeterminate {{ background: {accent}; border-color: {accent}; image: url("{dash}"); }}
QRadioButton::indicator {{
    width: 14px; height: 14px; border: 1px solid {field}; border-radius: 8px; background: {surface};
}}
QRadioButton::indicator:checked {{ border: 5px solid {accent}; width: 6px; height: 6px; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; }}
QProgressBar {{ background: {track}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QToolTip {{ background: {surface}; color: {text}; border: 1px solid {border}; padding: 6px 8px; }}
QCalendarWidget QAbstractItemView {{ background: {surface}; selection-background-color: {accent};
    selection-color: {on_accent}; }}
QCalendarWidget QToolButton {{ color: {text}; background: {surface}; border: none; padding: 4px 8px; }}
QCalendarWidget #qt_calendar_navigationbar {{ background: {surface}; }}
"""


def stylesheet(tokens: Tokens, images: dict[str, str]) -> str:
    """Return the style sheet of a theme; `images`: the files of caret, tick and dash in its colours."""
    return _TEMPLATE.format(
        family=FAMILY,
        text=tokens.text,
        muted=tokens.muted,
        background=tokens.background,
        surface=tokens.surface,
        sub=tokens.sub_surface,
        border=tokens.border,
        hairline=tokens.hairline,
        field=tokens.field_border,
        accent=tokens.accent,
        on_accent=tokens.on_accent,
        selection=tokens.selection,
        track=tokens.track,
        negative=tokens.negative,
        red=tokens.red.text,
        red_fill=tokens.red.fill,
        yellow=tokens.yellow.text,
        green=tokens.green.text,
        radius=RADIUS,
        card=CARD_RADIUS,
        inner=CARD_RADIUS - 1,
        # The border is drawn outside of the minimum height.
        field_height=CONTROL_HEIGHT - 4,
        **images,
    )
