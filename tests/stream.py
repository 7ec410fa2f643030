"""A stream of dated news in our own words: eight publishers, steady themes, and some that come and go."""

import datetime
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

FIRST = datetime.date(2026, 1, 5)
"""The Monday of the first week."""

PUBLISHERS = (
    "Baltic Ledger", "Dock Street Journal", "Elm Review", "Grid Letter", "Inland Post", "Northern Wire",
    "Quay Bulletin", "Tidewater Times",
)  # fmt: skip

CONFIG = """\
topics:
  chips:
    keywords: [chip, chipmaker, wafer, semiconductor, processor, foundry, lithography]
  harbours:
    keywords: [harbour, port authority, quay, dredging, container terminal, pilot boat, berth]
  energy:
    keywords: [electricity, power grid, wind farm, battery storage, heat pump, substation, transmission line]
  talent:
    keywords: [apprentice, university, vacancy, graduate, vocational school, recruitment, trainee]
digests:
  weekly: {timezone: UTC}
"""

SLOTS: Mapping[str, Sequence[str]] = {
    "town": (
        "Aldham", "Brannock", "Corrie", "Dunmere", "Eastling", "Farnley", "Garrow", "Holmsund", "Inverlee",
        "Kelby", "Lorne", "Marstow", "Netherby", "Oxley", "Penrith", "Ravensey", "Selkirk", "Thornby",
    ),
    "who": (
        "the works council", "an auditor's letter", "the regional governor", "a supplier", "the night manager",
        "a former director", "two people at the plant", "the insurers", "an internal memo", "the ombudsman",
        "a visiting delegation", "the trade inspectorate", "shareholders", "the planning office",
    ),
    "share": (
        "a fifth", "a third", "eleven in a hundred", "nearly half", "two in seven", "a sixteenth", "a tenth",
        "seven in nine", "one in thirteen", "a quarter", "three in eight", "twelve in a hundred",
    ),
    "when": (
        "before the thaw", "by midsummer", "once the inspection is over", "after the holidays",
        "when the lease runs out", "within a fortnight", "as soon as the frost allows", "in the autumn",
        "before the committee sits again", "by the end of the season", "at the turn of the year",
    ),
    "why": (
        "because a contractor walked away", "after a long dispute over pay", "since spare parts arrived late",
        "as insurers asked for it", "because the old plan proved too dear", "after complaints from residents",
        "as a court had ordered", "because nobody else bid", "after a fire in a neighbouring hall",
        "since the ground turned out too soft", "after a recount of the stock", "as two ministers disagreed",
    ),
    "how": (
        "without a vote", "at its own expense", "against the advice of engineers", "with borrowed machines",
        "under a contract of nine years", "for a fee that nobody disclosed", "with help from volunteers",
        "behind closed doors", "on a trial basis", "in three stages", "with a loan from the county",
    ),
    "size": (
        "forty", "six hundred", "nineteen", "two thousand", "eighty-five", "a dozen", "three hundred",
        "fifty-one", "seventy", "nine thousand", "a hundred and ten", "twenty-seven",
    ),
}  # fmt: skip

