"""`python -m brushite` is the command line."""

from brushite.cli import at_the_shell

if __name__ == "__main__":
    at_the_shell()
