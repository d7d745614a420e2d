"""What the machine code of a march and its caller agree on."""

from collections.abc import Mapping
from types import MappingProxyType

HOPELESS = 1e300  # a mean square error beyond it, or none at all
BELOW = 2e300  # in the place of an error: a state has left its bounds
CROSSED, TOO_SHORT, TOO_MANY, OUT_OF_BOUNDS = range(4)  # what became of a segment

# What a march is given, eight bytes each, in this order.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "groups": "i64",
        "segments": "i64",
        "states": "ptr",
        "constants": "ptr",
        "kinds": "ptr",
        "lengths": "ptr",
        "spans": "ptr",  # the longest of each segment's lengths
        "first_steps": "ptr",
        "relative": "double",
        "absolute": "ptr",
        "floors": "ptr",
        "starts": "ptr",
        "shares": "ptr",
        "readings": "ptr",
        "work": "ptr",
        "errors": "ptr",
        "taken": "i64",
        "refused": "i64",
        "segment": "i64",
    }
)
PLACES: Mapping[str, int] = MappingProxyType({name: i for i, name in enumerate(FIELDS)})
