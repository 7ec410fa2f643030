"""Questions in Chinese and in English find the same passages, and Japanese and Korean ones theirs."""

import datetime
from collections.abc import Callable

import pytest
from conftest import NOW

from bot.app import Briefbot
from bot.document import Document, Passage
from bot.library.words import is_cjk
from bot.search.answer import Answer
from bot.store.records import Draft

Ask = Callable[[str], Answer]

LIBRARY = {
    "chips en": "Huawei has shown another generation of Ascend chips in Shenzhen, at half the power of its older ones.",
    "chips zh": "华为在深圳展示了新一代昇腾芯片，能耗只有旧款的一半。",
    "chips tw": "華為在深圳展示了新一代昇騰晶片，能耗只有舊款的一半。",
    "kumamoto en": "TSMC has opened its second plant in Kumamoto, where semiconductors for cars are to be made.",
    "kumamoto ja": "台積電は熊本で第二工場を開設し、自動車向けの半導体を作る。ソフトバンクはデータセンターを建てる。",
    "memory en": "Samsung is building a semiconductor plant in Pyeongtaek, for memory that serves artificial intelligence.",
    "memory ko": "삼성전자는 평택에서 반도체 공장을 짓고 있다. 인공지능 서버용 메모리가 가장 많이 팔린다.",
    "open en": "Alibaba has published Qwen as open source, and DeepSeek of the same city its R1.",
    "open zh": "阿里巴巴开源了通义千问，同城的深度求索也公开了R1。",
    "controls en": "The United States has put twelve firms on the entity list; the export controls cover fast memory now.",
    "controls zh": "美国将十二家公司列入实体清单，出口管制现在也涵盖高速内存。",
    "power en": "The electricity that data centers use has doubled in three years.",
    "power zh": "数据中心的用电量三年内翻了一番，政府要求ＰＵＥ低于１．２，绿色电力占４０％。",
    "models en": "Large language models of a trillion parameters are trained in Hangzhou.",
    "models zh": "杭州在训练有一万亿参数的大语言模型。",
    "mixed": "新工具可以解析pdf文件。华为chips的价格在涨，5G基站缺货，投资达3.5亿元。",
    "boats en": "The ferries run twice a day in summer, and tickets cost nine crowns.",
    "boats zh": "夏天渡轮每天往返两次，海鸥在码头上睡觉。",
    "boats ja": "夏のフェリーは一日二便。バスは港で待つ。蓮のハスの花が咲く。",
}

BOTH_WAYS = [
    ("Huawei", "华为", ["chips en", "chips zh", "chips tw", "mixed"]),
    ("Huawei", "華為", ["chips en", "chips zh", "chips tw", "mixed"]),
    ("Ascend", "昇腾", ["chips en", "chips zh", "chips tw"]),
    ("Huawei Ascend", "华为昇腾", ["chips en", "chips zh", "chips tw"]),
    ("TSMC", "台积电", ["kumamoto en", "kumamoto ja"]),
    ("Samsung", "三星", ["memory en", "memory ko"]),
    ("artificial intelligence", "人工智能", ["memory en", "memory ko"]),
    ("Qwen", "通义千问", ["open en", "open zh"]),
    ("DeepSeek", "深度求索", ["open en", "open zh"]),
    ("Alibaba open source", "阿里巴巴开源", ["open en", "open zh"]),
    ("United States", "美国", ["controls en", "controls zh"]),
    ("export controls", "出口管制", ["controls en", "controls zh"]),
    ("entity list", "实体清单", ["controls en", "controls zh"]),
    ("US export controls", "美国的出口管制", ["controls en", "controls zh"]),
    ("data center", "数据中心", ["power en", "power zh"]),
    ("large language model", "大语言模型", ["models en", "models zh"]),
    ("large language models", "大語言模型", ["models en", "models zh"]),
    (
        "semiconductor",
        "半导体",
        ["chips en", "chips zh", "kumamoto en", "kumamoto ja", "memory en", "memory ko"],
    ),
    (
        "semiconductors",
        "半導體",
        ["chips en", "chips tw", "kumamoto en", "kumamoto ja", "memory en", "memory ko"],
    ),
]


@pytest.fixture
def ask(briefbot: Briefbot) -> Ask:
    for number, (name, text) in enumerate(LIBRARY.items()):
        briefbot.library.put(
            Draft(Document(id="", title=name, file=name), name, (), (Passage(text),), name, "1"),
            now=NOW + datetime.timedelta(seconds=number),
        )
    briefbot.index.follow(briefbot.library)
    return lambda question: briefbot.searcher.search(question, today=NOW.date(), limit=len(LIBRARY))


def found(answer: Answer) -> set[str]:
    return {str(hit.excerpt.document.title) for hit in answer.hits}


def marked(answer: Answer, name: str) -> list[str]:
    hit = next(hit for hit in answer.hits if hit.excerpt.document.title == name)
    return [hit.excerpt.text[start:end] for start, end in hit.marks]


def test_questions_in_either_language_find_the_same_passages(ask: Ask):
    for english, chinese, wanted in BOTH_WAYS:
        for question in (english, chinese):
            there = found(ask(question))
            assert there >= set(wanted), (question, there)
            assert not there & {"boats en", "boats zh", "boats ja"}, question


WORDS = [
    ("华为chips", "mixed", "华为chips"),
    ("解析pdf", "mixed", "解析pdf"),
    ("pdf", "mixed", "pdf"),
    ("5G", "mixed", "5G"),
    ("Ｒ１", "open en", "R1"),
    ("ＱＷＥＮ", "open en", "Qwen"),
    ("PUE", "power zh", "ＰＵＥ"),
    ("PUE 1.2", "power zh", "１．２"),
    ("40%", "power zh", "４０％"),
    ("3.5", "mixed", "3.5"),
    ("渡轮", "boats zh", "渡轮"),
    ("鸥", "boats zh", "鸥"),
    ("码头的海鸥", "boats zh", "海鸥"),
    ("夏天有渡轮吗", "boats zh", "渡轮"),
    ("データセンター", "kumamoto ja", "データセンター"),
    ("ﾃﾞｰﾀｾﾝﾀｰ", "kumamoto ja", "データセンター"),
    ("ソフトバンク", "kumamoto ja", "ソフトバンク"),
    ("熊本の半導体工場", "kumamoto ja", "熊本"),
    ("반도체", "memory ko", "반도체"),
    ("반도체는", "memory ko", "반도체"),
    ("반도체 공장을", "memory ko", "반도체 공장을"),
    ("삼성", "memory ko", "삼성"),
]


def test_words_are_found_however_they_are_written(ask: Ask):
    for question, name, mark in WORDS:
        answer = ask(question)
        assert name in found(answer), (question, found(answer))
        assert mark in "".join(marked(answer, name)), (question, marked(answer, name))


def test_another_letter_is_another_word(ask: Ask):
    assert [ask(word).total for word in ("バス", "ハス", "パス")] == [1, 1, 0]


def test_names_in_the_other_script_change_nothing_where_it_is_not_in_the_library(briefbot: Briefbot):
    for name in ("controls en", "boats en", "power en"):
        text = LIBRARY[name]
        briefbot.library.put(
            Draft(Document(id="", title=name), name, (), (Passage(text),), name, "1"), now=NOW
        )
    briefbot.index.follow(briefbot.library)

    answer = briefbot.searcher.search("export controls energy", today=NOW.date())

    told = [word for one in answer.concepts for other in one.alternatives for word in other.words]
    assert told
    assert not any(map(is_cjk, told))
