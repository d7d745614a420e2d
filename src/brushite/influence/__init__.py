"""Which parameters a forecast hangs on."""
