"""`python -m brushite` is the command line."""

from brushite.cli import main

if __name__ == "__main__":
    main()
