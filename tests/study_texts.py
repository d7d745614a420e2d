"""Study files of invented people, for tests."""

SHORT = """
brushite: study/1
study: An invented trial of a lower bath
source: nobody 2026, table 1
confidence: A
topic: dialysate calcium
people:
  pth: {mean: 300 pg/mL, sd: 120 pg/mL}
  calcium: {mean: 9.2 mg/dL, sd: 0.5 mg/dL}
  phosphate: {median: 5.4 mg/dL, quartiles: [4.6 mg/dL, 6.3 mg/dL]}
care:
  - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L}
assumed:
  - everything
arms:
  - arm: lower
    n: 20
    steps:
      - dialysis: {dialysate_calcium: 1.25 mmol/L}
  - arm: same
    steps: []
results:
  - {of: pth, arm: lower, at: week 4 to week 8, is: 350 pg/mL}
  - {of: pth, arm: lower, at: week 8, change: 15 %, rows: A-01}
  - {of: calcium, arm: lower, at: week 8, direction: falls}
  - of: calcium
    arm: lower
    than: same
    at: week 8
    difference: -0.3 mg/dL
    interval: [-0.5 mg/dL, -0.1 mg/dL]
  - {of: pth, arm: lower, at: week 8, share: 50 %, where: rises by more than 10 %}
  - {of: calcium gained, arm: lower, than: same, at: hour 4, direction: lower}
"""


def with_results(*results: str) -> str:
    """The study with these results only, each a YAML mapping between braces."""
    head = SHORT.partition("results:")[0]
    return head + "results:\n" + "".join(f"  - {r}\n" for r in results)
