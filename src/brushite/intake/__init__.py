"""The doors: from files to records and plans."""