THEMES: Mapping[str, Sequence[str]] = {
    "chips": (
        "A foundry in {town} will idle {share} of its furnaces {why}.",
        "The chipmaker in {town} cut its forecast for wafer starts by {share}, {who} told reporters.",
        "{who} expects the processor line at {town} to reach full yield {when}.",
        "Buyers in {town} took {size} lithography tools into storage {how}.",
        "Semiconductor stocks at the {town} depot shrank by {share} {why}.",
        "At {town}, {size} cleanroom workers were asked to move to the wafer plant {when}.",
        "Memory for handsets got cheaper by {share}, said {who}, and chip packaging in {town} felt it first.",
        "The semiconductor school of {town} bought an etching machine {how}.",
    ),
    "harbours": (
        "The port authority of {town} closed its eastern quay {why}.",
        "{who} wants the dredging off {town} to be finished {when}.",
        "A container terminal near {town} handled {size} boxes fewer {why}.",
        "The harbour at {town} let {share} of its sheds to a fish trader {how}.",
        "{size} pilot boat crews in {town} went on strike {why}.",
        "Berth fees in {town} rise by {share} {when}, according to {who}.",
        "The quay wall at {town} is to be raised {how}, {who} said.",
        "Two tugs were sold by the harbour of {town} {how}.",
    ),
    "energy": (
        "The power grid around {town} lost {share} of its reserve {why}.",
        "A wind farm off {town} will feed electricity to {size} homes {when}.",
        "{who} approved battery storage beside the substation in {town} {how}.",
        "Heat pump sales in {town} fell by {share}, {who} reported.",
        "The transmission line to {town} is delayed {why}.",
        "Electricity for the tram depot of {town} now comes from {size} roof panels {how}.",
        "{who} blames the substation at {town} for {size} short outages.",
        "Villagers near {town} bought {share} of a wind farm {how}.",
    ),
    "talent": (
        "The university of {town} will admit {size} more students of metallurgy {when}.",
        "Each third vacancy in {town} stays open {why}, {who} found.",
        "A vocational school in {town} trains {size} welders {how}.",
        "{who} offered every trainee in {town} a flat {when}.",
        "Recruitment in {town} slowed {why}; {share} of the places are free.",
        "An apprentice in {town} earns more by {share} {when}.",
        "{size} graduates left {town} for the capital {why}.",
        "The guild of {town} let graduate engineers teach {how}.",
    ),
    "culture": (
        "The museum of {town} opened its cellar to visitors {how}.",
        "A choir from {town} sang for {size} listeners {why}.",
        "{who} will restore the painted ceiling in {town} {when}.",
        "The town library of {town} lent {share} more novels {why}.",
        "A theatre troupe bought the old dairy in {town} {how}.",
        "The film club of {town} shows {size} silent pictures {when}.",
    ),
    "farming": (
        "Apple growers around {town} lost {share} of the harvest {why}.",
        "A dairy in {town} pays {share} more for milk {when}, said {who}.",
        "{who} counted {size} sheep too many on the moor above {town}.",
        "The seed market of {town} moves to a barn {how}.",
        "Beekeepers of {town} want the sprayer laws changed {when}.",
        "Hay got scarce in {town} {why}.",
    ),
    "transport": (
        "The night train to {town} loses its dining car {when}.",
        "A ferry for {size} cars sails from {town} {how}.",
        "{who} will widen the coastal road at {town} {when}.",
        "Bus drivers of {town} refused {share} of their shifts {why}.",
        "The cycle bridge in {town} was shut {why}.",
        "Freight trains pass {town} at night {how}, {who} admitted.",
    ),
    "health": (
        "The clinic in {town} hires {size} nurses {how}.",
        "Flu jabs ran out in {town} {why}.",
        "{who} wants the maternity ward of {town} to reopen {when}.",
        "A laboratory in {town} tests {size} samples a day {how}.",
        "Dentists in {town} turned away {share} of their patients {why}.",
        "An ambulance station is built in {town} {when}.",
    ),
}

AFTER = (
    "Asked about it, {who} pointed to a letter that {town} had sent.",
    "Nobody in {town} had been consulted, and {who} intends to appeal.",
    "That is {share} less than {who} had hoped for.",
    "A decision of the council in {town} is due {when}.",
    "It was done {how}, which {who} called unwise.",
    "Neighbours from {town} had warned of it {why}.",
    "Some {size} families are waiting for word from {town}.",
    "{who} would rather have seen it done {how}.",
)

