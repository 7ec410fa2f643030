"""Sentences for made-up pages: what an article says, and what stands around it, in English and Chinese."""

import random
from dataclasses import dataclass, field

_EN = {
    "noun": [
        "harbour",
        "tariff",
        "reactor",
        "satellite",
        "vaccine",
        "aquifer",
        "semiconductor",
        "glacier",
        "ministry",
        "refinery",
        "corridor",
        "fishery",
        "battery",
        "treaty",
        "wafer",
        "lithography",
        "pipeline",
        "cable",
        "turbine",
        "orchard",
        "census",
        "subsidy",
        "quota",
        "consortium",
        "electrolyser",
        "substation",
        "algorithm",
        "dataset",
        "procurement",
        "shipyard",
        "quarry",
        "reservoir",
        "tribunal",
        "audit",
        "parliament",
        "statute",
        "ordinance",
        "hospital",
        "laboratory",
        "syllabus",
        "apprentice",
        "logistics",
        "customs",
        "grain",
        "copper",
        "cobalt",
        "lithium",
        "nickel",
        "methane",
        "hydrogen",
        "ammonia",
        "cement",
        "steel",
        "forestry",
        "peatland",
        "wetland",
        "estuary",
    ],
    "adjective": [
        "coastal",
        "regional",
        "binding",
        "voluntary",
        "domestic",
        "foreign",
        "nuclear",
        "thermal",
        "digital",
        "municipal",
        "federal",
        "provincial",
        "seasonal",
        "structural",
        "fiscal",
        "marginal",
        "industrial",
        "experimental",
        "bilateral",
        "interim",
        "statutory",
        "unprecedented",
        "modest",
        "brittle",
        "resilient",
        "opaque",
        "costly",
    ],
    "verb": [
        "expanded",
        "curtailed",
        "financed",
        "reviewed",
        "postponed",
        "licensed",
        "replaced",
        "connected",
        "measured",
        "doubled",
        "exported",
        "rejected",
        "ratified",
        "modelled",
        "inspected",
        "rebuilt",
        "insured",
        "mapped",
        "nationalised",
        "auctioned",
    ],
    "place": [
        "Rotterdam",
        "Gdansk",
        "Busan",
        "Kaohsiung",
        "Valparaiso",
        "Trondheim",
        "Mombasa",
        "Karachi",
        "Ulsan",
        "Antwerp",
        "Izmir",
        "Halifax",
        "Tallinn",
        "Oulu",
        "Szeged",
        "Lviv",
        "Cork",
        "Bilbao",
        "Porto",
        "Malmo",
    ],
    "name": [
        "Okafor",
        "Lindqvist",
        "Marchetti",
        "Haugen",
        "Petrov",
        "Nakamura",
        "Adeyemi",
        "Kowalski",
        "Fournier",
        "Brandt",
        "Castellanos",
        "Virtanen",
        "Oyelaran",
        "Szabo",
        "Thorvald",
    ],
}
_EN_FORMS = (
    "The {adjective} {noun} near {place} {verb} {number} {noun}s in {year}, {name} said.",
    "Officials in {place} {verb} the {adjective} {noun} after {number} days of talks about the {noun}.",
    "According to {name}, no {adjective} {noun} can be {verb} without a {adjective} {noun} and {number} inspectors.",
    "Between {year} and {year}, {place} {verb} its {noun}, and the {adjective} {noun} followed.",
    "That leaves {number} percent of every {noun} in {place} outside the {adjective} {noun}.",
    "“A {noun} is not a {noun},” {name} told the committee; the {adjective} {noun} was {verb} all the same.",
    "{place} has {verb} more than one {noun}: {number} in {year} alone.",
    "Why the {noun} was {verb} remains {adjective}, but {name} blames the {noun}.",
)
_EN_SHORT = (
    "{adjective} {noun} in {place}", "How {place} {verb} its {noun}", "The {noun} that {name} {verb}",
    "{number} {noun}s for {place}", "What the {adjective} {noun} costs",
)  # fmt: skip

