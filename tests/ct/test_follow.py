"""Masses followed through dates: which is which, what was in view, and whose scans they are."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from brushite.ct.coarse import Rigid
from brushite.ct.comparison import QUANTITIES
from brushite.ct.follow import follow
from brushite.ct.followed import followed_rows
from brushite.ct.measure import measure
from brushite.ct.measured import Wishes
from brushite.ct.volume import Flag
from brushite.errors import ImageError
from ct.bodies import scanned
from ct.pelvis import grainy, is_within, moved, movement, pelvis

FRONT = (25.0, -25.0, 5.0)
BACK = (25.0, 30.0, -15.0)
TURN = Rotation.from_euler("xyz", (4, -5, 6), degrees=True).as_matrix()
MOVED = Rigid(TURN, np.array([6.0, -4.0, 3.0]))
FIRST, SECOND, THIRD = "2024-01-10", "2024-07-10", "2025-01-10"


def events(followed) -> dict[str, list[str]]:
    return {mass.name: [each.event for each in mass.intervals] for mass in followed.masses}


def answers(interval) -> dict[str, str]:
    return {change.quantity: change.answer for change in interval.changes}


# Which is which


def test_masses_are_told_apart_after_the_patient_moved():
    """The one that is the larger later was the smaller before, and both have other names."""
    before = scanned(FIRST, {"mass 1": (FRONT, 16.0), "mass 2": (BACK, 10.0)})
    after = scanned(SECOND, {"mass 1": (BACK, 14.0), "mass 2": (FRONT, 12.0)}, by=MOVED)

    followed = follow([before, after])

    assert events(followed) == {"mass 1": ["same"], "mass 2": ["same"]}
    assert [each.sightings[1].masses for each in followed.masses] == [("mass 2",), ("mass 1",)]
    first, second = (mass.overall.changes[0] for mass in followed.masses)
    assert first.change < 0 < second.change
    assert (first.answer, second.answer) == ("changed", "changed")


def test_scans_are_sorted_by_their_dates():
    scans = [
        scanned(date, {"mass 1": (FRONT, radius)})
        for date, radius in ((THIRD, 10.0), (FIRST, 16.0), (f"{SECOND}T08:30:00", 13.0))
    ]

    followed = follow(scans)

    assert [each.taken for each in followed.scans] == [FIRST, f"{SECOND}T08:30:00", THIRD]
    (mass,) = followed.masses
    assert [(each.start, each.end) for each in mass.intervals] == [(0, 1), (1, 2)]
    assert (mass.overall.start, mass.overall.end) == (0, 2)
    before = mass.intervals[0].changes[0].before
    assert mass.overall.changes[0].per_cent == pytest.approx(100 * ((10 / 16) ** 3 - 1))
    assert mass.overall.changes[0].before == before


def test_a_mass_that_split_is_compared_as_a_whole():
    before = scanned(FIRST, {"mass 1": (FRONT, 18.0)})
    parts = {"mass 1": ((25.0, -25.0, 16.0), 8.0), "mass 2": ((25.0, -25.0, -6.0), 8.0)}
    after = scanned(SECOND, parts, by=MOVED)

    (mass,) = follow([before, after]).masses

    (interval,) = mass.intervals
    assert interval.event == "split"
    assert "has split into mass 1 and mass 2" in interval.text
    assert interval.changes[0].after == pytest.approx(2 * 400 * 4 / 3 * np.pi * 0.8**3)
    assert answers(interval)["mineral mass"] == "changed"
    assert answers(interval)["largest diameter"] == "not comparable"
    assert "have no one diameter" in interval.changes[-1].reason


def test_masses_that_merged_are_one():
    parts = {"mass 1": ((25.0, -25.0, 16.0), 8.0), "mass 2": ((25.0, -25.0, -6.0), 8.0)}
    before = scanned(FIRST, parts)
    after = scanned(SECOND, {"mass 1": (FRONT, 18.0)}, by=MOVED)

    (mass,) = follow([before, after]).masses

    assert mass.name == "mass 1 and mass 2"
    assert [each.event for each in mass.intervals] == ["merged"]


def test_a_mass_without_masks_is_taken_for_a_ball():
    volume, measurement = scanned(FIRST, {"mass 1": (FRONT, 14.0)})
    bare = replace(measurement, masses=(replace(measurement.masses[0], masks=None),))
    after = scanned(SECOND, {"mass 1": (FRONT, 12.0)}, by=MOVED)

    assert events(follow([(volume, bare), after])) == {"mass 1": ["same"]}


# What is gone, new, or was not seen


def test_a_mass_that_is_gone_and_one_that_is_new_are_told():
    before = scanned(FIRST, {"mass 1": (FRONT, 14.0)})
    after = scanned(SECOND, {"mass 1": (BACK, 12.0)}, by=MOVED)

    followed = follow([before, after])

    gone, new = followed.masses
    assert new.name == f"mass 1, first in ct-{SECOND} ({SECOND})"
    assert [each.seen for each in gone.sightings] == ["measured", "gone"]
    assert [each.seen for each in new.sightings] == ["not yet there", "measured"]
    assert (gone.intervals[0].event, new.intervals[0].event) == ("gone", "new")
    assert gone.intervals[0].changes[0].per_cent == -100
    assert new.intervals[0].changes[0].per_cent is None
    assert {*answers(gone.intervals[0]).values()} == {"changed"}


def test_a_mass_outside_the_field_of_view_is_not_gone():
    before = scanned(FIRST, {"mass 1": (FRONT, 14.0), "mass 2": ((30.0, 0.0, -55.0), 12.0)})
    after = scanned(SECOND, {"mass 1": (FRONT, 14.0)}, seen=slice(14, 48))

    kept, lost = follow([before, after]).masses

    assert kept.intervals[0].event == "same"
    assert lost.sightings[1].seen == "not in view"
    assert lost.intervals[0].event == "not told"
    assert {*answers(lost.intervals[0]).values()} == {"not comparable"}
    assert "outside the field of view" in lost.intervals[0].changes[0].reason
    assert lost.overall is None


def test_a_mass_that_was_not_in_view_before_is_not_new():
    before = scanned(FIRST, {"mass 1": (FRONT, 14.0)}, seen=slice(14, 48))
    after = scanned(SECOND, {"mass 1": (FRONT, 14.0), "mass 2": ((30.0, 0.0, -55.0), 12.0)})

    _, other = follow([before, after]).masses

    assert other.sightings[0].seen == "not in view"
    assert other.intervals[0].event == "not told"


def test_a_mass_that_is_cut_by_the_field_of_view_is_not_comparable():
    place = (25.0, -25.0, -26.0)
    before = scanned(FIRST, {"mass 1": (place, 16.0)})
    after = scanned(SECOND, {"mass 1": (place, 16.0)}, seen=slice(14, 48))

    (mass,) = follow([before, after]).masses

    assert {*answers(mass.intervals[0]).values()} == {"not comparable"}
    assert "in the field of view of ct-2024-07-10" in mass.intervals[0].changes[0].reason


def test_mineral_that_was_not_measured_is_not_gone():
    balls = {"mass 1": (FRONT, 14.0), "mass 2": (BACK, 12.0)}
    before = scanned(FIRST, balls)
    after = scanned(SECOND, balls, by=MOVED, unmeasured=("mass 2",))

    _, missed = follow([before, after]).masses

    assert missed.sightings[1].seen == "not measured"
    assert "measure it with a point in it" in missed.sightings[1].text


def test_a_mass_that_one_scan_did_not_show_is_found_in_the_next():
    balls = {"mass 1": (FRONT, 14.0), "mass 2": ((30.0, 0.0, -55.0), 12.0)}
    scans = [
        scanned(FIRST, balls),
        scanned(SECOND, {"mass 1": (FRONT, 14.0)}, seen=slice(14, 48)),
        scanned(THIRD, balls),
    ]

    _, mass = follow(scans).masses

    assert [each.seen for each in mass.sightings] == ["measured", "not in view", "measured"]
    assert [each.event for each in mass.intervals] == ["not told", "not told"]
    assert mass.overall.event == "same"
    assert answers(mass.overall)["mineral mass"] == "not shown"


# What spoils a comparison


@pytest.mark.parametrize(
    ("spoils", "spoiled"),
    [
        (
            ("comparison",),
            {"mineral mass", "mineral volume", "envelope volume", "largest diameter"},
        ),
        (("mineral",), {"mineral mass"}),
        (("volume",), {"mineral volume", "envelope volume", "largest diameter"}),
        (("levels",), set()),
    ],
)
def test_a_doubt_spoils_what_it_names(spoils, spoiled):
    flag = Flag(name="streaks", text="Streaks cross the mass.", spoils=spoils)
    before = scanned(FIRST, {"mass 1": (FRONT, 14.0)}, flags=(flag,))
    after = scanned(SECOND, {"mass 1": (FRONT, 14.0)})

    (mass,) = follow([before, after]).masses

    found = {
        quantity for quantity, answer in answers(mass.overall).items() if answer == "not comparable"
    }
    assert found == spoiled
    reasons = {change.reason for change in mass.overall.changes if change.quantity in spoiled}
    assert all("Streaks cross the mass." in each for each in reasons)


def test_metal_elsewhere_does_not_spoil_a_mass_that_is_not_clipped():
    flag = Flag(name="clipped", text="Some voxels are clipped.", spoils=("mineral",))
    before = scanned(FIRST, {"mass 1": (FRONT, 14.0)}, flags=(flag,))
    after = scanned(SECOND, {"mass 1": (FRONT, 14.0)})
    bright = replace(before[1].masses[0], brightest=3071)
    clipped = (before[0], replace(before[1], masses=(bright,)))

    clear, spoiled = (follow([each, after]).masses[0].overall for each in (before, clipped))

    assert answers(clear)["mineral mass"] == "not shown"
    assert answers(spoiled)["mineral mass"] == "not comparable"


def test_bone_of_another_body_is_refused():
    volume, measurement = scanned(SECOND, {"mass 1": (FRONT, 14.0)})
    flipped = replace(volume, hounsfield=np.ascontiguousarray(volume.hounsfield[:, ::-1, ::-1]))

    with pytest.raises(ImageError, match="do not lie on each other"):
        follow([scanned(FIRST, {"mass 1": (FRONT, 14.0)}), (flipped, measurement)])


# Whose scans, and when


def refusal(*scans, **options) -> str:
    with pytest.raises(ImageError) as error:
        follow(scans, **options)
    return str(error.value)


def test_what_cannot_be_put_in_order_is_refused():
    dated = scanned(FIRST, {})

    assert "There is 1 scan to follow masses in" in refusal(dated)
    assert "There is no scan to follow masses in" in refusal()
    assert "Tell its date by --date." in refusal(dated, scanned(None, {}))
    assert "is 'May', which is none" in refusal(dated, scanned("May", {}))


def test_what_does_not_belong_together_is_refused():
    one, other = scanned(FIRST, {}, series="1.2.3"), scanned(SECOND, {})
    stranger = scanned(SECOND, {}, patient="bela")
    part = scanned(SECOND, {}, seen=slice(4, 48))

    assert "are of different patients" in refusal(one, stranger)
    assert "are the same series" in refusal(one, scanned(SECOND, {}, series="1.2.3"))
    assert "does not lie on the grid of" in refusal(one, (other[0], part[1]))
    assert "There are 1 label maps for 2 scans" in refusal(one, other, labels=[None])


def test_a_patient_whom_nobody_names_is_doubted():
    scans = scanned(FIRST, {}), scanned(SECOND, {}, patient=None)

    assert follow(scans).flags[0].text.startswith(f"Nobody says whose ct-{SECOND} ({SECOND}) is")
    assert follow([scans[0], scanned(SECOND, {})]).flags == ()


# The table


def test_rows_hold_each_change_once():
    scans = [
        scanned(date, {"mass 1": (FRONT, radius)})
        for date, radius in ((FIRST, 16.0), (SECOND, 13.0), (THIRD, 10.0))
    ]
    told = []

    rows = followed_rows(follow(scans, progress=told.append))

    assert len(rows) == 3 * len(QUANTITIES)
    assert [row["span"] for row in rows[:: len(QUANTITIES)]] == ["next", "next", "first to last"]
    assert (rows[-1]["from"], rows[-1]["to"], rows[-1]["unit"]) == (FIRST, THIRD, "mm")
    assert told == [f"mass 1: ct-{date} ({date})" for date in (SECOND, THIRD)]


# A real body, measured


@pytest.mark.slow
def test_a_mass_in_a_real_pelvis_shrinks_and_another_stays(shared):
    volume, labels = pelvis(shared)
    shrinking, staying = (-85.0, -60.0, 175.0), (-110.0, -90.0, 235.0)
    scans, maps = [], []
    for seed, (date, radius) in enumerate(((FIRST, 25.0), (SECOND, 18.0))):
        by = movement(volume.grid, seed + 2)
        array = moved(volume.hounsfield, volume.grid, by)
        seeds = []
        for at, size in ((shrinking, radius), (staying, 14.0)):
            x, y, z = by.moved(np.array([at]))[0].tolist()
            seeds.append((x, y, z))
            array = np.where(is_within(volume.grid, (x, y, z), size), 600, array)
        acquisition = replace(
            volume.acquisition, taken=date, kilovolts=120.0, scanner="Atlas", kernel="B30f"
        )
        scan = replace(volume, hounsfield=grainy(array, seed), acquisition=acquisition)
        turned = moved(labels.labels, volume.grid, by, nearest=True)
        maps.append(replace(labels, labels=turned))
        scans.append((scan, measure(scan, Wishes(seeds=tuple(seeds)), maps[-1])))

    shrunk, stayed = follow(scans, labels=maps).masses

    assert answers(shrunk.overall)["mineral mass"] == "changed"
    assert shrunk.overall.changes[0].per_cent == pytest.approx(100 * ((18 / 25) ** 3 - 1), abs=3)
    assert answers(stayed.overall)["mineral mass"] == "not shown"
    assert "hip_right" in follow(scans, labels=maps).laid[0].alignment.structures
