"""Tables inside a text, as they come out of a PDF."""

from brushite.intake.casereport import read_case_text

BROKEN = """The patient underwent parathyroidectomy.
Table 1: Laboratory values
Before
surgery One month
after surgery Six months
after
surgery Normal
range
Calcium (mmol/L) 2.68 1.89 2.28 2.20-2.60
Phosphate (mmol/L) 2.12 0.98 1.24 0.80-1.45
PTH (pg/mL) 1 687 24 - 15-65
"""
WIDE = """Tableau : bilan

               Avant             Un mois après       Quatre mois
               parathyroïdectomie                    après
calcium        96 mg/l           101 mg/l            92 mg/l
phosphore      49 mg/l           40 mg/l             42 mg/l
"""
CELLS = """Table 2 Blood chemistry
Test
Result
Normal values
Calcium (mg/dL)
10.1
8.8-10.1
Phosphate (mg/dL)
8.8
2.7-4.6
"""
ACROSS = """Table 1. Serial measurements
Date Ca P iPTH
mg/dL mg/dL pg/mL
Baseline 9.1 6.0 1,388
6 months 9.7 7.4 801
"""
OTHERS = """Table. Our case and a series
Our case Series (n = 14)
Calcium (mmol/l) 2.47 2.51 ± 0.2
PTH (pg/ml) 1275 980 ± 610
"""


def values(text):
    found = read_case_text(text, source="t", label="x").record.measurements
    return [(m.analyte, m.value.value, str(m.taken)) for m in found]


def test_headers_over_lines_thousands_and_empty_cells():
    assert values(BROKEN) == [
        ("calcium", 2.68, "now"),
        ("calcium", 1.89, "1 month after parathyroidectomy"),
        ("calcium", 2.28, "6 months after parathyroidectomy"),
        ("phosphate", 2.12, "now"),
        ("phosphate", 0.98, "1 month after parathyroidectomy"),
        ("phosphate", 1.24, "6 months after parathyroidectomy"),
        ("pth", 1687, "now"),
        ("pth", 24, "1 month after parathyroidectomy"),
    ]


def test_headers_stand_over_their_columns():
    assert [v[1:] for v in values(WIDE)[:3]] == [
        (96, "now"),
        (101, "1 month after now"),
        (92, "4 months after now"),
    ]


def test_a_cell_on_each_line():
    assert values(CELLS) == [("calcium", 10.1, "now"), ("phosphate", 8.8, "now")]


def test_times_may_go_down():
    assert values(ACROSS) == [
        ("calcium", 9.1, "now"),
        ("phosphate", 6.0, "now"),
        ("pth", 1388, "now"),
        ("calcium", 9.7, "6 months after now"),
        ("phosphate", 7.4, "6 months after now"),
        ("pth", 801, "6 months after now"),
    ]


def test_columns_of_others_are_left_out():
    assert values(OTHERS) == [("calcium", 2.47, "now"), ("pth", 1275, "now")]


def test_values_under_a_header_that_does_not_say_when_wait():
    text = "Calcium (mmol/L) 2.6 1.9\nPhosphate (mmol/L) 2.1 0.9\n"
    reading = read_case_text(text, source="t", label="x")
    assert not reading.record.measurements
    assert len(reading.doubts) == 4
