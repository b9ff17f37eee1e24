# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of JSON Schema as docs/*.schema.json use. A word that is not known here is an error: a schema that is not
checked would be no contract."""

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
SILENT = {"$schema", "$defs", "$id", "title", "description"}


class Schema:
    def __init__(self, document):
        self.document = document

    def find(self, reference):
        """The part that "#/$defs/…" names; "#" is all of it."""
        part = self.document
        for name in filter(None, reference.removeprefix("#").split("/")):
            part = part[name]
        return part

    def faults(self, value, schema=None, place="$"):
        """A list of sentences; empty when the value fits."""
        schema = self.document if schema is None else schema
        found = []
        for word, wanted in schema.items():
            if word not in SILENT:
                found += getattr(self, "check_" + word.replace("$", ""))(value, wanted, schema, place)
        return found

    def check_ref(self, value, wanted, _schema, place):
        return self.faults(value, self.find(wanted), place)

    def check_type(self, value, wanted, _schema, place):
        names = [wanted] if isinstance(wanted, str) else wanted
        return [] if any(TYPES[name](value) for name in names) else [f"{place}: {value!r} is no {' or '.join(names)}"]

    def check_enum(self, value, wanted, _schema, place):
        return [] if value in wanted else [f"{place}: {value!r} is none of {wanted}"]

    def check_minimum(self, value, wanted, _schema, place):
        return [f"{place}: {value} is less than {wanted}"] if isinstance(value, (int, float)) and value < wanted else []

    def check_required(self, value, wanted, _schema, place):
        return [f"{place}: {name} is missing" for name in wanted if isinstance(value, dict) and name not in value]

    def check_properties(self, value, wanted, _schema, place):
        if not isinstance(value, dict):
            return []
        return [fault for name, part in wanted.items() if name in value
                for fault in self.faults(value[name], part, f"{place}.{name}")]

    def check_additionalProperties(self, value, wanted, schema, place):  # pylint: disable=invalid-name
        if wanted is not False:
            known = schema.get("properties", {})
            return [fault for name in value if name not in known for fault in self.faults(value[name], wanted, f"{place}.{name}")] \
                if isinstance(value, dict) else []
        return [f"{place}: {name} is not in the schema" for name in value if name not in schema["properties"]] \
            if isinstance(value, dict) else []

    def check_items(self, value, wanted, _schema, place):
        if not isinstance(value, list):
            return []
        return [fault for index, item in enumerate(value) for fault in self.faults(item, wanted, f"{place}[{index}]")]

    def check_anyOf(self, value, wanted, _schema, place):  # pylint: disable=invalid-name
        tries = [self.faults(value, part, place) for part in wanted]
        return [] if not all(tries) else min(tries, key=len)