_EN_AROUND = {
    "noun": [
        "goalkeeper",
        "recipe",
        "lipstick",
        "horoscope",
        "sofa",
        "wardrobe",
        "cruise",
        "puppy",
        "trailer",
        "soundtrack",
        "hairstyle",
        "smoothie",
        "playoff",
        "quarterback",
        "wedding",
        "diet",
        "mattress",
        "sneaker",
        "podcast",
        "gadget",
        "sunscreen",
        "pasta",
        "lottery",
        "celebrity",
        "sitcom",
        "makeover",
        "perfume",
        "barbecue",
        "crossword",
        "jackpot",
        "pumpkin",
        "cocktail",
        "hammock",
    ],
    "adjective": [
        "adorable",
        "stunning",
        "delicious",
        "hilarious",
        "shocking",
        "cosy",
        "dreamy",
        "viral",
        "juicy",
        "trendy",
        "unbeatable",
        "glamorous",
        "spicy",
        "festive",
        "fluffy",
        "effortless",
    ],
    "verb": [
        "adored",
        "stunned",
        "spilled",
        "flaunted",
        "ditched",
        "slammed",
        "unveiled",
        "cuddled",
        "baked",
        "teased",
        "binged",
        "swapped",
    ],
    "place": ["Malibu", "Ibiza", "Vegas", "Cancun", "Maui", "Mykonos", "Hollywood", "Miami", "Dubai", "Bali"],
    "name": [
        "Brianna",
        "Tyler",
        "Kayleigh",
        "Chad",
        "Zendaya",
        "Harper",
        "Jaxon",
        "Madison",
        "Brody",
        "Skylar",
    ],
}
_EN_AROUND_FORMS = (
    "{name} {verb} the {adjective} {noun} in {place} and fans {verb} it too.",
    "These {number} {adjective} {noun}s will make your {noun} {adjective}, says {name}.",
    "I {verb} this {noun} when I was in {place}, honestly the most {adjective} {noun} ever!",
    "You won't believe which {noun} {name} {verb} at the {adjective} {noun} party in {place}.",
    "My neighbour {name} {verb} the same {adjective} {noun} last week, and it was {adjective}.",
)
_EN_AROUND_SHORT = (
    "{name} {verb} {adjective} {noun}", "{number} {adjective} {noun}s for {place}", "Best {noun} in {place}",
    "{adjective} {noun}: {name} tells all",
)  # fmt: skip

_ZH = {
    "noun": [
        "芯片",
        "港口",
        "关税",
        "电网",
        "卫星",
        "疫苗",
        "核电",
        "矿山",
        "钢铁",
        "铁路",
        "水库",
        "粮食",
        "船舶",
        "专利",
        "数据",
        "算法",
        "监管",
        "补贴",
        "条约",
        "财政",
    ],
    "adjective": ["区域", "自主", "跨境", "绿色", "长期", "战略", "公共", "双边"],
    "verb": ["批准", "扩建", "审查", "出口", "暂停", "投资", "替代", "测量", "修订", "试验"],
    "place": ["青岛", "武汉", "釜山", "鹿特丹", "成都", "合肥", "新竹", "哈尔滨"],
    "name": ["李维明", "欧阳楠", "赵启航", "钱穆生", "孙立群"],
}
_ZH_FORMS = (
    "{name}表示，{place}的{adjective}{noun}在{year}年{verb}了{number}项{noun}计划。",
    "根据{adjective}{noun}办法，{place}将{verb}{number}座{noun}设施，并接受{noun}部门检查。",
    "“没有{noun}，就没有{noun}，”{name}说，{adjective}{noun}因此被{verb}。",
    "从{year}年到{year}年，{place}{verb}{noun}的比重达到百分之{number}。",
)
_ZH_SHORT = ("{place}{verb}{adjective}{noun}", "{noun}与{adjective}{noun}", "{place}{noun}{number}项进展")

