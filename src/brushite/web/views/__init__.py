"""What the server answers: records of brushite as plain mappings for the front end."""
