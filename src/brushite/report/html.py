"""The report of a comparison: a page of HTML that needs nothing else, and the same on paper."""

from markupsafe import Markup

from brushite.compare import Comparison
from brushite.language import Language
from brushite.record import Record
from brushite.report.content import content
from brushite.report.figure import NARROW, STYLE, WIDE, figure
from brushite.report.page import Report, filled
from brushite.report.pdf import paper
from brushite.twin import Twin


def report(record: Record, twin: Twin, outlook: Comparison, *, language: Language = "en") -> Report:
    """The report of a comparison: result, chart, tables, assumptions, doubts and data.

    Saved as .html it is a page, as .pdf the same on paper.
    """
    said = content(record, twin, outlook, language)
    charts = {
        name: Markup(figure(outlook, record=record, twin=twin, shape=shape, language=language))
        for name, shape in (("chart", WIDE), ("small_chart", NARROW))
    }
    page = filled("page.html.j2", {**said, **charts, "style": Markup(STYLE)}, language)
    return Report(page, paper(record, twin, outlook, said))
