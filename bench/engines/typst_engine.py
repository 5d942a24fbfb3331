"""Typst, a typesetting compiler, as a library in this process."""

import json
from typing import Any

import typst

from bench.engines.content import HEADINGS, RATE_HEADINGS, Content

_FONTS = ["/usr/share/fonts/truetype/bizud-gothic", "/usr/share/fonts/truetype/ipamj"]
_compile: Any = typst.compile  # its stubs ask for a list of fonts of a kind that no list is
_SOURCE = """#let c = json(bytes(sys.inputs.content))
#set document(title: c.title, date: datetime(year: 2026, month: 10, day: 31))
#set page(paper: "a4", margin: (x: 18mm, y: 16mm),
  footer: [#c.foot #h(1fr) #context counter(page).display("1 / 1", both: true)])
#set text(font: ("BIZ UDGothic", "IPAmjMincho"), size: 8.5pt, lang: "ja")
#text(size: 24pt, weight: "bold", c.title)
#grid(columns: (1fr, 1fr), c.recipient.join("\\n"),
  [#(c.facts + c.issuer).join("\\n") #image(bytes(c.seal), width: 22mm)])
#text(size: 22pt, weight: "bold", c.total)
#let sums(head, rows, widths) = table(columns: widths, stroke: (bottom: .4pt + luma(80%)), inset: (x: 2pt, y: 3pt),
  align: (x, y) => if x < 2 { left } else { right }, table.header(..head.map(strong)), ..rows.flatten())
#sums(c.rate_headings, c.rates, (1fr,) * 4)
#sums(c.headings, c.lines, (auto, 1fr, auto, auto, auto, auto, auto))
#c.payment.join("\\n")

#c.remarks
"""


def pdf(content: Content) -> bytes:
    data = {name: getattr(content, name) for name in Content.__slots__ if name != "seal"}
    data |= {"headings": HEADINGS, "rate_headings": RATE_HEADINGS, "seal": list(content.seal)}
    compiled: bytes = _compile(
        _SOURCE.encode(),
        font_paths=_FONTS,
        ignore_system_fonts=True,
        pdf_standards="a-3u",
        sys_inputs={"content": json.dumps(data, ensure_ascii=False)},
    )
    return compiled