NAMED: Mapping[str, Sequence[str]] = {
    "Lumen X9": (
        "The Lumen X9 processor draws {share} less current than its rivals, a bench test in {town} shows.",
        "A chipmaker in {town} has ordered {size} trays of the Lumen X9 {how}.",
        "{who} doubts that the Lumen X9 can be made in {town} {when}.",
        "Demand for the Lumen X9 emptied a semiconductor warehouse in {town} {why}.",
        "The first {size} boards with a Lumen X9 chip left {town} {how}.",
        "Makers of weather radar near {town} want the Lumen X9 {when}, whatever the processor costs.",
        "A flaw in the Lumen X9 slows {share} of the chips that were tested at {town}, according to {who}.",
        "Export papers for the Lumen X9 wafer masks were lost in {town} {why}.",
    ),
    "Vella Strait": (
        "Ships wait for {size} hours at the Vella Strait {why}, the port authority of {town} says.",
        "{who} wants a second pilot boat in the Vella Strait {when}.",
        "The harbour of {town} lives on traffic through the Vella Strait and lost {share} of it.",
        "Dredging of the Vella Strait begins {when}, {who} promised in {town}.",
        "A grounded barge in the Vella Strait keeps {size} boats from the quay of {town}.",
        "Berth fees near the Vella Strait were waived {how} by {town}.",
        "Insurers ask {share} more for a passage of the Vella Strait than for {town} harbour.",
    ),
    "Brightfield cells": (
        "Brightfield cells will roof {size} barns in {town} {when}.",
        "{who} praises Brightfield cells, which {town} bought {how}.",
        "With Brightfield cells a bakery in {town} saves {share} of its bill.",
        "A hall for Brightfield cells is planned at {town} {when}.",
        "Orders for Brightfield cells came from {size} farms near {town} {why}.",
    ),
    "Orla Quay": (
        "The Orla Quay scheme divides the harbour town of {town} {why}.",
        "{who} would build {size} berths at Orla Quay {when}.",
        "Orla Quay costs {share} more than planned, said {who} in {town}.",
        "Fishermen of {town} were promised sheds on Orla Quay {how}.",
    ),
    "Tern Basin": (
        "The Tern Basin was dug for {size} barges from {town} {how}.",
        "Dredging in the Tern Basin stopped {why}, as the harbour master of {town} noted.",
        "{who} sold {share} of the Tern Basin quay to {town}.",
        "A container terminal on the Tern Basin was dropped by {town} {why}.",
        "The Tern Basin froze, and {size} boats from {town} lay in harbour.",
    ),
    "Kestrel ledger": (
        "The Kestrel ledger lists {size} loans to {town} {how}.",
        "{who} copied the Kestrel ledger in {town} {when}.",
        "By the Kestrel ledger {share} of the silver of {town} is missing.",
        "Pages of the Kestrel ledger on {town} were torn out {why}.",
    ),
    "Salt Road forum": (
        "The Salt Road forum meets in {town} {when}.",
        "{who} speaks for {town} at the Salt Road forum {how}.",
        "The Salt Road forum wants {share} of the tolls of {town}.",
        "{size} towns beside {town} joined the Salt Road forum {why}.",
    ),
}  # fmt: skip

STEADY = {
    "chips": 6, "harbours": 6, "energy": 5, "talent": 5, "culture": 5, "farming": 4, "transport": 5, "health": 4,
}  # fmt: skip
"""Documents of a theme in a week."""

RISES: Mapping[str, Mapping[int, int]] = {
    "Orla Quay": {3: 9},
    "Lumen X9": {9: 6, 10: 9, 11: 16, 12: 14, 13: 3},
    "Brightfield cells": {14: 9},
    "Vella Strait": {16: 7, 17: 14, 18: 5},
}
"""Documents on a thing in each week that has any; one of them is one publisher's alone."""

SWELLS = {"energy": {16: 10, 17: 20}, "harbours": {3: 25}}
"""More documents on a topic."""

RERUN = 12
"""Documents of a week of which a paragraph comes once more in the next."""

PUSHED = {"Brightfield cells": "Grid Letter"}
QUIET, FLOOD, DOWN, LAST = 15, 18, (19, 20), 21
IMPORT, UNDATED, NEWCOMER = 12, 13, 14
QUIETER = (22, 23)
"""Weeks without news after the last one, for other settings."""


@dataclass(frozen=True, slots=True)
class News:
    """One document: who published it, when if it says so, and its paragraphs."""

    id: str
    title: str
    publisher: str
    date: datetime.date | None
    paragraphs: tuple[str, ...]
    arrives: datetime.date
    on: str = field(default="", compare=False)

    @property
    def json(self) -> str:
        """The document as a line of JSONL."""
        stated = {"id": self.id, "title": self.title, "publisher": self.publisher}
        if self.date:
            stated["date"] = self.date.isoformat()
        return json.dumps({**stated, "text": "\n\n".join(self.paragraphs)})


