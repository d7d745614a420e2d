"""The numbers of measured masses as a DICOM report: a Comprehensive 3D SR after TID 1500."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING

from brushite.ct.dicom_segmentation import SERIES_NUMBER, Segment, segments_in, tracking_uid
from brushite.ct.images import MAKER, date, images_of, uid_of
from brushite.ct.measured import Distance, MeasuredMass, Measurement
from brushite.ct.volume import Volume
from brushite.version import VERSION

if TYPE_CHECKING:
    from highdicom.seg import Segmentation
    from highdicom.sr import CodedConcept, Comprehensive3DSR
    from highdicom.sr import Measurement as Item
    from highdicom.sr import VolumetricROIMeasurementsAndQualitativeEvaluations as Group
    from pydicom.sr.coding import Code

SCHEME = "99BRUSHITE"
UNITS = MappingProxyType(
    {
        "1": "no units",
        "mL": "milliliter",
        "mg": "milligram",
        "mm": "millimeter",
        "mm2": "square millimeter",
        "deg": "degree",
        "[hnsf'U]": "Hounsfield unit",
    }
)


def report_dataset(
    volume: Volume, measurement: Measurement, segmentation: "Segmentation"
) -> "Comprehensive3DSR":
    """The report of all masses, which refers to their segments and to the images.

    Each mass has a group of measurements for each of its segments. Doubts stand as comments.
    """
    from highdicom.coding_schemes import CodingSchemeIdentificationItem
    from highdicom.sr import (
        Comprehensive3DSR,
        DeviceObserverIdentifyingAttributes,
        MeasurementReport,
        ObservationContext,
        ObserverContext,
    )
    from pydicom.sr.codedict import codes

    observer = ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=uid_of(MAKER, VERSION), name=MAKER, manufacturer_name=MAKER, model_name=MAKER
        ),
    )
    masses = {each.name: each for each in measurement.masses}
    content = MeasurementReport(
        observation_context=ObservationContext(observer_device_context=observer),
        procedure_reported=codes.SCT.ComputerizedAxialTomography,
        imaging_measurements=[
            _group(each, masses[each.mass], measurement, segmentation)
            for each in segments_in(measurement)
        ],
    )
    images = images_of(volume, slice(None))
    series = images[0].SeriesInstanceUID
    scheme = CodingSchemeIdentificationItem(
        designator=SCHEME, name="Codes of brushite", version=VERSION
    )
    file = Comprehensive3DSR(
        evidence=[*images, segmentation],
        content=content,
        series_instance_uid=uid_of("reports", series),
        series_number=SERIES_NUMBER + 1,
        sop_instance_uid=uid_of("report", segmentation.SOPInstanceUID, _numbers(measurement)),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=VERSION,
        device_serial_number=VERSION,
        series_description="Calcified masses",
        is_complete=True,
        coding_schemes=[scheme],
    )
    date(file, volume)
    return file


def _numbers(measurement: Measurement) -> str:
    """All that a report tells, to name it by."""
    return repr((measurement.masses, measurement.flags, measurement.calibration))


def _group(
    segment: Segment, mass: MeasuredMass, measurement: Measurement, file: "Segmentation"
) -> "Group":
    from highdicom.sr import (
        AlgorithmIdentification,
        FindingSite,
        ReferencedSegment,
        RelationshipTypeValues,
        TextContentItem,
        TrackingIdentifier,
        VolumetricROIMeasurementsAndQualitativeEvaluations,
    )
    from pydicom.sr.codedict import codes

    series = file.ReferencedSeriesSequence[0].SeriesInstanceUID
    sides = {"left": codes.SCT.Left, "right": codes.SCT.Right}
    site = FindingSite(anatomic_location=codes.SCT.SoftTissue, laterality=sides.get(mass.side))
    described = file.SegmentSequence[segment.number - 1]
    group = VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=tracking_uid(series, segment.mass, segment.part), identifier=segment.label
        ),
        referenced_segment=ReferencedSegment.from_segmentation(file, segment.number),
        finding_type=described.SegmentedPropertyTypeCodeSequence[0],
        finding_category=described.SegmentedPropertyCategoryCodeSequence[0],
        finding_sites=[site],
        algorithm_id=AlgorithmIdentification(name=MAKER, version=VERSION),
        measurements=list(_items(segment, mass)),
    )
    told = () if segment.part != "envelope" else (*measurement.flags, *mass.flags)
    group[0].ContentSequence.extend(
        TextContentItem(
            name=codes.DCM.Comment,
            value=flag.text,
            relationship_type=RelationshipTypeValues.CONTAINS,
        )
        for flag in told
    )
    return group


def _items(segment: Segment, mass: MeasuredMass) -> Iterator["Item"]:
    if segment.part == "mineral":
        yield from _of_mineral(mass)
    elif segment.part == "envelope":
        yield from _of_envelope(mass)
        for each in mass.distances:
            yield from _of_distance(each)
        yield from _of_levels(mass)
    else:
        yield _item(_ours("FLUID_SHARE", "Fluid, share of envelope"), mass.shape.fluid_share)


def _of_mineral(mass: MeasuredMass) -> Iterator["Item"]:
    from pydicom.sr.codedict import codes

    volume, threshold, amount = mass.mineral_volume, mass.threshold_volume, mass.hydroxyapatite
    yield _item(
        codes.DCM.CalciumVolume,
        volume.value,
        volume.unit,
        error=volume.error,
        method=_ours("HALF_MAXIMUM", "Local half of maximum"),
    )
    yield _item(
        codes.DCM.CalciumVolume,
        threshold.value,
        threshold.unit,
        error=threshold.error,
        method=_ours("THRESHOLD", "Fixed threshold"),
    )
    if amount is not None:
        name = _ours("HYDROXYAPATITE", "Mass of hydroxyapatite")
        yield _item(name, amount.value, amount.unit, error=amount.error)
    attenuation = codes.DCM.AttenuationCoefficient
    yield _item(attenuation, mass.mean_hounsfield, "[hnsf'U]", derivation=codes.SCT.Mean)
    yield _item(attenuation, mass.brightest, "[hnsf'U]", derivation=codes.SCT.Maximum)
    yield _item(_ours("MINERAL_SHARE", "Mineral, share of envelope"), mass.shape.mineral_share)


def _of_envelope(mass: MeasuredMass) -> Iterator["Item"]:
    from pydicom.sr.codedict import codes

    volume, lengths, shape = mass.envelope_volume, mass.diameters, mass.shape
    yield _item(codes.SCT.Volume, volume.value, volume.unit, error=volume.error)
    named: list[tuple[CodedConcept | Code, float]] = [
        (codes.SCT.LongAxis, lengths.axial_long),
        (codes.SCT.ShortAxis, lengths.axial_short),
        (_ours("CRANIOCAUDAL", "Craniocaudal extent"), lengths.craniocaudal),
        (codes.IBSI.Maximum3DDiameterOfAMesh, lengths.feret[0]),
        (_ours("FERET_2", "Longest across the maximum 3D diameter"), lengths.feret[1]),
        (_ours("FERET_3", "Across both longest 3D diameters"), lengths.feret[2]),
        *(
            (_ours(f"BOX_{number}", f"Edge {number} of the box along the mass's axes"), edge)
            for number, edge in enumerate(lengths.box, start=1)
        ),
    ]
    for name, length in named:
        yield _item(name, length, "mm", error=lengths.error)
    yield _item(codes.IBSI.VolumeDensityInConvexHull, shape.solidity)
    yield _item(codes.IBSI.Sphericity, shape.sphericity)
    yield _item(_ours("LOBULES", "Number of lobules"), shape.lobules)
    yield _item(_ours("SEPTA_SHARE", "Septa, share of envelope"), shape.septa_share)


def _of_distance(distance: Distance) -> Iterator["Item"]:
    from pydicom.sr.codedict import codes

    to = f"to {distance.to}"
    nerve = _ours("TO_NERVE", "Nearest distance to nerve")
    name = nerve if distance.kind == "nerve" else codes.DCM.Distance
    yield _item(name, distance.millimetres, "mm", error=distance.error, of=to)
    if distance.contact > 0:
        yield _item(_ours("CONTACT", "Area of contact"), distance.contact, "mm2", of=to)


def _of_levels(mass: MeasuredMass) -> Iterator["Item"]:
    """The fluid levels; nothing where they could not be looked for."""
    if mass.levels is None:
        return
    yield _item(_ours("LEVELS", "Number of fluid-calcium levels"), len(mass.levels))
    for number, level in enumerate(mass.levels, start=1):
        of = f"fluid-calcium level {number}"
        yield _item(_ours("LEVEL_AREA", "Area of a fluid-calcium level"), level.area, "mm2", of=of)
        yield _item(_ours("LEVEL_TILT", "Tilt of a fluid-calcium level"), level.tilt, "deg", of=of)


def _item(
    name: "CodedConcept | Code",
    value: float,
    unit: str = "1",
    *,
    error: float | None = None,
    method: "CodedConcept | None" = None,
    derivation: "Code | None" = None,
    of: str | None = None,
) -> "Item":
    """One measurement; `error` is its standard error, `of` what it is a measurement of."""
    from highdicom.sr import CodedConcept, MeasurementProperties, TrackingIdentifier
    from highdicom.sr import Measurement as Item

    told = None
    if error is not None and error > 0:
        told = MeasurementProperties(
            upper_measurement_uncertainty=error, lower_measurement_uncertainty=error
        )
    return Item(
        name=name,
        value=value,
        unit=CodedConcept(value=unit, meaning=UNITS[unit], scheme_designator="UCUM"),
        method=method,
        derivation=derivation,
        properties=told,
        tracking_identifier=TrackingIdentifier(uid=uid_of(of), identifier=of) if of else None,
    )


def _ours(value: str, meaning: str) -> "CodedConcept":
    """A code of our own, where no standard has one."""
    from highdicom.sr import CodedConcept

    return CodedConcept(value=value, meaning=meaning, scheme_designator=SCHEME)
