"""The command line: `python -m bot VERB`."""

import argparse
import datetime
import io
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.app import Briefbot, open_briefbot
from bot.config import Config, load
from bot.errors import BotError, QueryError
from bot.search.search import Answer

DONE, REFUSED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 if it is done, 1 if it was refused or failed, 2 for wrong usage."""
    options = _options(list(sys.argv[1:] if arguments is None else arguments))
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_ours_or_grave)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A terminal that lacks a character shows its number.
            stream.reconfigure(errors="backslashreplace")
    run: Callable[..., int] = options.run
    try:
        done = run() if run is _doctor else run(load(), options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # Who read our output has seen enough.
        _drop_output()
        return DONE
    except Exception as error:
        if os.environ.get("BRIEFBOT_DEBUG"):
            raise
        print(f"briefbot: {_cause(error)}", file=sys.stderr)
        _drop_output()
        return REFUSED
    return done


def _options(given: list[str]) -> argparse.Namespace:
    """Return what was asked for; words of a question may begin with a hyphen, as in `chips -tariffs`."""
    parser = _parser()
    options, rest = parser.parse_known_args(given)
    if rest and options.run is _search and not any(word.startswith("--") for word in rest):
        options.query = [word for word in given if word in {*options.query, *rest}]
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _cause(error: Exception) -> str:
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, MemoryError):
        return "out of memory; lower limits.file_megabytes in config.yml"
    if isinstance(error, OSError):
        return f"{error.filename or 'the output'}: {error.strerror}"
    return f"a bug of Briefbot's ({type(error).__name__}); BRIEFBOT_DEBUG=1 shows where"


def _drop_output() -> None:
    """Let what is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_ours_or_grave(record: logging.LogRecord) -> bool:
    """Keep Slack's libraries to errors: what they tell below quotes what people typed."""
    return not record.name.startswith("slack_") or record.levelno >= logging.ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Briefbot answers with the passage itself, word for word, and where it stands.",
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    verb = verbs.add_parser("console", help="ask at a prompt, as in Slack")
    verb.set_defaults(run=_console)

    verb = verbs.add_parser("serve", help="answer Slack, over HTTP and Socket Mode")
    verb.set_defaults(run=_serve)

    verb = verbs.add_parser("ingest", help="read documents into the library")
    verb.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="default: library.sources of config.yml"
    )
    verb.add_argument("--explain", action="store_true", help="show what is left out; store nothing")
    verb.set_defaults(run=_ingest)

    verb = verbs.add_parser("remove", help="remove a document, or all that came from a path")
    verb.add_argument("reference", type=_named, metavar="ID|PATH")
    verb.set_defaults(run=_remove)

    verb = verbs.add_parser("search", help="answer a question, or with - one question a line")
    verb.add_argument("query", nargs="+", metavar="QUERY")
    verb.add_argument("--limit", type=_count, default=5, metavar="N", help="passages, 1 to 100")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=_search)

    verb = verbs.add_parser("deliveries", help="what is due, sent, in doubt and blocked, and why")
    verb.add_argument(
        "--retry", type=_named, metavar="ID", help="send again what was blocked or left in doubt"
    )
    verb.add_argument("--limit", type=_count, default=30, metavar="N", help="lines, 1 to 100")
    verb.set_defaults(run=_deliveries)

    verb = verbs.add_parser("manifest", help="print the manifest from which Slack makes the app")
    verb.add_argument("--url", default="", help="your https:// address; without it, Socket Mode")
    verb.add_argument("--with", dest="features", default="", metavar="FEATURE,...", help="more scopes")
    verb.set_defaults(run=_manifest)

    verb = verbs.add_parser("doctor", help="look at each part and say what to do")
    verb.set_defaults(run=_doctor)

    verb = verbs.add_parser("migrate", help="bring the store's tables to this version")
    verb.set_defaults(run=_migrate)
    return parser


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


def _console(config: Config, _options: argparse.Namespace) -> int:
    from bot.app import local_app  # noqa: PLC0415 - Bolt, which other verbs can do without
    from bot.console import converse  # noqa: PLC0415
    from bot.filling import fill  # noqa: PLC0415
    from bot.search.follow import following  # noqa: PLC0415

    briefbot = open_briefbot(config)
    if not config.database_url and briefbot.library.state().revision == 0:
        fill(briefbot, config.sources)
    documents, passages = briefbot.searcher.size()
    examples = "  ".join(briefbot.searcher.examples()) or "help"
    welcome = (
        f"{documents} documents, {passages} passages. Type what you would type after {config.command}"
        f" in Slack.\nTry: {examples}  topics  help. Ctrl-D ends."
    )
    with following(briefbot.index, briefbot.library):
        converse(local_app(briefbot), config.command, welcome=welcome)
    briefbot.close()
    return DONE


