// Reserve, pay, purchase. HOLDFAST=http://127.0.0.1:8420 node checkout.mjs CART ORDER SKU QUANTITY
const base = (process.env.HOLDFAST ?? "http://127.0.0.1:8420") + "/v1/reservations/";
const again = new Set(["insufficient_here", "all_reserved", "rights_unreachable", "overloaded", "starting", "draining",
  "disk_full", "request_timeout", "outcome_unknown"]);
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

// The answer and its code: undefined if it is good. The same id is sent again and again: it happens once.
async function call(method, path, body, patience_ms = 20_000) {
  for (const deadline = Date.now() + patience_ms; ;) {
    let answer;
    try {
      const response = await fetch(base + path, {
        method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
      answer = await response.json();
      if (response.ok) return [answer];
    } catch {
      answer = { code: "outcome_unknown" };  // no answer: it may have happened
    }
    const pause_ms = answer.retry_after_ms ?? 500;
    if (!again.has(answer.code) || Date.now() + pause_ms > deadline) return [answer, answer.code];
    await sleep(pause_ms);
  }
}

async function main(cart, order, sku, quantity) {
  let [reservation, refused] = await call("PUT", cart, { lines: [{ sku, quantity: Number(quantity) }], wait_ms: 2000 });
  if (refused) return `not sold: ${refused}`;
  // Here the shopper pays. If that fails: await call("POST", cart + "/release", {})
  [reservation, refused] = await call("POST", cart + "/purchase", { order });
  return refused ? `not sold, pay back: ${refused}` : `sold: ${reservation.state}`;
}

console.log(await main(...process.argv.slice(2, 6)));
