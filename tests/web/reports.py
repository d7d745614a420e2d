"""Case reports of our own, in the words that such reports use."""

SHOULDER = """A 52-year-old man had been on haemodialysis for 8 years, three sessions of 4 hours
a week. He was seen for a slowly growing mass of the left shoulder. Laboratory tests showed calcium
2.35 mmol/L, phosphate 2.4 mmol/L and intact PTH 1,250 pg/mL (normal below 65 pg/mL). He took
sevelamer 2.4 g a day. CT showed a calcified mass of 6.2 x 4.8 x 4.1 cm beside the left shoulder.
"""
