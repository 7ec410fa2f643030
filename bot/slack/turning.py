"""Lists that are turned page by page: from where a page begins, and the buttons below it."""

from bot.slack.blocks import Block, actions, button


def beginning(offset: int, total: int, *, per_page: int) -> int:
    """Return from where to show a list of *total*: *offset*, or the last page where that is gone."""
    return offset if offset < total else max(total - 1, 0) // per_page * per_page


def turns(what: str, action: str, *, offset: int, last: int, total: int, per_page: int) -> list[Block]:
    """Return the buttons that turn a list of *what*, shown from *offset* to *last*; none for one page."""
    row = []
    if offset:
        row.append(button(f"Previous {what}", f"{action}_previous", str(max(offset - per_page, 0))))
    if last < total:
        row.append(button(f"Next {what}", f"{action}_next", str(last)))
    return [actions(*row, block_id="turns")] if row else []
