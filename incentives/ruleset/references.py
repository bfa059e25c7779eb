"""The written policy that a ruleset puts into figures: its documents' clauses, and the parts that cite them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field

from incentives.faults import Place
from incentives.ruleset.kinds import Day, Name, TitleText, WebAddress, Words
from incentives.ruleset.parts import Part, Sourced
from incentives.ruleset.placed import Document, Path


class Reference(Part):
    """A clause of the written policy; its key is what `source` names."""

    title: TitleText = Field(description="The subject of the clause.")
    document: TitleText = Field(description="The document that it stands in.")
    section: Words = Field("", description="Its chapter, article or page in that document.")
    date: Day = Field(description="The day of the document, or of this version of it.")
    url: WebAddress | None = Field(None, description="Where the document can be read, `https://…`.")


@dataclass(frozen=True)
class Citation:
    """A `source` with the reference that it names; None where the ruleset has no references and it is free text."""

    source: str
    reference: Reference | None = None

    def as_dict(self, lang: str) -> dict[str, str]:
        """Return the citation as plain texts for JSON; without a reference only the source."""
        found = self.reference
        if found is None:
            return {"source": self.source}
        titles = {"title": found.title.get(lang), "document": found.document.get(lang), "section": found.section}
        return {"source": self.source, **titles, "date": found.date.isoformat(), "url": found.url or ""}


def sources(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of every `source` of the part and the parts in it; a metric's is another thing."""
    if isinstance(part, Sourced) and part.source:
        yield (*path, "source"), part.source
    for key, field in type(part).model_fields.items():
        yield from _sources_in(getattr(part, key), (*path, field.alias or key))


def _sources_in(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, BaseModel):
        yield from sources(value, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _sources_in(inner, (*path, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _sources_in(inner, (*path, index))


def citations(part: BaseModel, references: Mapping[Name, Reference]) -> dict[Path, Citation]:
    """Return what each part of a policy cites, by the path of the part."""
    return {path[:-1]: Citation(source, references.get(source)) for path, source in sources(part)}


def cited_by(found: Mapping[Path, Citation], path: Path) -> Citation | None:
    """Return what the part at `path` cites, else the nearest part around it that cites something."""
    return next((found[path[:length]] for length in range(len(path), -1, -1) if path[:length] in found), None)


def paths_by_place(document: Document) -> dict[Place, Path]:
    """Return the path of the value at each place of a document; of a part and its first value that of the part."""
    found: dict[Place, Path] = {}
    for path, place in document.values.items():
        if place not in found or len(path) < len(found[place]):
            found[place] = path
    return found
