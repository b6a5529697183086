#!/usr/bin/env python3
"""What a daemon counts: reserved_here and purchased_here of all SKUs that begin so.

usage: counted.py http://HOST:PORT PREFIX; prints both sums."""
import json
import sys
import urllib.parse
import urllib.request

endpoint, prefix = sys.argv[1:]
reserved = purchased = 0
after = ""
while after is not None:
    query = urllib.parse.urlencode({"limit": 1000, **({"after": after} if after else {})})
    page = json.load(urllib.request.urlopen(f"{endpoint}/v1/skus?{query}", timeout=60))
    ours = [sku for sku in page["skus"] if sku["sku"].startswith(prefix)]
    reserved += sum(sku["reserved_here"] for sku in ours)
    purchased += sum(sku["purchased_here"] for sku in ours)
    after = page["next"]
print(reserved, purchased)
