"""What can be typed after `python -m bot`."""

import argparse
from pathlib import Path


def read_options(given: list[str]) -> argparse.Namespace:
    """Return what was asked for; words of a question may begin with a hyphen, as in `chips -tariffs`."""
    parser = _parser()
    options, rest = parser.parse_known_args(given)
    if rest and options.verb == "search" and not any(word.startswith("--") for word in rest):
        options.query = [word for word in given if word in {*options.query, *rest}]
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Briefbot answers with the passage itself, word for word, and where it stands.",
    )
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)

    verb = verbs.add_parser("playground", help="try all of it in a browser, beside a Slack of this machine")
    verb.add_argument("--host", default="127.0.0.1", help="whom it is open to; others need a token")
    verb.add_argument("--port", type=int, metavar="N", help="default: 3000, or any that is free")
    verb.add_argument("--no-browser", action="store_true", help="open no browser")

    verbs.add_parser("console", help="ask at a prompt, as in Slack")

    verbs.add_parser("serve", help="answer Slack, over HTTP and Socket Mode")

    verb = verbs.add_parser("ingest", help="read documents into the library")
    verb.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="default: all sources, of config.yml and added"
    )
    verb.add_argument("--explain", action="store_true", help="show what is left out; store nothing")

    verb = verbs.add_parser("remove", help="remove a document, or all that came from a path")
    verb.add_argument("reference", type=_named, metavar="ID|PATH")

    verb = verbs.add_parser("sources", help="where documents come from, how it stands with each, and why")
    verb.add_argument("--json", action="store_true", help="print one JSON array")
    change = verb.add_mutually_exclusive_group()
    change.add_argument("--add", type=_named, metavar="URL|FILE", help="follow an address, or an OPML file's")
    change.add_argument("--remove", type=_named, metavar="URL", help="follow an address no more")

    verb = verbs.add_parser("search", help="answer a question, or with - one question a line")
    verb.add_argument("query", nargs="+", metavar="QUERY")
    verb.add_argument("--limit", type=_count, default=5, metavar="N", help="passages, 1 to 100")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.add_argument(
        "--explain", action="store_true", help="say of each passage why it stands where it does"
    )

    verb = verbs.add_parser("digest", help="what a digest says, as it is posted")
    verb.add_argument("--channel", default="", metavar="ID", help="whose digest; default: any, of a week")
    verb.add_argument("--at", default="", metavar="MOMENT", help="as 2026-11-23T09:00; default: now")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--text", action="store_true", help="print it as text (the default)")
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--html", type=_path, metavar="FILE", help="write it as a page")
    form.add_argument("--png", type=_path, metavar="FILE", help="write its chart as a picture")

    verb = verbs.add_parser("topics", help="how much there is on each topic, and which keywords would serve")
    verb.add_argument("--json", action="store_true", help="print one JSON object")

    verb = verbs.add_parser("deliveries", help="what is due, sent, in doubt and blocked, and why")
    verb.add_argument(
        "--retry", type=_named, metavar="ID", help="send again what was blocked or left in doubt"
    )
    verb.add_argument("--limit", type=_count, default=30, metavar="N", help="lines, 1 to 100")

    verb = verbs.add_parser("questions", help="which answers were of use, and what was asked in vain")
    verb.add_argument("--limit", type=_count, default=30, metavar="N", help="lines, 1 to 100")

    verb = verbs.add_parser("audit", help="who added and removed clips, and set up what channels get")
    verb.add_argument("--workspace", type=_named, metavar="ID", help="default: all")
    verb.add_argument("--limit", type=_count, default=30, metavar="N", help="lines, 1 to 100")

    verb = verbs.add_parser("manifest", help="print the manifest from which Slack makes the app")
    verb.add_argument("--url", default="", help="your https:// address; without it, Socket Mode")
    verb.add_argument("--with", dest="features", default="", metavar="FEATURE,...", help="more scopes")

    verbs.add_parser("doctor", help="look at each part and say what to do")

    verb = verbs.add_parser("keys", help="seal the tokens of all workspaces with the newest key")
    verb.add_argument("--new", action="store_true", help="print a new key, and do nothing")

    _add_keeping(verbs)
    verbs.add_parser("migrate", help="bring the store's tables to this version")
    return parser


def _add_keeping(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verb = verbs.add_parser("backup", help="write the whole store to one file, while it is in use")
    verb.add_argument("file", type=_path, metavar="FILE")
    verb.add_argument("--force", action="store_true", help="put it in the place of a file that is there")

    verb = verbs.add_parser("restore", help="fill an empty store from a backup")
    verb.add_argument("file", type=_path, metavar="FILE")
    verb.add_argument(
        "--force", action="store_true", help="SQLite: keep what is there under another name, and restore"
    )

    verb = verbs.add_parser("export", help="write all of the store as lines of JSON, for the other engine")
    verb.add_argument("file", type=_path, metavar="FILE")
    verb.add_argument("--force", action="store_true", help="put it in the place of a file that is there")

    verb = verbs.add_parser("import", help="fill an empty store from an export")
    verb.add_argument("file", type=_path, metavar="FILE")

    verb = verbs.add_parser("snapshot", help="write the index to a file, for other processes to begin with")
    verb.add_argument("file", type=_path, metavar="FILE")


def _named(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; is a variable unset?")
    return text


def _path(text: str) -> Path:
    return Path(_named(text))


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 100")
    return int(text)
