"""The JSON schemas are those of the model, in French, and the shipped files satisfy them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from amem_reports import yaml_lines
from amem_reports.schema import schemas
from amem_reports.yaml_lines import Parsed

CATALOGUE = Path(__file__).parent.parent / "catalogue"
FILES = [(path, f"{'pays' if path.parent.name == 'pays' else path.stem}.schema.json") for path in sorted(CATALOGUE.rglob("*.yaml"))]


class PlainLoader(yaml.SafeLoader):
    """YAML 1.2's idea of a date: text."""


PlainLoader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_committed_schemas_are_up_to_date() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (CATALOGUE / "schemas").glob("*.json")}
    assert committed == schemas(), "run « amem schema » and commit"


@pytest.mark.parametrize(("path", "name"), FILES, ids=lambda value: value.name if isinstance(value, Path) else "")
def test_the_shipped_files_satisfy_their_schema_and_name_it(path: Path, name: str) -> None:
    schema = json.loads(schemas()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.load(path.read_text(encoding="utf-8"), PlainLoader), schema)  # noqa: S506 - it is a SafeLoader
    first = path.read_text(encoding="utf-8").splitlines()[0]
    target = first.partition("$schema=")[2]
    assert (path.parent / target).resolve() == (CATALOGUE / "schemas" / name).resolve()


def properties(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        found = list(value["properties"].values()) if isinstance(value.get("properties"), dict) else []
        return found + [one for inner in value.values() for one in properties(inner)]
    return [one for inner in value for one in properties(inner)] if isinstance(value, list) else []


def test_every_field_is_explained_in_french() -> None:
    found = [one for text in schemas().values() for one in properties(json.loads(text))]
    assert len(found) > 60
    unexplained = [one for one in found if not one.get("description") and one.get("type") != "array"]
    assert unexplained == []
    words = {word for text in schemas().values() for word in text.split()}
    assert words.isdisjoint({"the", "The", "what", "whose", "its", "project"})


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    schema = json.loads(schemas()["pays.schema.json"])
    parsed = yaml_lines.parse((CATALOGUE / "pays" / "maroc.yaml").read_text(encoding="utf-8"), "maroc.yaml")
    assert isinstance(parsed, Parsed)
    activite = {**parsed.data["activites"][0], "axe": 1}
    for wrong in ({"intitulé": "x"}, {"debut": "2019-13"}, {"budget": {"montant": "1", "devise": "XXX"}}, {"intitule": ""}):
        bad = {**parsed.data, "activites": [activite | wrong]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)
    jsonschema.validate({**parsed.data, "activites": [activite]}, schema)
