"""What of a mail is its sender's own: without the mails that it answers, and without the signature."""

import re
from collections.abc import Sequence

SIGNATURE_LINES = 20
"""Lines of a signature; more below its mark are something else."""

NOTICE_LINES = 3
"""Lines over which `On ... wrote:` may be broken."""

LONGEST_NOTICE = 300
"""Characters of it; a longer one is text."""

HEAD_LINES = 30
"""Lines of the header of another mail within a text, its long list of receivers among them."""

LEAST_FIELDS = 3
"""Fields of such a header, as Outlook puts it above the mail that is answered."""

LONGEST_HEAD = 2000
"""Characters of it, where it is all in one line."""

Line = tuple[int, str]
"""Where a line stood, and what is kept of it."""

_FORWARD = re.compile(r"\s*\[?(?:fwd?|wg|tr|rv|enc|i|vs|doorst|转发|轉寄|転送)\s*[:：\]]", re.IGNORECASE)
_REPLY = re.compile(r"\s*\[?(?:re|aw|antw|sv|odp|res|ref|回复|答复|回覆|返信)\s*[:：\]]", re.IGNORECASE)
_MARK = re.compile(
    r"[-_]{2,}\s*(?:original(?: message| appointment)?|ursprüngliche nachricht|message d['’]origine"
    r"|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|原始邮件|原始郵件"
    r"|元のメッセージ)\s*[-_]{2,}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|mensagem encaminhada|转发的?邮件|轉寄郵件|転送メッセージ)[^-]{0,40}-{2,}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message réexpédié)\s*:",
    re.IGNORECASE,
)
_NAMES = (
    "from|sent|date|to|cc|bcc|subject|reply-to|importance|attachments|von|gesendet|datum|an|betreff|de|envoyé|à"
    "|objet|enviado|para|asunto|fecha|da|inviato|oggetto|data|assunto|van|verzonden|aan|onderwerp|发件人|寄件者"
    "|发送时间|寄件日期|日期|收件人|收件者|抄送|主题|主旨|差出人|送信日時|日時|宛先|件名"
)
_FIELD = re.compile(rf"(?<!\S)\*{{0,2}}(?:{_NAMES})\s?[:：]", re.IGNORECASE)
_SENDER = re.compile(r"\*{0,2}(?:from|von|de|da|van|发件人|寄件者|差出人)\s?[:：]", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:on|am|le|el|il|em|op|på|den|w dniu)\s.{5,}\s(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu"
    r"|schreef|skrev|napisał\S*)\b.{0,80}[:：]|(?:在|於).{5,}(?:写道|寫道)\s*[:：]|.{3,120}<[^<>]{3,80}>.{0,40}[:：]"
    r"|\d{4}年\d\d?月\d\d?日.{3,}[:：]",
    re.IGNORECASE,
)
_SURE = re.compile(r"@|\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b|\d年")
_SIGNED = re.compile(r"--\s*")
_SENT_FROM = re.compile(
    r"(?:sent from my|get outlook for|von meinem .{2,20} gesendet|envoyé de mon|enviado desde mi|发自我的)"
    r".{0,40}",
    re.IGNORECASE,
)


def is_forward(subject: str) -> bool:
    """Tell whether *subject* says that the mail passes on another, whose text is what it is about."""
    return _FORWARD.match(subject) is not None


def own(texts: Sequence[str], subject: str, *, marked: bool = True) -> list[Line]:
    """Return the lines that the sender wrote, and those of another mail if *subject* says he passes it on.

    *marked* tells that what is quoted has `>` before it, as in plain text.
    """
    kept: list[Line] = []
    at = 0
    while at < len(texts):
        length, passed_on = _head(texts[at : at + HEAD_LINES])
        if length:
            is_all = not any(text.strip() for _at, text in kept) and not _REPLY.match(subject)
            if passed_on or is_all or is_forward(subject):
                below = list(enumerate(texts))[at + length :]
                return _unsigned(kept) + _passed_on(_unquoted(below))
            break
        length = _notice(texts, at)
        if length and not (at + length < len(texts) and _is_quoted(texts[at + length])):
            break  # The mail that is answered has no marks: it goes on to the end.
        if not length and not (marked and _is_quoted(texts[at])):
            # What stands in a mailbox of old has a mark where a line begins like a new mail.
            kept.append((at, texts[at].removeprefix(">") if marked else texts[at]))
        at += length or 1
    return _unsigned(kept)