def _serve(config: Config, _options: argparse.Namespace) -> int:
    from bot.serve import serve  # noqa: PLC0415 - Bolt and the web server, which other verbs do without

    logging.getLogger("bot").setLevel(logging.INFO)
    serve(config)
    return DONE


def _ingest(config: Config, options: argparse.Namespace) -> int:
    from bot.filling import explain_to_terminal, fill  # noqa: PLC0415 - what reads documents

    paths = options.paths or list(config.sources)
    if options.explain:
        return REFUSED if explain_to_terminal(paths, config) else DONE
    briefbot = open_briefbot(config)
    refused = fill(briefbot, paths)
    briefbot.close()
    return REFUSED if refused else DONE


def _remove(config: Config, options: argparse.Namespace) -> int:
    from bot.library.ingest import remove  # noqa: PLC0415

    briefbot = open_briefbot(config)
    removed = remove(briefbot.library, options.reference, now=_now())
    briefbot.index.follow(briefbot.library)
    briefbot.close()
    print(f"{removed} document{'s' * (removed != 1)} removed", file=sys.stderr)
    return DONE


def _search(config: Config, options: argparse.Namespace) -> int:
    from bot.local_slack.draw import draw  # noqa: PLC0415
    from bot.search.report import report  # noqa: PLC0415
    from bot.slack import answers  # noqa: PLC0415

    briefbot = open_briefbot(config)
    text = " ".join(options.query)
    if text == "-":
        for line in _lines_in():
            print(json.dumps(_reported(briefbot, line.strip(), options.limit)), flush=True)
    else:
        answer, took_ms = _answered(briefbot, text, options.limit)
        if options.json:
            print(json.dumps(report(answer, took_ms=took_ms), indent=2))
        else:
            told = answers.found if answer.hits else answers.nothing
            width = min(shutil.get_terminal_size().columns, 100)
            message = told(answer, command=config.command)
            print(draw(message, width=width, color=sys.stdout.isatty()))
    briefbot.close()
    return DONE


def _lines_in() -> Iterator[str]:
    if isinstance(sys.stdin, io.TextIOWrapper):  # It may be closed.
        sys.stdin.reconfigure(errors="replace")
        yield from sys.stdin


def _reported(briefbot: Briefbot, text: str, limit: int) -> dict[str, Any]:
    from bot.search.report import refused, report  # noqa: PLC0415

    try:
        answer, took_ms = _answered(briefbot, text, limit)
    except QueryError as error:
        return refused(text, str(error))
    return report(answer, took_ms=took_ms)


def _answered(briefbot: Briefbot, text: str, limit: int) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = briefbot.searcher.search(text, limit=limit, today=_now().date())
    return answer, (time.perf_counter() - started) * 1000


def _deliveries(config: Config, options: argparse.Namespace) -> int:
    from bot.store.database import open_database  # noqa: PLC0415
    from digests.overview import Overview  # noqa: PLC0415
    from digests.report import report  # noqa: PLC0415

    database = open_database(config.database_url, config.data)
    overview = Overview(database)
    if options.retry:
        state = overview.retry(options.retry)
        if state not in {"blocked", "left", "due"}:
            told = (
                f"is {state}: it is not sent again" if state else "is no delivery's id; the list shows them"
            )
            raise BotError(f"--retry: {options.retry} {told}")
    print(report(overview.counts(), overview.listed(limit=options.limit)))
    database.close()
    return DONE


def _manifest(config: Config, options: argparse.Namespace) -> int:
    from bot.slack.manifest import manifest, scopes  # noqa: PLC0415

    features = [name for name in options.features.split(",") if name]
    print(json.dumps(manifest(config.command, url=options.url, features=features), indent=2))
    for scope, why in scopes(features).items():
        print(f"{scope}: {why}", file=sys.stderr)
    return DONE


def _doctor() -> int:
    """Look at everything, a wrong configuration included."""
    from bot.doctor import examine  # noqa: PLC0415

    is_well = True
    for finding in examine():
        is_well = is_well and not finding.advice
        mark = f"  -> {finding.advice}" if finding.advice else ""
        print(f"{'!!' if finding.advice else 'ok'}  {finding.what}: {finding.told}{mark}", flush=True)
    return DONE if is_well else REFUSED


def _migrate(config: Config, _options: argparse.Namespace) -> int:
    from bot.store.database import SCHEMA, open_database  # noqa: PLC0415

    database = open_database(config.database_url, config.data)
    database.close()
    print(f"{database.name}: schema {SCHEMA}", file=sys.stderr)
    return DONE


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


if __name__ == "__main__":
    sys.exit(main())
