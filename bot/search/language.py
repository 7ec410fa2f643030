"""Languages, by their codes and by their names."""

import re
from functools import lru_cache

from bot.library.words import LANGUAGES

_LANGUAGES = """
ar ara Arabic العربية
bn ben Bengali
cs ces cze Czech čeština
da dan Danish dansk
de deu ger German Deutsch
el ell gre Greek
en eng English
es spa Spanish español
fa fas per Persian Farsi
fi fin Finnish suomi
fr fra fre French français
he heb Hebrew
hi hin Hindi
hu hun Hungarian magyar
id ind Indonesian
it ita Italian italiano
ja jpn Japanese 日本語
ko kor Korean 한국어
ms msa may Malay
nl nld dut Dutch Nederlands
no nor nb nob nn nno Norwegian norsk
pl pol Polish polski
pt por Portuguese português
ro ron rum Romanian
ru rus Russian русский
sv swe Swedish svenska
th tha Thai
tr tur Turkish Türkçe
uk ukr Ukrainian українська
vi vie Vietnamese
zh zho chi cmn Chinese Mandarin 中文 汉语 漢語 普通话
"""
"""A language a line: its code, then the other codes and the names that it goes by."""

_CODES = {
    name.casefold(): line.split()[0] for line in _LANGUAGES.strip().splitlines() for name in line.split()
}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


@lru_cache(maxsize=1000)
def code_of(name: str) -> str | None:
    """Return the code of the language that *name* is a name, a code or a tag of: `zh` of `zh-CN`."""
    name = name.strip()
    tag = _TAG.fullmatch(name)
    known = _CODES.get(name.casefold())
    return known or (_CODES.get(tag[1].lower(), tag[1].lower()) if tag else None)


def stemmed_in(stated: str | None) -> str:
    """Return the language whose stems a document has that states it is in *stated*: English if in none."""
    code = code_of(stated or "")
    return code if code and code in LANGUAGES else "en"
