<?php
// Reserve, pay, purchase. HOLDFAST=http://127.0.0.1:8420 php checkout.php CART ORDER SKU QUANTITY
const AGAIN = ['insufficient_here', 'all_reserved', 'rights_unreachable', 'overloaded', 'starting', 'draining',
    'disk_full', 'request_timeout', 'outcome_unknown'];

// The answer and its code: null if it is good. The same id is sent again and again: it happens once.
function call(string $method, string $path, object|array $body, float $patience = 20.0): array
{
    $base = (getenv('HOLDFAST') ?: 'http://127.0.0.1:8420') . '/v1/reservations/';
    $context = stream_context_create(['http' => ['method' => $method, 'header' => 'Content-Type: application/json',
        'content' => json_encode($body), 'timeout' => 15, 'ignore_errors' => true]]);
    for ($deadline = microtime(true) + $patience; ;) {
        $text = @file_get_contents($base . $path, false, $context);
        $answer = $text === false ? null : json_decode($text, true);
        $answer ??= ['code' => 'outcome_unknown'];  // no answer: it may have happened
        if (!isset($answer['code'])) return [$answer, null];
        $pause = ($answer['retry_after_ms'] ?? 500) / 1000;
        if (!in_array($answer['code'], AGAIN) || microtime(true) + $pause > $deadline) return [$answer, $answer['code']];
        usleep((int) ($pause * 1e6));
    }
}

[, $cart, $order, $sku, $quantity] = $argv;
[, $refused] = call('PUT', $cart, ['lines' => [['sku' => $sku, 'quantity' => (int) $quantity]], 'wait_ms' => 2000]);
if ($refused) exit("not sold: $refused\n");
// Here the shopper pays. If that fails: call('POST', "$cart/release", new stdClass)
[$reservation, $refused] = call('POST', "$cart/purchase", ['order' => $order]);
echo $refused ? "not sold, pay back: $refused\n" : "sold: {$reservation['state']}\n";
