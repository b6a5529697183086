#!/usr/bin/env python3
"""Reserve, pay, purchase. HOLDFAST=http://127.0.0.1:8420 checkout.py CART ORDER SKU QUANTITY"""
import json, os, sys, time, urllib.error, urllib.request

BASE = os.environ.get("HOLDFAST", "http://127.0.0.1:8420") + "/v1/reservations/"
AGAIN = {"insufficient_here", "all_reserved", "rights_unreachable", "overloaded", "starting", "draining", "disk_full",
         "request_timeout", "outcome_unknown"}


def call(method, path, body, patience_s=20):
    """The answer and its code: None if it is good. The same id is sent again and again: it happens once."""
    deadline = time.monotonic() + patience_s
    while True:
        request = urllib.request.Request(BASE + path, json.dumps(body).encode(), {"Content-Type": "application/json"},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return json.load(answer), None
        except urllib.error.HTTPError as error:
            answer = json.load(error)
        except OSError:  # no answer: it may have happened
            answer = {"code": "outcome_unknown"}
        pause_s = answer.get("retry_after_ms", 500) / 1000
        if answer["code"] not in AGAIN or time.monotonic() + pause_s > deadline:
            return answer, answer["code"]
        time.sleep(pause_s)


def main(cart, order, sku, quantity):
    reservation, refused = call("PUT", cart, {"lines": [{"sku": sku, "quantity": int(quantity)}], "wait_ms": 2000})
    if refused:
        return f"not sold: {refused}"
    # Here the shopper pays. If that fails: call("POST", cart + "/release", {})
    reservation, refused = call("POST", cart + "/purchase", {"order": order})
    return f"not sold, pay back: {refused}" if refused else f"sold: {reservation['state']}"


if __name__ == "__main__":
    print(main(*sys.argv[1:5]))
