#!/usr/bin/env python3
"""What a daemon really answers, successes and problems, is what openapi.json says; and -o json is the same."""
import itertools
import json
import os
import subprocess
import sys
import unittest

from daemons import Pair, until
from schema import Schemas

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
EVENT_SCHEMAS = {"reservation": "ReservationEvent", "stock.adjusted": "StockEvent", "rights.sent": "RightsSentEvent",
                 "rights.received": "RightsReceivedEvent", "region": "RegionEvent"}


def one_line(sku, quantity):
    return {"lines": [{"sku": sku, "quantity": quantity}]}


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(f"{BIN}/holdfastd")
        cls.addClassCleanup(cls.pair.stop)
        cls.document = cls.pair.eu.call("GET", "/openapi.json").json()
        cls.schemas = Schemas(cls.document)
        cls.numbers = itertools.count(1)
        cls.seen, cls.codes = set(), set()

    def key(self):
        return {"Idempotency-Key": f"key-{next(self.numbers)}"}

    def operation(self, name):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if operation["operationId"] == name:
                    return method.upper(), path, operation
        raise AssertionError(f"the document has no {name}")

    def call(self, name, expected, body=None, query="", headers=None, at=None, content_type="application/json", **path):
        """Makes the call that the document names, and holds the answer against the document."""
        method, pattern, operation = self.operation(name)
        answer = (at or self.pair.eu).call(method, pattern.format(**path) + query, body, headers, content_type)
        self.assertEqual(answer.status, expected, answer.body)
        response = operation["responses"].get(str(expected), operation["responses"]["default"])
        content = self.schemas.resolve(response)["content"]
        self.assertIn(answer.content_type, content)
        if "json" not in answer.content_type:
            return answer.body.decode()
        value = answer.json()
        self.assertEqual(self.schemas.faults(value, content[answer.content_type]["schema"], name), [])
        if expected < 300:
            self.seen.add(name)
        else:
            self.assertEqual((value["status"], value["type"]), (expected, "urn:holdfast:" + value["code"]))
            self.codes.add(value["code"])
        return value

    def problem(self, code, status, name, *arguments, **more):
        self.assertEqual(self.call(name, status, *arguments, **more)["code"], code)

    def test_1_of_a_region_that_has_never_heard_the_other(self):
        self.assertEqual(self.call("status", 200)["state"], "degraded")
        self.problem("rights_unreachable", 503, "getSku", sku="nothing")
        self.problem("rights_unreachable", 503, "reserve", one_line("nothing", 1), id="never")
        self.pair.meet()
        self.assertEqual(self.call("status", 200)["state"], "well")

    def test_2_of_stock(self):
        for sku in ("a", "b/ü"):
            self.call("adjust", 201, {"delta": 100, "reason": "delivery"}, headers=self.key(),
                      sku=sku.replace("b/ü", "b%2F%C3%BC"))
        self.call("adjust", 201, {"delta": -1, "reason": "broken"}, headers=self.key(), sku="a")
        self.call("count", 200, {"counted": 98, "reason": "stocktaking"}, headers=self.key(), sku="a")
        lines = 'sku,quantity\nc,10\nd,0\n'
        found = self.call("importStock", 200, lines, headers=self.key(), content_type="text/csv")
        self.assertEqual((found["applied"], found["refused"]), (1, 1))
        self.call("importStock", 200, '{"sku":"e","quantity":5}\n', "?region=eu", self.key(),
                  content_type="application/x-ndjson")
        self.call("getSku", 200, sku="a")
        self.assertIsNotNone(self.call("listSkus", 200, query="?limit=1")["next"])
        self.call("getAvailability", 200, {"skus": ["a", "nothing"]})
        self.call("moveRights", 200, {"sku": "c", "to": "us", "quantity": 4}, headers=self.key())
        self.problem("sku_unknown", 404, "getSku", sku="nothing")
        self.problem("not_enough", 409, "adjust", {"delta": -1000, "reason": "x"}, headers=self.key(), sku="a")
        self.problem("wrong_region", 409, "adjust", {"delta": 1, "reason": "x", "region": "us"}, headers=self.key(),
                     sku="a")
        self.problem("idempotency_key_missing", 400, "adjust", {"delta": 1, "reason": "x"}, sku="a")
        self.problem("unsupported_media_type", 415, "importStock", "x", headers=self.key(), content_type="text/plain")

    def test_3_of_reservations(self):
        self.call("reserve", 201, {**one_line("a", 2), "customer": "c_1"}, id="r1")
        self.call("reserve", 200, {**one_line("a", 2), "customer": "c_1"}, id="r1")
        self.call("reserveWithKey", 201, one_line("a", 1), headers=self.key())
        self.call("reserve", 201, {**one_line("e", 9), "partial": True, "replaces": "unknown"}, id="r2")
        self.call("getReservation", 200, id="r1")
        self.call("extend", 200, {"ttl_seconds": 60}, id="r1")
        self.call("changeReservation", 200, one_line("a", 3), id="r1")
        self.problem("reservation_pending", 409, "returnGoods", None, headers=self.key(), id="r1")
        self.call("purchase", 200, {"order": "o-1"}, id="r1")
        self.call("returnGoods", 200, one_line("a", 1), headers=self.key(), id="r1")
        self.problem("already_purchased", 409, "release", id="r1")
        self.call("release", 200, id="r2")
        self.problem("already_released", 409, "purchase", id="r2")
        self.call("reserve", 201, {**one_line("a", 1), "ttl_seconds": 1}, id="r3")
        until(lambda: self.call("getReservation", 200, id="r3")["state"] == "expired", "it does not expire")
        self.problem("reservation_expired", 409, "purchase", {"if_expired": "fail"}, id="r3")
        self.call("listReservations", 200, query="?state=purchased&customer=c_1&sku=a")
        self.problem("reservation_unknown", 404, "getReservation", id="nothing")
        self.problem("idempotency_mismatch", 422, "reserve", one_line("a", 9), id="r1")
        self.problem("validation_failed", 422, "reserve", {"lines": [], "typo": 1}, id="r4")
        self.problem("malformed_json", 400, "reserve", "{", id="r4")

    def test_4_of_shortages(self):
        self.call("adjust", 201, {"delta": 3, "reason": "delivery"}, headers=self.key(), sku="few")
        self.problem("not_enough", 409, "reserve", one_line("few", 4), id="s1")
        self.call("reserve", 201, one_line("few", 3), id="s2")
        self.problem("all_reserved", 409, "reserve", one_line("few", 1), id="s3")
        self.call("purchase", 200, id="s2")
        self.problem("sold_out", 409, "reserve", one_line("few", 1), id="s4")
        until(lambda: self.pair.us.call("GET", "/v1/skus/few").status == 200, "us does not hear of it")

    def test_5_of_a_batch(self):
        operations = [{"op": "reserve", "id": "b1", **one_line("a", 1)}, {"op": "purchase", "id": "b1"},
                      {"op": "adjust", "sku": "a", "delta": 1, "reason": "found", "idempotency_key": "b-2"},
                      {"op": "release", "id": "nothing"}, {"op": "typo"}]
        results = self.call("batch", 200, {"operations": operations})["results"]
        self.assertEqual([one["status"] for one in results], [201, 200, 201, 404, 422])

    def test_6_of_what_operators_read(self):
        for name in ("rights", "audit", "config", "livez", "readyz", "openapi"):
            self.call(name, 200)
        self.call("rights", 200, query="?sort=runs_dry&limit=1")
        self.call("startBackup", 202)
        until(lambda: self.call("backup", 200)["state"] == "done", "there is no backup")
        self.assertTrue(self.call("drain", 200)["draining"])
        self.assertTrue(self.call("drainState", 200)["draining"])
        self.problem("draining", 503, "readyz")
        self.assertFalse(self.call("stopDrain", 200)["draining"])
        with self.pair.eu.config_changed("[log]\nlevel = 'warn'\n"):
            self.assertEqual([one["key"] for one in self.call("reloadConfig", 200)["changes"]], ["log.level"])
        with self.pair.eu.config_changed("[log]\nlevel = 'loud'\n"):
            self.problem("validation_failed", 422, "reloadConfig")
        self.assertTrue(self.call("auditSku", 200, sku="a")["events"])
        self.assertIn("holdfast_audit_mismatches 0", self.call("metrics", 200))
        self.assertIn("<title>holdfast", self.call("dashboard", 200))
        self.seen.update({"metrics", "dashboard", "events"})  # no JSON: the events are in the next test
        answer = self.pair.eu.call("GET", "/nothing")
        self.assertEqual(self.schemas.faults(answer.json(), {"$ref": "#/components/schemas/Problem"}), [])

    def test_7_of_events(self):
        kinds = set()
        for region, limit in ((self.pair.eu, "12"), (self.pair.us, "1")):
            tail = self.holdfast("events", "tail", "--all", "--limit", limit, "-o", "ndjson", at=region)
            for line in tail.splitlines():
                data = json.loads(line)
                kind = data.pop("event")
                kinds.add(kind)
                schema = EVENT_SCHEMAS.get(kind) or EVENT_SCHEMAS[kind.split(".")[0]]
                self.assertEqual(self.schemas.faults(data, {"$ref": f"#/components/schemas/{schema}"}, kind), [])
        self.assertTrue(kinds >= {"stock.adjusted", "rights.sent", "rights.received", "reservation.pending"}, kinds)

    def holdfast(self, *words, at=None):
        environment = {**os.environ, "HOLDFAST_ENDPOINT": (at or self.pair.eu).url}
        return subprocess.run([f"{BIN}/holdfast", *words], env=environment, check=False, stdout=subprocess.PIPE,
                              timeout=60).stdout.decode()

    def test_8_of_the_command_line_with_o_json(self):
        bodies = {("reserve", "get", "r1"): "/v1/reservations/r1", ("config", "show"): "/v1/config",
                  ("reserve", "list", "--state", "purchased"): "/v1/reservations?state=purchased",
                  ("reserve", "get", "nothing"): "/v1/reservations/nothing"}
        for words, path in bodies.items():
            self.assertEqual(self.holdfast(*words, "-o", "json"), self.pair.eu.call("GET", path).body.decode())
        for words, schema in ((("status",), "Status"), (("rights",), "Rights"), (("audit", "verify"), "Audit"),
                              (("audit", "explain", "a"), "SkuAudit"), (("stock", "get", "a"), "SkuView"),
                              (("stock", "list", "--limit", "2"), "SkuList")):  # times in them go on
            value = json.loads(self.holdfast(*words, "-o", "json"))
            self.assertEqual(self.schemas.faults(value, {"$ref": f"#/components/schemas/{schema}"}), [])

    def test_9_every_operation_was_seen(self):
        every = {operation["operationId"] for methods in self.document["paths"].values()
                 for operation in methods.values()}
        self.assertEqual(every - self.seen, set())
        print(f"{len(self.seen)} operations and {len(self.codes)} codes of problems seen", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
