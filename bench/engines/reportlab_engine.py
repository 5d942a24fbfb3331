"""ReportLab's platypus, which makes no PDF/A."""

import io
from html import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table

from bench.engines.content import HEADINGS, RATE_HEADINGS, Content

_FOLDER = "/usr/share/fonts/truetype/bizud-gothic"
for _name in ("Regular", "Bold"):
    pdfmetrics.registerFont(TTFont(f"BIZ-{_name}", f"{_FOLDER}/BIZUDGothic-{_name}.ttf"))
_SMALL = ParagraphStyle("small", fontName="BIZ-Regular", fontSize=8.5, leading=15, wordWrap="CJK")
_TITLE = ParagraphStyle("title", fontName="BIZ-Bold", fontSize=24, leading=30, wordWrap="CJK")
_TOTAL = ParagraphStyle("total", fontName="BIZ-Bold", fontSize=22, leading=45, wordWrap="CJK")
_CELLS = [
    ("FONT", (0, 0), (-1, -1), "BIZ-Regular", 8.5, 15),
    ("FONT", (0, 0), (-1, 0), "BIZ-Bold", 8.5, 15),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#cfcfcf"),
    ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]


def pdf(content: Content) -> bytes:
    out = io.BytesIO()
    issuer = [_words(content.facts + content.issuer), Image(io.BytesIO(content.seal), width=63, height=63)]
    head = Table([[_words(content.recipient), issuer]], colWidths=[246, 246])
    SimpleDocTemplate(out, pagesize=A4, title=content.facts[0], leftMargin=51, rightMargin=51).build(
        [
            Paragraph(escape(content.title), _TITLE),
            head,
            Paragraph(escape(content.total), _TOTAL),
            Table([RATE_HEADINGS, *content.rates], style=_CELLS, repeatRows=1),
            Table([HEADINGS, *content.lines], style=_CELLS, repeatRows=1, colWidths=[55, 210, 40, 30, 50, 40, 67]),
            _words((*content.payment, content.remarks, content.foot)),
        ]
    )
    return out.getvalue()


def _words(texts: tuple[str, ...]) -> Paragraph:
    return Paragraph("<br/>".join(map(escape, texts)), _SMALL)
