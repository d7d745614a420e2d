"""The file of estimates."""

from collections.abc import Mapping, Sequence

from brushite.distribution import Distribution
from calibration.problem import Column, values_at

HEAD = """\
# Typical values of parameters, estimated together on the studies of this package.
# Written by `python -m calibration`; do not edit. `prior` is the value beside the equation and `sd`
# the standard deviation of its logarithm (or logit), `estimate` what all studies make of it,
# `moved` how many sd that is away, `without` what it is without each of five folds of studies.
"""


def toml(
    priors: Sequence[Distribution],
    at: Column,
    folds: Sequence[Column],
    fold_of: Mapping[str, int],
) -> str:
    """The text of the file."""
    whole = values_at(at, priors)
    blind = [values_at(point, priors) for point in folds]
    lines = [HEAD]
    for k, prior in enumerate(priors):
        lines += [
            "[[parameter]]",
            f'name = "{prior.name}"',
            f'unit = "{prior.unit}"',
            f"prior = {prior.median:.6g}",
            f"sd = {prior.sd:g}",
            f"estimate = {whole[prior.name]:.4g}",
            f"moved = {at[k]:.2f}",
            f"without = [{', '.join(f'{values[prior.name]:.4g}' for values in blind)}]",
            "",
        ]
    for name in sorted(fold_of):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["[[study]]", f'name = "{escaped}"', f"fold = {fold_of[name]}", ""]
    return "\n".join(lines)
