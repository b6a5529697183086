#!/usr/bin/env python3
"""The checker must find what is wrong, or it proves nothing."""
import unittest

from schema import Schemas

DOCUMENT = {"components": {"schemas": {"Units": {"type": "integer", "minimum": 0}, "Sku": {
    "type": "object", "required": ["sku"],
    "properties": {"sku": {"type": "string", "maxLength": 3}, "units": {"$ref": "#/components/schemas/Units"},
                   "when": {"type": "string", "nullable": True, "pattern": "^2026"}}}}}}
SKU = {"$ref": "#/components/schemas/Sku"}


class Checker(unittest.TestCase):
    def assert_good(self, value, schema=SKU):
        self.assertEqual(Schemas(DOCUMENT).faults(value, schema), [])

    def assert_bad(self, value, schema=SKU):
        self.assertEqual(len(Schemas(DOCUMENT).faults(value, schema)), 1)

    def test_what_fits_is_good(self):
        self.assert_good({"sku": "a", "units": 0, "when": None})
        self.assert_good([{"sku": "a"}], {"type": "array", "items": SKU})

    def test_what_is_missing_or_unknown_is_found(self):
        self.assert_bad({})
        self.assert_bad({"sku": "a", "typo": 1})

    def test_another_type_is_found(self):
        self.assert_bad({"sku": 1})
        self.assert_bad({"sku": "a", "units": True})
        self.assert_bad({"sku": None})
        self.assert_bad("a")

    def test_what_is_beyond_a_limit_is_found(self):
        self.assert_bad({"sku": "a", "units": -1})
        self.assert_bad({"sku": "abcd"})
        self.assert_bad({"sku": "a", "when": "1999"})
        self.assert_bad("c", {"type": "string", "enum": ["a", "b"]})

    def test_exactly_one_of_several_must_fit(self):
        choice = {"oneOf": [SKU, {"$ref": "#/components/schemas/Units"}]}
        self.assert_good(5, choice)
        self.assert_bad("a", choice)
        self.assert_bad(5, {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 0}]})

    def test_a_keyword_that_it_does_not_know_is_a_fault(self):
        self.assert_bad(1, {"type": "integer", "multipleOf": 2})


if __name__ == "__main__":
    unittest.main()
