"""The steps of the schema, in the order that each names by `down_revision`."""
