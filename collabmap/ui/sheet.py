"""The application's sheet: class and property selectors only, no descendants."""

from collabmap.render.tokens import RADIUS_CARD, RADIUS_CONTROL, TYPE, Tokens

_RULES = """
QToolTip {{ background: {text}; color: {surface}; border: 0; padding: 6px 8px;
  font-size: {label}px; }}
QPushButton[kind="primary"] {{
  background: {primary}; color: {primary_text}; border: {edge}px solid {primary};
  border-radius: {radius}px; padding: 0 16px; min-height: 42px; font-size: {big}px;
  font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {primary_hover}; }}
QPushButton[kind="primary"]:disabled {{
  background: {sunken}; color: {disabled}; border-color: {sunken}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="outline"], QPushButton[kind="danger"] {{
  background: {surface}; color: {text}; border: {edge}px solid {line_strong};
  border-radius: {radius}px; padding: 0 14px; min-height: 42px; font-size: {field}px;
  font-weight: 500; }}
QPushButton[kind="danger"] {{ color: {danger}; border-color: {danger}; }}
QPushButton[kind="outline"]:hover, QPushButton[kind="danger"]:hover {{ background: {hover}; }}
QPushButton[kind="outline"]:disabled, QPushButton[kind="danger"]:disabled {{
  color: {disabled}; border-color: {line}; }}
QPushButton[kind="outline"]:focus, QPushButton[kind="danger"]:focus {{ border: 2px solid {focus}; }}
QPushButton[kind="text"] {{
  background: transparent; color: {primary}; border: 2px solid transparent;
  border-radius: {radius}px; padding: 4px 8px; font-size: {body}px; font-weight: 500; }}
QPushButton[kind="text"]:hover {{ background: {hover}; }}
QPushButton[kind="text"]:focus {{ border-color: {focus}; }}
QLineEdit, QPlainTextEdit {{
  background: {surface}; color: {text}; border: {edge}px solid {line_strong};
  border-radius: {radius}px; padding: 9px 11px; font-size: {field}px;
  selection-background-color: {primary}; selection-color: {primary_text};
  placeholder-text-color: {muted}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {focus}; padding: 8px 10px; }}
QLineEdit[large="true"] {{ font-size: {lead}px; padding: 12px 15px; }}
QLineEdit[large="true"]:focus {{ padding: 11px 14px; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {disabled}; border-color: {line}; }}
QTableView[rows="true"] {{ selection-background-color: {chosen}; selection-color: {on_chosen}; }}
QHeaderView {{ color: {muted}; font-size: {second}px; font-weight: 600; }}
QFrame[card="true"] {{
  background: {surface}; border: {edge}px solid {line}; border-radius: {card_radius}px; }}
QFrame[floating="true"] {{
  background: {raised}; border: {edge}px solid {line}; border-bottom: 2px solid {line_strong};
  border-radius: {card_radius}px; }}
QFrame[note="true"] {{ background: {sunken}; border: 0; border-radius: {radius}px; }}
QFrame[separator="true"] {{ background: {line}; border: 0; max-height: 1px; }}
QLabel[role="page-title"] {{ color: {text}; font-size: {page}px; font-weight: 600; }}
QLabel[role="title"] {{ color: {text}; font-size: {title}px; font-weight: 600; }}
QLabel[role="card-title"] {{ color: {text}; font-size: {big}px; font-weight: 600; }}
QLabel[role="label"] {{ color: {text}; font-size: {label}px; font-weight: 600; }}
QLabel[role="muted"] {{ color: {muted}; font-size: {label}px; }}
QLabel[role="second"] {{ color: {muted}; font-size: {second}px; }}
QLabel[role="number"] {{ color: {text}; font-size: {number}px; font-weight: 700; }}
QScrollArea[plain="true"] {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {line_strong}; border-radius: 4px; margin: 2px; min-height: 28px;
  min-width: 28px; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_COLOURS = (
    "surface",
    "raised",
    "sunken",
    "hover",
    "line",
    "line_strong",
    "text",
    "muted",
    "disabled",
    "primary",
    "primary_hover",
    "primary_text",
    "focus",
    "danger",
)


def sheet(tokens: Tokens, scale: float) -> str:
    """Return the sheet of a theme.  scale: of the sizes of text."""
    size = {name: round(pixels * scale) for name, pixels in TYPE.items()}
    # With strong edges there is no soft ground: a chosen row would look as the others.
    has_soft = tokens.primary_soft != tokens.surface
    return _RULES.format(
        **{name: getattr(tokens, name) for name in _COLOURS},
        chosen=tokens.primary_soft if has_soft else tokens.primary,
        on_chosen=tokens.on_soft if has_soft else tokens.primary_text,
        edge=tokens.edge_px,
        radius=RADIUS_CONTROL,
        card_radius=RADIUS_CARD,
        second=size["second"],
        label=size["label"],
        body=size["body"],
        field=size["field"],
        big=size["primary"],
        lead=round(18 * scale),
        title=size["panel-title"],
        page=size["page-title"],
        number=size["number"],
    )
