"""What may stand in which block or element of Slack's Block Kit, and how much of it."""

from collections.abc import Mapping

Place = tuple[str, str]
"""The type of what bears something, or `any`, and its key."""

TEXTS: Mapping[Place, int] = {
    ("section", "text"): 3000,
    ("field", "text"): 2000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("image", "title"): 2000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("context", "text"): 3000,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("modal", "private_metadata"): 3000,
    ("alert", "text"): 200,
    ("card", "title"): 150,
    ("card", "subtitle"): 150,
    ("card", "body"): 200,
    ("container", "title"): 150,
    ("container", "subtitle"): 150,
    ("any", "placeholder"): 150,
    ("any", "action_id"): 255,
    ("any", "block_id"): 255,
    ("any", "callback_id"): 255,
}
"""Most characters of a text."""

COUNTS: Mapping[Place, tuple[int, int]] = {
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("context_actions", "elements"): (1, 5),
    ("section", "fields"): (1, 10),
    ("overflow", "options"): (1, 5),
    ("checkboxes", "options"): (1, 10),
    ("radio_buttons", "options"): (1, 10),
    ("container", "child_blocks"): (1, 10),
    ("carousel", "elements"): (1, 10),
    ("data_table", "rows"): (2, 101),
    ("any", "options"): (1, 100),
    ("any", "option_groups"): (1, 100),
}
"""Fewest and most of a list."""

PLAIN: frozenset[Place] = frozenset(
    {
        ("header", "text"),
        ("button", "text"),
        ("input", "label"),
        ("input", "hint"),
        ("image", "title"),
        ("modal", "title"),
        ("modal", "submit"),
        ("modal", "close"),
        ("container", "title"),
        ("any", "placeholder"),
    }
)
"""Where a text is plain_text, never mrkdwn."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "section": ("text", "fields"),
    "header": ("text",),
    "context": ("elements",),
    "actions": ("elements",),
    "rich_text": ("elements",),
    "input": ("element",),
    "button": ("text",),
    "image": ("image_url", "slack_file"),
    "alert": ("text",),
    "card": ("hero_image", "title", "actions", "body"),
    "container": ("child_blocks",),
    "carousel": ("elements",),
    "data_table": ("rows",),
    "plan": ("title",),
    "task_card": ("task_id",),
}
"""Of which keys a block or element needs one."""

BLOCKS = frozenset(
    {
        "actions", "alert", "card", "carousel", "container", "context", "context_actions", "data_table",
        "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text",
        "section", "table", "task_card", "video",
    }
)  # fmt: skip
MESSAGES_ONLY = frozenset({"container", "markdown"})

_MENUS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_CHOICES = frozenset({"checkboxes", "radio_buttons", "datepicker", "timepicker"})
_PRESSED = frozenset({"button", "workflow_button", "overflow"})

PLACES: Mapping[Place, frozenset[str]] = {
    ("actions", "elements"): _MENUS | _CHOICES | _PRESSED | {"datetimepicker", "icon_button"},
    ("context", "elements"): frozenset({"image", "plain_text", "mrkdwn"}),
    ("context_actions", "elements"): frozenset({"feedback_buttons", "icon_button"}),
    ("section", "accessory"): _MENUS | _CHOICES | _PRESSED | {"image"},
    ("input", "element"): _MENUS
    | _CHOICES
    | {
        "datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input",
        "rich_text_input", "url_text_input",
    },
    ("rich_text", "elements"): frozenset(
        {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    ),
    ("section", "text"): frozenset({"plain_text", "mrkdwn"}),
    ("carousel", "elements"): frozenset({"card"}),
    ("container", "child_blocks"): frozenset(
        {
            "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section",
            "table", "video",
        }
    ),
    ("plan", "tasks"): frozenset({"task_card"}),
}  # fmt: skip
"""Which types may stand where; whatever stands elsewhere is not looked at."""
