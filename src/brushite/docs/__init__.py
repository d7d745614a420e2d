"""Pages for readers, written from the code: `python -m brushite.docs FOLDER`."""