def unflowed(text: str, *, joins: bool) -> str:
    """Return *text* with its soft line breaks taken out (RFC 3676), without their spaces if it *joins*."""
    lines: list[str] = []
    depth = -1  # Of the quote whose last line flows on; -1 if none does.
    for written in text.split("\n"):
        content = written.lstrip(">")
        level = len(written) - len(content)
        content = content.removeprefix(" ")
        is_mark = content == "-- "
        flows = content.endswith(" ") and not is_mark
        shown = content[:-1] if flows and joins else content
        if level == depth and not is_mark:
            lines[-1] += shown
        else:
            lines.append((">" * level + " " if level else "") + shown)
        depth = level if flows else -1
    return "\n".join(lines)


def _is_quoted(text: str) -> bool:
    return text.startswith(">") and not text.startswith(">From ")


def _head(texts: Sequence[str]) -> tuple[int, bool]:
    """Return over how many lines another mail's header stands, 0 if none does, and if it is passed on."""
    first = texts[0].strip("> *")
    passed_on = _FORWARDED.fullmatch(first) is not None
    is_marked = passed_on or _MARK.fullmatch(first) is not None
    if not is_marked and not _SENDER.match(first):
        return 0, False
    at = 1 if is_marked else 0
    while is_marked and at < len(texts) and not texts[at].strip("> "):
        at += 1
    fields = 0
    while at < len(texts) and (line := texts[at].lstrip("> ")):
        found = len(_FIELD.findall(line[:LONGEST_HEAD])) if _FIELD.match(line) else 0
        if not found and not (fields and texts[at][:1].isspace()):
            break
        fields += found
        at += 1
    return (at, passed_on) if is_marked or fields >= LEAST_FIELDS else (0, False)


def _notice(texts: Sequence[str], at: int) -> int:
    """Return how many lines at *at* say who wrote what follows, blank ones below them included."""
    for length in range(1, NOTICE_LINES + 1):
        lines = texts[at : at + length]
        said = " ".join(line.strip() for line in lines)
        if (
            not lines[0].strip()
            or not lines[-1].strip()
            or len(said) > LONGEST_NOTICE
            or _is_quoted(lines[-1])
        ):
            return 0
        if said.endswith((":", "：")) and _NOTICE.fullmatch(said):
            end = at + length
            while end < len(texts) and not texts[end].strip():
                end += 1
            is_above_quote = end < len(texts) and _is_quoted(texts[end])
            return end - at if is_above_quote or _SURE.search(said) else 0
    return 0


def _unquoted(lines: list[Line]) -> list[Line]:
    """Return *lines* without the marks that most of them bear."""
    told = [text for _at, text in lines if text.strip()]
    if sum(text.startswith(">") for text in told) * 2 <= len(told):
        return lines
    return [(at, text.removeprefix(">").removeprefix(" ")) for at, text in lines]


def _passed_on(lines: list[Line]) -> list[Line]:
    """Return *lines* without the headers of the mails in them."""
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        length, _passed_on = _head([text for _at, text in lines[at : at + HEAD_LINES]])
        if not length:
            kept.append(lines[at])
        at += length or 1
    return _unsigned(kept)


def _unsigned(lines: list[Line]) -> list[Line]:
    """Return *lines* without the signature below them."""
    end = next((n for n, (_at, text) in enumerate(lines) if _SIGNED.fullmatch(text)), len(lines))
    below = [text for _at, text in lines[end:] if text.strip()]
    if len(below) > SIGNATURE_LINES + 1:
        end = len(lines)
    while end and (not lines[end - 1][1].strip() or _SENT_FROM.fullmatch(lines[end - 1][1].strip())):
        end -= 1
    return lines[:end]
