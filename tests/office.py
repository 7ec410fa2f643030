"""Word files and books of our own: made whole by a library, or part by part where a rule asks for it."""

import io
import zipfile
from collections.abc import Mapping

import docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Abschnitt"><w:name w:val="Abschnitt"/>
  <w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Kreis"><w:name w:val="Kreis"/><w:basedOn w:val="Kreis"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Schritte"><w:name w:val="Schritte"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>
</w:numbering>"""
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
SPINE = '<manifest><item id="c1" href="one.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c1"/></spine>'


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive of *members*."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def run(text: str, *, about: str = "") -> str:
    """Return a run of text; *about* are its properties."""
    return f'<w:r><w:rPr>{about}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*parts: str, style: str = "", numbered: tuple[int, int] | None = None, about: str = "") -> str:
    """Return a paragraph of runs or plain texts, in a style, in a list and its level."""
    content = "".join(part if part.startswith("<") else run(part) for part in parts)
    said = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        said += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{said}{about}</w:pPr>{content}</w:p>"


def cell(*content: str, about: str = "") -> str:
    """Return a cell of a table that holds paragraphs, or texts that become some."""
    inner = "".join(part if part.startswith("<") else paragraph(part) for part in content or ("",))
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inner}</w:tc>"


def table(*rows: list[str]) -> str:
    """Return a table of cells."""
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def word(*body: str, **parts: str) -> bytes:
    """Return a Word file; *parts* are further members of `word/`, as `footnotes=...`, core or app."""
    members = {
        "_rels/.rels": RELATED,
        "word/document.xml": f"<w:document {W} {MORE}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
    }
    for name, content in parts.items():
        folder = "docProps" if name in {"core", "app"} else "word"
        members[f"{folder}/{name}.xml"] = content
    return packed(members)


def core(**said: str) -> str:
    """Return a file's properties, as `title=...`."""
    inner = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, text in said.items())
    return f'<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</cp:coreProperties>'


def saved(document: "docx.document.Document") -> bytes:
    """Return the file that python-docx makes of *document*."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def opf(metadata: str = "", *, content: str = SPINE) -> str:
    """Return a book's package document."""
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:opf="http://www.idpf.org/2007/opf" version="3.0"><metadata>{metadata}</metadata>{content}</package>'
    )


def xhtml(body: str, *, title: str = "<title/>") -> str:
    """Return a chapter as XHTML."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
        f' xmlns:epub="http://www.idpf.org/2007/ops"><head>{title}</head><body>{body}</body></html>'
    )


def book(*chapters: str, metadata: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a book of *chapters*, each the body of one."""
    ids = [f"c{n}" for n in range(len(chapters))]
    manifest = "".join(f'<item id="{i}" href="{i}.xhtml" media-type="application/xhtml+xml"/>' for i in ids)
    spine = "".join(f'<itemref idref="{i}"/>' for i in ids)
    package = opf(metadata, content=f"<manifest>{manifest}</manifest><spine>{spine}</spine>")
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
        | {f"OEBPS/{i}.xhtml": xhtml(body) for i, body in zip(ids, chapters, strict=True)}
        | dict(more or {})
    )
