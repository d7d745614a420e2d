"""Masses of phantoms, whose truth is known, and of a real pelvis."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from benchmarks.ct.phantoms import Mass, Scanner, Setting, coarse_labels, phantom
from benchmarks.ct.trials import agreement, levels_found, measured_mass, mineral_error
from brushite.ct.candidates import candidates
from brushite.ct.labels import read_labels
from brushite.ct.measure import measure
from brushite.ct.measured import Line, Wishes
from brushite.ct.series import Said, read_series
from brushite.ct.volume import Acquisition, Grid, LabelMap, Volume
from brushite.errors import ImageError

SMALL = Mass(seed=5, lobules=8, reach=(20.0, 18.0, 20.0), radii=(7.0, 11.0), with_level=0.4)
BESIDE = Setting(femur=27.0, femur_radius=12.0, cortex=4.0, fat=-17.0, size=(100.0, 80.0, 80.0))
FREE = replace(BESIDE, femur=None)
THIN = Scanner(spacing=(0.8, 0.8, 1.0))


@cache
def drawn(thickness: float = 1.0, noise: float = 12.0, blur: float = 0.45):
    scanner = Scanner(spacing=(0.8, 0.8, thickness), noise=noise, blur=blur)
    return phantom(SMALL, BESIDE, scanner)


@cache
def found():
    return measured_mass(drawn())


def without_bone():
    """A ball of mineral in muscle, 300 mg/mL, radius 12 mm."""
    grid = Grid(shape=(60, 60, 60), spacing=(1.0, 1.0, 1.0), origin=(-30.0, -30.0, -30.0))
    points = np.indices(grid.shape) - 30.0
    bright = np.where((points**2).sum(axis=0) <= 144, 55 + 1.284 * 300, 55)
    return Volume(
        hounsfield=np.rint(bright).astype(np.int16),
        grid=grid,
        acquisition=Acquisition(
            source="ball", kind="phantom", kilovolts=120.0, thickness=1.0, position="HFS"
        ),
    )


BALL = 4 / 3 * np.pi * 1.2**3  # mL


def test_a_ball_has_its_volume_mass_and_diameters():
    mass = measure(without_bone(), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]

    assert mass.mineral_volume.value == pytest.approx(BALL, rel=0.02)
    assert mass.envelope_volume.value == pytest.approx(BALL, rel=0.02)
    assert mass.hydroxyapatite.value == pytest.approx(300 * BALL, rel=0.02)
    assert mass.diameters.feret == pytest.approx((24.0, 24.0, 24.0), abs=0.8)
    assert mass.diameters.axial_long == pytest.approx(24.0, abs=0.8)
    assert mass.diameters.axial_short == pytest.approx(24.0, abs=0.8)
    assert mass.diameters.craniocaudal == pytest.approx(24.0, abs=0.8)
    assert mass.shape.solidity > 0.95
    assert mass.shape.sphericity > 0.9
    assert mass.shape.lobules == 1
    assert mass.levels == ()


def test_against_a_femur_mineral_is_that_of_the_phantom():
    assert agreement(drawn(), found()) >= 0.965  # less than that of a large mass: more is surface
    assert found().mineral_volume.value == pytest.approx(drawn().truth.mineral_volume, rel=0.05)
    assert abs(mineral_error(drawn(), found())) <= 0.03


def test_a_fixed_threshold_reads_much_more():
    assert found().threshold_volume.value > 1.15 * drawn().truth.mineral_volume


@pytest.mark.parametrize("thickness", [3.0, 5.0])
def test_thick_slices_change_the_mass_of_mineral_by_less_than_one_and_a_half_per_cent(thickness):
    thin = found().hydroxyapatite.value
    thick = measured_mass(drawn(thickness)).hydroxyapatite.value
    assert abs(thick / thin - 1) <= 0.015


@pytest.mark.parametrize(("noise", "blur"), [(35.0, 0.45), (12.0, 0.8)], ids=["noisy", "smooth"])
def test_noise_and_another_kernel_leave_the_mass_of_mineral(noise, blur):
    seen = drawn(noise=noise, blur=blur)
    assert abs(mineral_error(seen, measured_mass(seen))) <= 0.03


def test_levels_are_found_where_they_are_and_nowhere_else():
    hit, false = levels_found(drawn(), [level.at for level in found().levels])

    assert len(drawn().truth.levels) >= 2
    assert hit >= len(drawn().truth.levels) - 1
    assert false == 0


@pytest.mark.parametrize("position", ["HFP", "HFDL", "FFDR"])
def test_turned_the_same_mass_has_no_level(position):
    volume = drawn().volume
    turned = replace(volume, acquisition=replace(volume.acquisition, position=position))
    labels = coarse_labels(drawn().labels, volume.grid)
    mass = measure(turned, Wishes(seeds=(drawn().truth.seed,)), labels).masses[0]
    assert mass.levels == ()


def test_without_a_position_levels_cannot_be_told():
    volume = without_bone()
    unsaid = replace(volume, acquisition=replace(volume.acquisition, position=None))
    assert measure(unsaid, Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0].levels is None


def test_voxels_of_three_millimetres_along_gravity_tell_no_level():
    volume = without_bone()
    coarse = replace(
        volume,
        hounsfield=volume.hounsfield[:, ::3],
        grid=replace(volume.grid, shape=(60, 20, 60), spacing=(1.0, 3.0, 1.0)),
    )
    mass = measure(coarse, Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]
    assert mass.levels is None
    assert "coarse voxels" in {flag.name for flag in mass.flags}


def test_it_touches_the_femur_over_an_area_and_a_nerve_is_where_it_was_drawn():
    x = drawn().truth.seed[0]
    nerve = Line(name="sciatic nerve", points=((x, 60.0, -30.0), (x, 60.0, 30.0)), radius=4.0)
    labels = coarse_labels(drawn().labels, drawn().volume.grid)
    wishes = Wishes(seeds=(drawn().truth.seed,), lines=(nerve,))

    mass = measure(drawn().volume, wishes, labels).masses[0]

    ways = {way.to: way for way in mass.distances}
    assert ways["left femur"].millimetres == 0
    assert ways["left femur"].contact > 20
    back = np.argwhere(mass.masks.envelope)
    nearest = np.linalg.norm(
        (mass.masks.grid.points(back.astype(float)) - (x, 60.0, 0))[:, :2], axis=1
    ).min()
    assert ways["sciatic nerve"].millimetres == pytest.approx(nearest - 4.0, abs=1.2)


def test_points_in_bone_do_what_a_label_map_does():
    volume = drawn().volume
    axis = BESIDE.femur + 0.08 * np.array([-30.0, 0.0, 30.0])
    bone = tuple(
        (float(x) + 10.0, -4.0 + 0.05 * z, float(z))
        for x, z in zip(axis, (-30.0, 0.0, 30.0), strict=True)
    )
    mass = measure(volume, Wishes(seeds=(drawn().truth.seed,), bone_seeds=bone)).masses[0]

    assert mass.mineral_volume.value == pytest.approx(drawn().truth.mineral_volume, rel=0.10)
    assert "bone told by hand" in {flag.name for flag in mass.flags}


def test_without_either_a_mass_that_runs_into_bone_is_refused():
    with pytest.raises(ImageError, match="takes bone with it"):
        measure(drawn().volume, Wishes(seeds=(drawn().truth.seed,)))


def test_without_seeds_and_labels_nothing_is_guessed():
    with pytest.raises(ImageError, match="bones cannot be told from masses"):
        measure(without_bone(), Wishes())


def test_a_seed_outside_the_image_tells_what_the_image_holds():
    with pytest.raises(ImageError, match=r"x -30 to 29"):
        measure(without_bone(), Wishes(seeds=((400.0, 0.0, 0.0),)))


def test_a_seed_on_muscle_is_refused():
    with pytest.raises(ImageError, match=r"lies on 55 HU"):
        measure(without_bone(), Wishes(seeds=((25.0, 25.0, 25.0),)))


def test_a_seed_in_bone_names_the_bone():
    middle = (BESIDE.femur, -4.0, 0.0)
    with pytest.raises(ImageError, match="left femur"):
        measure(drawn().volume, Wishes(seeds=(middle,)), drawn().labels)


def test_two_seeds_in_one_mass_are_one_mass():
    measured = measure(without_bone(), Wishes(seeds=((0.0, 0.0, 0.0), (5.0, 0.0, 0.0))))
    assert len(measured.masses) == 1


def test_a_mass_cut_off_by_the_image_says_so_and_tells_no_mineral():
    volume = without_bone()
    grid = replace(volume.grid, shape=(32, 60, 60))
    none = LabelMap(labels=np.zeros(grid.shape, np.uint8), names={})
    cut = replace(volume, hounsfield=volume.hounsfield[:32], grid=grid)
    mass = measure(cut, Wishes(seeds=((0.0, 0.0, 0.0),)), none).masses[0]
    assert "cut off" in {flag.name for flag in mass.flags}
    assert mass.hydroxyapatite is None


def test_a_clipped_scale_tells_no_mineral():
    volume = without_bone()
    bright = np.where(volume.hounsfield > 300, 3071, volume.hounsfield).astype(np.int16)
    mass = measure(replace(volume, hounsfield=bright), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]
    assert mass.hydroxyapatite is None
    assert {"clipped", "metal near"} <= {flag.name for flag in mass.flags}


def test_an_own_factor_replaces_the_table():
    seeds = ((0.0, 0.0, 0.0),)
    usual = measure(without_bone(), Wishes(seeds=seeds)).masses[0].hydroxyapatite
    own = measure(without_bone(), Wishes(seeds=seeds, factor=0.5)).masses[0].hydroxyapatite
    assert own.value / usual.value == pytest.approx(0.5 * 1.284, rel=1e-3)
    assert own.error / own.value < usual.error / usual.value


def test_a_lower_voltage_is_brighter_for_the_same_mineral():
    volume = without_bone()
    low = replace(volume, acquisition=replace(volume.acquisition, kilovolts=80.0))
    seeds = Wishes(seeds=((0.0, 0.0, 0.0),))
    ratio = measure(low, seeds).masses[0].hydroxyapatite.value / (
        measure(volume, seeds).masses[0].hydroxyapatite.value
    )
    assert ratio == pytest.approx(1.284 / 1.80, rel=0.01)


def in_air(gap):
    """The ball of mineral in muscle whose skin is so far (mm) above it."""
    volume = without_bone()
    bright = volume.hounsfield.copy()
    y = np.arange(60) - 30.0
    bright[:, y < -12 - gap] = -1000
    return replace(volume, hounsfield=bright)


@pytest.mark.parametrize("gap", [0.5, 1.5, 3.5])
def test_air_beside_a_mass_takes_nothing_from_its_mineral(gap):
    mass = measure(in_air(gap), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]
    assert mass.hydroxyapatite.value == pytest.approx(300 * BALL, rel=0.03)


def plate(around):
    """A flat plate of solid mineral, level to gravity, with no fluid anywhere."""
    volume = without_bone()
    z, y, x = np.indices(volume.grid.shape) - 30.0
    inside = (np.abs(y) <= 4) & (x**2 + z**2 <= 20**2)
    bright = np.where(inside, 440, around).astype(np.int16)
    return replace(volume, hounsfield=bright)


@pytest.mark.parametrize("around", [55, -100], ids=["muscle", "fat"])
def test_the_flat_top_of_a_plate_is_no_level(around):
    assert measure(plate(around), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0].levels == ()


def test_in_fat_an_edge_is_half_way_to_fat():
    volume = without_bone()
    fat = np.where(volume.hounsfield > 300, volume.hounsfield, -100).astype(np.float32)
    blurred = np.rint(gaussian_filter(fat, 0.7)).astype(np.int16)
    mass = measure(replace(volume, hounsfield=blurred), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]
    assert mass.mineral_volume.value == pytest.approx(BALL, rel=0.03)


def test_faint_mineral_is_flagged_and_its_volume_less_certain():
    volume = without_bone()
    faint = np.where(volume.hounsfield > 300, 175, 55).astype(np.int16)
    mass = measure(replace(volume, hounsfield=faint), Wishes(seeds=((0.0, 0.0, 0.0),))).masses[0]
    assert "faint" in {flag.name for flag in mass.flags}
    assert mass.mineral_volume.error > 0.2 * mass.mineral_volume.value


def test_thick_slices_make_the_envelope_less_certain():
    thin, thick = found(), measured_mass(drawn(5.0))
    shares = [m.envelope_volume.error / m.envelope_volume.value for m in (thin, thick)]
    assert shares[1] > shares[0] + 0.05


@pytest.mark.parametrize("factor", [0.001, 70.0])
def test_an_impossible_factor_is_refused(factor):
    with pytest.raises(ImageError, match=r"outside 0\.2 to 2"):
        measure(without_bone(), Wishes(seeds=((0.0, 0.0, 0.0),), factor=factor))


# --- the real pelvis ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pelvis(shared):
    folder = shared / "imaging"
    volume = read_series(folder / "pelvis-ct.nii.gz", said=Said(kilovolts=120, position="HFS"))
    return volume, read_labels(folder / "pelvis-labels.nii.gz", volume)


def test_in_the_real_pelvis_only_the_focus_beside_the_psoas_is_a_mass(pelvis):
    volume, labels = pelvis
    told = candidates(volume, labels)

    masses = [each for each in told if each.taken_for == "mass"]
    assert [each.beside for each in masses] == ["iliopsoas_right"]
    assert masses[0].volume == pytest.approx(0.76, abs=0.02)
    assert masses[0].brightest == 1397


def test_its_implant_is_metal(pelvis):
    told = candidates(*pelvis)
    assert (told[0].taken_for, told[0].brightest) == ("metal", 2725)
    assert told[0].volume > 30


def test_a_phantom_in_the_real_pelvis_is_measured_with_its_own_mass(pelvis):
    volume, labels = pelvis
    scanner = Scanner(spacing=(1.0, 1.0, 1.0), noise=0.0, blur=0.05)
    mass = phantom(replace(SMALL, with_level=0.0), replace(FREE, fat=None), scanner)
    where = (-95.0, -60.0, 190.0)  # in the right gluteus maximus
    share, bright = placed(mass, volume.grid, where)
    put = share * bright + (1 - share) * volume.hounsfield
    real = replace(volume, hounsfield=np.rint(put).astype(np.int16))

    found = measure(real, Wishes(seeds=(where,)), labels).masses[0]

    assert found.side == "right"
    assert found.hydroxyapatite.value == pytest.approx(mass.truth.hydroxyapatite, rel=0.10)
    assert "right gluteus maximus" in {way.to for way in found.distances[:3]}


def placed(mass, grid, where):
    """A phantom's mass on a coarse grid: its share of each voxel, and its brightness."""
    fine = mass.volume.grid
    near = np.argwhere(mass.truth.envelope)
    voxels = np.rint(grid.voxels(fine.points(near.astype(float)) - mass.truth.seed + where))
    total, count = np.zeros(grid.shape), np.zeros(grid.shape)
    np.add.at(total, tuple(voxels.astype(int).T), mass.volume.hounsfield[tuple(near.T)])
    np.add.at(count, tuple(voxels.astype(int).T), 1)
    share = np.minimum(count * fine.voxel_volume / grid.voxel_volume, 1)
    return share, total / np.maximum(count, 1)
