"""The schema of the app's database, one step for each change to it."""