_ZH_AROUND = {
    "noun": ["口红", "球鞋", "彩票", "婚纱", "火锅", "宠物", "偶像", "综艺", "减肥", "沙发", "奶茶", "旗袍"],
    "adjective": ["爆笑", "甜蜜", "惊艳", "超值", "萌萌", "迷人"],
    "verb": ["晒出", "怒怼", "秒杀", "偷拍", "热吻", "疯抢"],
    "place": ["三亚", "丽江", "巴厘", "好莱坞"],
    "name": ["小燕", "阿莎", "鹿晗", "娜娜"],
}
_ZH_AROUND_FORMS = (
    "{name}在{place}{verb}{adjective}{noun}，网友直呼{adjective}！",
    "{number}款{adjective}{noun}{verb}啦，快来围观{name}吧。",
)
_ZH_AROUND_SHORT = (
    "{name}{verb}{adjective}{noun}",
    "{place}{adjective}{noun}{verb}",
    "{adjective}{noun}{number}款",
)

_VOICES = {
    ("en", True): (_EN, _EN_FORMS, _EN_SHORT),
    ("en", False): (_EN_AROUND, _EN_AROUND_FORMS, _EN_AROUND_SHORT),
    ("zh", True): (_ZH, _ZH_FORMS, _ZH_SHORT),
    ("zh", False): (_ZH_AROUND, _ZH_AROUND_FORMS, _ZH_AROUND_SHORT),
}


@dataclass
class Pen:
    """Writes one page's texts, and remembers which belong to the article and which do not."""

    seed: int
    language: str = "en"
    belongs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - the same page each time

    def own(self, text: str) -> str:
        """Return *text*, which belongs."""
        self.belongs.append(text)
        return text

    def alien(self, text: str) -> str:
        """Return *text*, which does not."""
        self.foreign.append(text)
        return text

    def said(self, sentences: int = 3) -> str:
        """Return a paragraph of the article."""
        return self.own(self._text(sentences, is_own=True))

    def head(self) -> str:
        """Return a heading or a short phrase of the article."""
        return self.own(self._short(is_own=True))

    def around(self, sentences: int = 1) -> str:
        """Return prose that stands on the page and is not of the article."""
        return self.alien(self._text(sentences, is_own=False))

    def teaser(self) -> str:
        """Return a headline of something else."""
        return self.alien(self._short(is_own=False))

    def one_of(self, *choices: str) -> str:
        """Return one of *choices*."""
        return self.random.choice(choices)

    def chance(self, share: float = 0.5) -> bool:
        """Tell whether something is to be on this page."""
        return self.random.random() < share

    def number(self) -> int:
        """Return a number such as articles are full of."""
        return self.random.randrange(12, 9000)

    def _text(self, sentences: int, *, is_own: bool) -> str:
        forms = _VOICES[self.language, is_own][1]
        return ("" if self.language == "zh" else " ").join(
            self._filled(self.random.choice(forms), is_own=is_own) for _ in range(sentences)
        )

    def _short(self, *, is_own: bool) -> str:
        return self._filled(self.random.choice(_VOICES[self.language, is_own][2]), is_own=is_own)

    def _filled(self, form: str, *, is_own: bool) -> str:
        words = _VOICES[self.language, is_own][0]
        parts = form.replace("{number}", "{number}\0").replace("{year}", "{year}\0").split("{")
        text = parts[0]
        for part in parts[1:]:
            kind, _, rest = part.partition("}")
            if kind == "number":
                text += str(self.random.randrange(2, 990))
            elif kind == "year":
                text += str(self.random.randrange(1971, 2031))
            else:
                text += self.random.choice(words[kind])
            text += rest.replace("\0", "")
        return text[0].upper() + text[1:]
