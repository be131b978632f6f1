"""JSON schemas of the catalogue's files, generated from the model, so that editors complete and check the YAML."""

from __future__ import annotations

import json

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from amem_reports.catalogue import FILES
from amem_reports.model import Pays

FOLDER = "schemas"
_TITLES = {
    "projet": "Le projet",
    "axes": "Les axes",
    "cadre-logique": "Le cadre logique",
    "sigles": "Les sigles",
    "taux": "Les taux de change",
    "pays": "Un pays et ses activités",
}


def schemas() -> dict[str, str]:
    """The text of each schema by file name: `projet.schema.json`, …, `pays.schema.json` (for every file of `pays/`)."""
    models: dict[str, type[BaseModel]] = {name.removesuffix(".yaml"): model for name, model in FILES.items()} | {"pays": Pays}
    return {f"{name}.schema.json": _text(name, model) for name, model in models.items()}


def _text(name: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("description", None)  # the docstrings of classes are English; what an editor shows is French
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": _TITLES[name]}
    return json.dumps({**head, **{key: value for key, value in schema.items() if key != "title"}}, ensure_ascii=False, indent=2) + "\n"
