"""Holds JSON values against the schemas of an OpenAPI 3.0 document: of what it can say, the part that ours uses.

Stricter than OpenAPI: a member that no schema names is a fault, and so is a keyword that this file does not know."""
import re

ANNOTATIONS = {"description", "default", "format"}
KEYWORDS = {"$ref", "type", "nullable", "enum", "allOf", "oneOf", "required", "properties", "additionalProperties",
            "items", "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum", "maximum"} | ANNOTATIONS
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}
LIMITS = {
    "minimum": lambda value, limit: not isinstance(value, int) or value >= limit,
    "maximum": lambda value, limit: not isinstance(value, int) or value <= limit,
    "minLength": lambda value, limit: not isinstance(value, str) or len(value) >= limit,
    "maxLength": lambda value, limit: not isinstance(value, str) or len(value) <= limit,
    "minItems": lambda value, limit: not isinstance(value, list) or len(value) >= limit,
    "maxItems": lambda value, limit: not isinstance(value, list) or len(value) <= limit,
    "pattern": lambda value, limit: not isinstance(value, str) or re.search(limit, value) is not None,
    "enum": lambda value, limit: value in limit,
}


class Schemas:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def faults(self, value, schema, where=""):
        """Every way in which the value is not what the schema says, as lines."""
        schema = self.resolve(schema)
        unknown = set(schema) - KEYWORDS
        if unknown:
            return [f"{where}: the schema has {unknown}, which this checker does not know"]
        if value is None and schema.get("nullable"):
            return []
        if "type" in schema and not TYPES[schema["type"]](value):
            return [f"{where}: {value!r} is no {schema['type']}"]
        found = [f"{where}: {value!r} against {key} {schema[key]!r}"
                 for key, holds in LIMITS.items() if key in schema and not holds(value, schema[key])]
        for part in schema.get("allOf", []):
            found += self.faults(value, part, where)
        if "oneOf" in schema:
            found += self._one_of(value, schema["oneOf"], where)
        if isinstance(value, dict) and "properties" in schema:
            found += self._members(value, schema, where)
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                found += self.faults(item, schema["items"], f"{where}/{index}")
        return found

    def _one_of(self, value, choices, where):
        tried = [self.faults(value, choice, where) for choice in choices]
        fitting = sum(not faults for faults in tried)
        return [] if fitting == 1 else [f"{where}: {value!r} fits {fitting} of {len(choices)}: {tried}"]

    def _members(self, value, schema, where):
        properties = schema["properties"]
        found = [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in properties:
                found += self.faults(member, properties[name], f"{where}/{name}")
            else:
                found.append(f"{where}: no schema has {name}")
        return found
