"""Entries of a bibliography are read with all their fields."""

from pathlib import Path

from markupsafe import Markup

from brushite.docs.bibliography import named_in, publications

TEXT = r"""% A comment
@article{Lucas2005,
  author  = {Lucas and Mart{\'i}nez Ruiz},
  year    = {2005},
  journal = {Nefrolog{\'i}a},
  pages   = {1--9},
  doi     = {10.1/x},
  note    = {Soci{\'e}t{\'e} fran{\c c}aise; P < 2}
}

@misc{Tool,
  year = {2020},
  url = {https://example.org/a}
}
"""


def test_accents_and_dashes_are_those_of_print():
    fields = publications(TEXT)["Lucas2005"].fields

    assert fields["author"] == "Lucas and Martínez Ruiz"
    assert fields["pages"] == "1–9"
    assert fields["note"] == "Société française; P < 2"


def test_an_entry_leads_to_its_doi_or_address():
    found = publications(TEXT)

    assert 'href="https://doi.org/10.1/x"' in Markup("{}").format(found["Lucas2005"])
    assert 'href="https://example.org/a"' in Markup("{}").format(found["Tool"])
    assert "P &lt; 2" in Markup("{}").format(found["Lucas2005"])


def test_a_text_names_keys_as_whole_words_only():
    assert named_in("as in Lucas2005; not Tools", publications(TEXT)) == ["Lucas2005"]


def test_every_field_of_our_bibliography_is_read():
    text = (Path(__file__).parents[2] / "references.bib").read_text(encoding="utf-8")
    read = sum(len(p.fields) for p in publications(text).values())
    assert read == sum(" = {" in line for line in text.splitlines())
