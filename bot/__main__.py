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
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from bot.app import collector_of, open_briefbot
from bot.arguments import read_options
from bot.config import Config
from bot.errors import BotError
from bot.loading import load
from bot.logs import is_json, set_up

DONE, REFUSED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 if it is done, 1 if it was refused or failed, 2 for wrong usage."""
    options = read_options(list(sys.argv[1:] if arguments is None else arguments))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A terminal that lacks a character shows its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        set_up(os.environ)
        done = _doctor() if options.verb == "doctor" else VERBS[options.verb](load(), options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # Who read our output has seen enough.
        _drop_output()
        return DONE
    except Exception as error:
        if os.environ.get("BRIEFBOT_DEBUG"):
            raise
        _refuse(_cause(error))
        _drop_output()
        return REFUSED
    return done


def _refuse(cause: str) -> None:
    """Say in one line why it was not done."""
    if is_json(os.environ):
        logging.getLogger("bot").critical(cause)
    else:
        print(f"briefbot: {cause}", file=sys.stderr)


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


def _console(config: Config, _options: argparse.Namespace) -> int:
    from bot.app import local_app  # noqa: PLC0415 - Bolt, which other verbs can do without
    from bot.console import converse  # noqa: PLC0415
    from bot.search.follow import following  # noqa: PLC0415
    from bot.store.questions import writing_down  # noqa: PLC0415

    briefbot = open_briefbot(config)
    collector = collector_of(briefbot)
    if not config.database_url and briefbot.library.state().revision == 0:
        from bot.gathering import refill  # noqa: PLC0415 - what reads documents

        refill(briefbot, collector)
    documents, passages = briefbot.searcher.size()
    examples = "  ".join(briefbot.searcher.examples()) or "help"
    welcome = (
        f"{documents} documents, {passages} passages. Type what you would type after {config.command}"
        f" in Slack.\nTry: {examples}  topics  help. Ctrl-D ends."
    )
    with following(briefbot.index, briefbot.library), writing_down(briefbot.questions), closing(collector):
        converse(local_app(briefbot, collector), config.command, welcome=welcome)
    briefbot.close()
    return DONE


def _playground(config: Config, options: argparse.Namespace) -> int:
    from bot.playground import play  # noqa: PLC0415 - Bolt, the web server and pages

    play(config, host=options.host, port=options.port, opens=not options.no_browser)
    return DONE


def _serve(config: Config, _options: argparse.Namespace) -> int:
    from bot.serve import serve  # noqa: PLC0415 - Bolt and the web server, which other verbs do without

    logging.getLogger("bot").setLevel(logging.INFO)
    serve(config)
    return DONE


def _ingest(config: Config, options: argparse.Namespace) -> int:
    from bot.filling import explain_to_terminal, fill  # noqa: PLC0415 - what reads documents

    if options.explain:
        return REFUSED if explain_to_terminal(options.paths or config.folders, config) else DONE
    briefbot = open_briefbot(config)
    if options.paths:
        is_whole = not fill(briefbot, options.paths).refusals
    else:
        from bot.gathering import gather, refill  # noqa: PLC0415

        with closing(collector_of(briefbot)) as collector:
            is_filled = refill(briefbot, collector)
            is_whole = gather(briefbot, collector) and is_filled
    briefbot.close()
    return DONE if is_whole else REFUSED


def _sources(config: Config, options: argparse.Namespace) -> int:
    from bot.gathering import follow, follow_no_more  # noqa: PLC0415
    from bot.sources.status import report, reported, statuses  # noqa: PLC0415
    from bot.store.visits import Visits  # noqa: PLC0415

    briefbot = open_briefbot(config)
    if options.add:
        follow(briefbot, options.add, now=_now())
    if options.remove:
        follow_no_more(briefbot, options.remove, now=_now())
    with closing(collector_of(briefbot)) as collector:
        found = statuses(collector.sources(), Visits(briefbot.database), briefbot.library)
    briefbot.close()
    if options.json:
        print(json.dumps([reported(one) for one in found], indent=2))
    else:
        print("\n".join(report(found)))
    return DONE


def _remove(config: Config, options: argparse.Namespace) -> int:
    from bot.library.ingest import remove  # noqa: PLC0415

    briefbot = open_briefbot(config)
    removed = remove(briefbot.library, options.reference, now=_now())
    briefbot.index.follow(briefbot.library)
    briefbot.close()
    print(f"{removed} document{'s' * (removed != 1)} removed", file=sys.stderr)
    return DONE


def _search(config: Config, options: argparse.Namespace) -> int:
    from bot.searching import answer, answer_each  # noqa: PLC0415

    briefbot = open_briefbot(config)
    text = " ".join(options.query)
    if text == "-":
        answer_each(briefbot, limit=options.limit)
    else:
        answer(briefbot, text, limit=options.limit, as_json=options.json, explains=options.explain)
    briefbot.close()
    return DONE


def _digest(config: Config, options: argparse.Namespace) -> int:
    from bot.app import sending_of  # noqa: PLC0415
    from digests.exhibit import exhibit  # noqa: PLC0415

    briefbot = open_briefbot(config)
    shown = exhibit(sending_of(briefbot).digests, channel=options.channel, at=options.at, now=_now())
    if options.json:
        print(shown.json())
    elif options.html:
        options.html.write_text(shown.html(), encoding="utf-8")
    elif options.png:
        options.png.write_bytes(shown.png())
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        print(shown.text(width=width, color=sys.stdout.isatty()))
    briefbot.close()
    return DONE


def _topics(config: Config, options: argparse.Namespace) -> int:
    from bot.store.timeline import Timeline  # noqa: PLC0415
    from digests.advice import reported, told  # noqa: PLC0415
    from digests.suggestions import suggestions  # noqa: PLC0415

    briefbot = open_briefbot(config)
    found = suggestions(Timeline(briefbot.database), briefbot.searcher, config, today=_now().date())
    print(json.dumps(reported(found), indent=2) if options.json else told(found))
    briefbot.close()
    return DONE


def _deliveries(config: Config, options: argparse.Namespace) -> int:
    from bot.store.audit import Actor  # noqa: PLC0415
    from bot.store.database import open_database  # noqa: PLC0415
    from digests.overview import Overview  # noqa: PLC0415
    from digests.report import report  # noqa: PLC0415

    database = open_database(config.database_url, config.data)
    overview = Overview(database)
    if options.retry:
        state = overview.retry(options.retry, Actor("terminal", "the terminal"), now=_now())
        if state not in {"blocked", "left", "due"}:
            told = (
                f"is {state}: it is not sent again" if state else "is no delivery's id; the list shows them"
            )
            raise BotError(f"--retry: {options.retry} {told}")
    print(report(overview.counts(), overview.listed(limit=options.limit)))
    database.close()
    return DONE


def _questions(config: Config, options: argparse.Namespace) -> int:
    from bot.slack.text import shown  # noqa: PLC0415
    from bot.store.database import open_database  # noqa: PLC0415
    from bot.store.questions import Questions  # noqa: PLC0415

    database = open_database(config.database_url, config.data)
    questions = Questions(database)
    useful, useless = questions.verdicts()
    told = questions.unanswered(limit=options.limit)
    database.close()
    print(f"{useful} answers were of use, {useless} of none, as people said.")
    print("What was asked in vain, and by how many:" if told else "Nothing was asked in vain.")
    for one in told:
        print(f"{one.people:>6}  {one.last:%Y-%m-%d}  {shown(one.text)}")
    return DONE


def _audit(config: Config, options: argparse.Namespace) -> int:
    from bot.store.audit import Audit, told  # noqa: PLC0415
    from bot.store.database import open_database  # noqa: PLC0415

    database = open_database(config.database_url, config.data)
    print(told(Audit(database).newest(limit=options.limit, workspace=options.workspace)))
    database.close()
    return DONE


def _manifest(config: Config, options: argparse.Namespace) -> int:
    from bot.slack.manifest import manifest, scopes  # noqa: PLC0415

    features = [name for name in options.features.split(",") if name] or config.features
    print(json.dumps(manifest(config.command, url=options.url, features=features), indent=2))
    for scope, why in scopes(features).items():
        print(f"{scope}: {why}", file=sys.stderr)
    return DONE


def _keys(config: Config, options: argparse.Namespace) -> int:
    from bot.slack.keys import Keys, new_key  # noqa: PLC0415 - what seals
    from bot.slack.sealing import seal_again  # noqa: PLC0415
    from bot.store.database import open_database  # noqa: PLC0415
    from bot.store.installations import Installations  # noqa: PLC0415

    if options.new:
        print(new_key())
        return DONE
    keys = Keys(config.slack.keys)
    database = open_database(config.database_url, config.data)
    done = seal_again(Installations(database), keys)
    database.close()
    print(f"{done.sealed} of {done.all} tokens are sealed with the newest key", file=sys.stderr)
    for owner in done.unreadable:
        print(f"{owner}: no key of BRIEFBOT_KEY opens its token", file=sys.stderr)
    return REFUSED if done.unreadable else DONE


def _doctor() -> int:
    """Look at everything, a wrong configuration included."""
    from bot.doctor.examine import examine  # noqa: PLC0415

    is_well = True
    for finding in examine():
        is_well = is_well and not finding.advice
        mark = f"  -> {finding.advice}" if finding.advice else ""
        print(f"{'!!' if finding.advice else 'ok'}  {finding.what}: {finding.told}{mark}", flush=True)
    return DONE if is_well else REFUSED


def _migrate(config: Config, _options: argparse.Namespace) -> int:
    from bot.store.database import open_database  # noqa: PLC0415

    with closing(open_database(config.database_url, config.data)) as database:
        print(f"{database.name}: schema {database.schema().version}", file=sys.stderr)
    return DONE


def _backup(config: Config, options: argparse.Namespace) -> int:
    from bot.keeping import back_up_store  # noqa: PLC0415 - which other verbs do without

    back_up_store(config, options.file, replaces=options.force)
    return DONE


def _restore(config: Config, options: argparse.Namespace) -> int:
    from bot.keeping import restore_store  # noqa: PLC0415

    restore_store(config, options.file, replaces=options.force, now=_now())
    return DONE


def _export(config: Config, options: argparse.Namespace) -> int:
    from bot.keeping import export_store  # noqa: PLC0415

    export_store(config, options.file, replaces=options.force)
    return DONE


def _import(config: Config, options: argparse.Namespace) -> int:
    from bot.keeping import import_store  # noqa: PLC0415

    import_store(config, options.file, now=_now())
    return DONE


def _snapshot(config: Config, options: argparse.Namespace) -> int:
    from bot.keeping import pack_index  # noqa: PLC0415

    pack_index(config, options.file)
    return DONE


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


VERBS: Mapping[str, Callable[[Config, argparse.Namespace], int]] = {
    "playground": _playground,
    "console": _console,
    "serve": _serve,
    "ingest": _ingest,
    "remove": _remove,
    "sources": _sources,
    "search": _search,
    "digest": _digest,
    "snapshot": _snapshot,
    "topics": _topics,
    "deliveries": _deliveries,
    "questions": _questions,
    "audit": _audit,
    "manifest": _manifest,
    "migrate": _migrate,
    "backup": _backup,
    "restore": _restore,
    "export": _export,
    "import": _import,
    "keys": _keys,
}
"""What runs each verb; `doctor` looks at the configuration itself."""


if __name__ == "__main__":
    sys.exit(main())
