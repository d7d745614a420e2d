"""The app: routes call the verbs; the built front end lies in `static/`."""
