"""Where the uncertainty of a forecast comes from: what is assumed, unsaid, or not known of now."""