def monday(week: int) -> datetime.date:
    """Return the first day of a week."""
    return FIRST + datetime.timedelta(weeks=week - 1)


class Stream:
    """Writes the news of each week; the same weeks are the same news."""

    def __init__(self) -> None:
        self._before: Sequence[News] = ()

    def week(self, number: int) -> Iterator[News]:
        """Yield what arrives in a week."""
        if number == QUIET or number > LAST:
            return
        dice = random.Random(number)  # noqa: S311 - news, no secrets
        made: list[News] = []
        counts = dict(STEADY)
        for theme, more in SWELLS.items():
            counts[theme] += more.get(number, 0)
        for theme, count in counts.items():
            for _ in range(count + dice.randrange(-1, 2)):
                made.append(self._news(dice, number, len(made), theme, long=number == FLOOD))
        for name, course in RISES.items():
            for _ in range(course.get(number, 0)):
                made.append(self._news(dice, number, len(made), name, publisher=PUSHED.get(name, "")))
        for copied in dice.sample(made[:40], 2):
            made.append(self._reprint(dice, copied, len(made)))
        made += [self._rerun(dice, one, number, len(made) + at) for at, one in enumerate(self._before)]
        self._before = [one for one in made if one.on in STEADY][:RERUN]
        yield from made
        yield from self._imports(dice, number)

    def _imports(self, dice: random.Random, number: int) -> Iterator[News]:
        if number == IMPORT:
            for at in range(600):
                day = FIRST - datetime.timedelta(days=400 + at)
                yield self._news(dice, number, 1000 + at, "Tern Basin", date=day)
        if number == UNDATED:
            for at in range(60):
                yield self._news(dice, number, 1000 + at, "Kestrel ledger", date=None)
        if number == NEWCOMER:
            for at in range(40):
                yield self._news(dice, number, 2000 + at, "Salt Road forum", publisher="Upland Record")

    def _news(
        self,
        dice: random.Random,
        number: int,
        at: int,
        theme: str,
        *,
        publisher: str = "",
        date: datetime.date | None = datetime.date.min,
        long: bool = False,
    ) -> News:
        day = monday(number) + datetime.timedelta(days=dice.randrange(7))
        paragraphs = tuple(
            self._paragraph(dice, theme) for _ in range(30 if long else dice.choice((1, 1, 2)))
        )
        title = f"{dice.choice(TITLES)} {dice.choice(SLOTS['town'])}"
        return News(
            f"{number}-{at}",
            title,
            publisher or dice.choice(PUBLISHERS),
            day if date == datetime.date.min else date,
            paragraphs,
            day,
            theme,
        )

    def _paragraph(self, dice: random.Random, theme: str) -> str:
        frames = {**THEMES, **NAMED}[theme]
        told = [*dice.sample(frames, 2), *dice.sample(AFTER, 2)]
        return " ".join(_filled(dice, frame) for frame in told)

    def _rerun(self, dice: random.Random, before: News, number: int, at: int) -> News:
        """Return what was published in the week before, word for word, with something added."""
        day = monday(number) + datetime.timedelta(days=dice.randrange(7))
        others = [one for one in PUBLISHERS if one != before.publisher]
        title = f"{dice.choice(TITLES)} {dice.choice(SLOTS['town'])}"
        paragraphs = (before.paragraphs[0], self._paragraph(dice, before.on))
        return News(f"{number}-{at}", title, dice.choice(others), day, paragraphs, day, before.on)

    def _reprint(self, dice: random.Random, copied: News, at: int) -> News:
        number = copied.id.partition("-")[0]
        others = [one for one in PUBLISHERS if one != copied.publisher]
        more = f"{copied.paragraphs[0]} {_filled(dice, dice.choice(AFTER))}"
        title = f"{copied.title} again"
        return News(
            f"{number}-{at}", title, dice.choice(others), copied.date, (more,), copied.arrives, copied.on
        )


TITLES = (
    "News from",
    "A letter from",
    "Notes on",
    "What moves",
    "Report from",
    "Briefly,",
    "Around",
    "Seen in",
)


def _filled(dice: random.Random, frame: str) -> str:
    told = frame.format(**{slot: dice.choice(choices) for slot, choices in SLOTS.items()})
    return told[0].upper() + told[1:]
