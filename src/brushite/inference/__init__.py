"""From a record to a twin."""
