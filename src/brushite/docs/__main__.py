"""`python -m brushite.docs FOLDER` writes the pages that MkDocs makes a site of."""

from pathlib import Path

import click

from brushite.docs.site import site
from brushite.errors import BrushiteError


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--validation",
    default="docs/validation.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="What `brushite validate --format json` wrote.",
)
def write(folder: Path, validation: Path) -> None:
    """Write all pages of the documentation into FOLDER; run it in the folder of the project."""
    try:
        site(Path(), validation).save(folder)
    except BrushiteError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    write()
