// The server over real sockets, with a fake desk behind it.
#include "api/server.h"

namespace holdfast::api {
namespace {

constexpr std::string_view ok_body = R"({"status":"ok"})";

TEST_F(Server, answers_and_keeps_the_connection) {
  start();
  const auto client = connect();
  send(*client, get("/livez"));
  EXPECT_TRUE(until([&] { return client->got.ends_with(ok_body); }));
  EXPECT_EQ(
      client->got,
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}");
  send(*client, get("/livez"));
  EXPECT_TRUE(until([&] { return count(client->got, ok_body) == 2; }));
  EXPECT_FALSE(client->ended);
}

TEST_F(Server, closes_when_asked_to) {
  start();
  EXPECT_TRUE(exchange(get("/livez", "Connection: close\r\n")).contains("Connection: close\r\n"));
}

TEST_F(Server, speaks_http_1_0) {
  start();
  EXPECT_TRUE(exchange("GET /livez HTTP/1.0\r\n\r\n").ends_with(ok_body));
  EXPECT_TRUE(
      exchange("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", ok_body).contains("keep-alive"));
}

TEST_F(Server, answers_head_with_the_headers_of_get_and_no_body) {
  start();
  const std::string got = exchange("HEAD /livez HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(got.contains("Content-Length: 15\r\n"));
  EXPECT_TRUE(got.ends_with("\r\n\r\n"));
}

TEST_F(Server, echoes_the_request_id) {
  start();
  EXPECT_TRUE(exchange(get("/livez", "X-Request-Id: r-17\r\n"), ok_body).contains("X-Request-Id: r-17\r\n"));
  EXPECT_TRUE(
      exchange(get("/nowhere", "X-Request-Id: r-18\r\n"), "not_found").contains("X-Request-Id: r-18\r\n"));
}

TEST_F(Server, answers_pipelined_requests_in_order) {
  start();
  const auto client = connect();
  send(*client, put("first") + get("/livez") + put("second"));
  EXPECT_TRUE(until([&] { return desk_.submitted.size() == 1; }));
  EXPECT_TRUE(client->got.empty());
  desk_.answer(0, Success(reserved("first")));
  EXPECT_TRUE(until([&] { return desk_.submitted.size() == 2; }));
  desk_.answer(1, Success(reserved("second")));
  EXPECT_TRUE(until([&] { return client->got.contains("second"); }));
  EXPECT_LT(client->got.find("first"), client->got.find("ok"));
  EXPECT_LT(client->got.find(ok_body), client->got.find("second"));
}

TEST_F(Server, many_pipelined_requests_do_not_fill_memory_or_stack) {
  start();
  std::string many;
  for (int i = 0; i < 5000; ++i) many += get("/livez");
  const auto client = connect();
  send(*client, many);
  EXPECT_TRUE(until([&] { return count(client->got, ok_body) == 5000; }));
}

TEST_F(Server, takes_a_request_in_any_pieces) {
  start();
  desk_.answers_at_once = true;
  const auto client = connect();
  for (const char c : put("cart-1")) {
    send(*client, std::string_view(&c, 1));
    io_.poll();
  }
  EXPECT_TRUE(until([&] { return client->got.contains("201 Created"); }));
  EXPECT_TRUE(client->got.contains("Location: /v1/reservations/cart-1\r\n"));
}

TEST_F(Server, takes_chunks) {
  start();
  desk_.answers_at_once = true;
  const std::string head =
      "PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(
      exchange(
          head +
              "4\r\n{\"li\r\n22;x=y\r\nnes\":[{\"sku\":\"a\",\"quantity\":1}]}  \r\n0\r\nTrailer: t\r\n\r\n" +
              get("/livez"),
          ok_body)
          .contains("201 Created"));
}

TEST_F(Server, tells_a_client_that_waits_to_continue) {
  start();
  desk_.answers_at_once = true;
  const std::string request = put("c", R"({"lines":[{"sku":"a","quantity":1}]})", "Expect: 100-continue\r\n");
  const std::size_t head = request.find("\r\n\r\n") + 4;
  const auto client = connect();
  send(*client, request.substr(0, head));
  EXPECT_TRUE(until([&] { return client->got == "HTTP/1.1 100 Continue\r\n\r\n"; }));
  send(*client, request.substr(head));
  EXPECT_TRUE(until([&] { return client->got.contains("201 Created"); }));
}

TEST_F(Server, does_not_ask_for_a_body_that_it_will_refuse) {
  start();
  const std::string got =
      exchange("PUT /nowhere HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 404"));
}

TEST_F(Server, reads_past_the_body_of_a_refused_request) {
  start();
  const std::string got = exchange(
      "POST /nowhere HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\n\r\nhello" + get("/livez"), ok_body);
  EXPECT_TRUE(got.contains("404 Not Found"));
}

struct Shape {
  const char* what;
  std::string bytes;
};

TEST_F(Server, refuses_what_two_parsers_could_understand_differently_and_closes) {
  start();
  const std::string to_batch = "POST /v1/batch HTTP/1.1\r\n";
  const std::string chunks = "0\r\n\r\n";
  const Shape shapes[] = {
      {"length and chunks",
       to_batch + "Host: s\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks},
      {"chunks and length",
       to_batch + "Host: s\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunks},
      {"two lengths", to_batch + "Host: s\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"one length twice", to_batch + "Host: s\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"a list of lengths", to_batch + "Host: s\r\nContent-Length: 5, 5\r\n\r\nhello"},
      {"a signed length", to_batch + "Host: s\r\nContent-Length: +5\r\n\r\nhello"},
      {"a negative length", to_batch + "Host: s\r\nContent-Length: -5\r\n\r\nhello"},
      {"a hexadecimal length", to_batch + "Host: s\r\nContent-Length: 0x5\r\n\r\nhello"},
      {"an empty length", to_batch + "Host: s\r\nContent-Length:\r\n\r\n"},
      {"a length beyond 64 bits", to_batch + "Host: s\r\nContent-Length: 99999999999999999999\r\n\r\n"},
      {"another coding", to_batch + "Host: s\r\nTransfer-Encoding: gzip\r\n\r\n"},
      {"a list of codings", to_batch + "Host: s\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + chunks},
      {"an unknown coding", to_batch + "Host: s\r\nTransfer-Encoding: xchunked\r\n\r\n" + chunks},
      {"two codings",
       to_batch + "Host: s\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunks},
      {"a space before the colon", to_batch + "Host: s\r\nTransfer-Encoding : chunked\r\n\r\n" + chunks},
      {"a folded header", to_batch + "Host: s\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n" + chunks},
      {"chunks in HTTP/1.0",
       "POST /v1/batch HTTP/1.0\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks},
      {"bare line feeds", "GET /livez HTTP/1.1\nHost: s\n\n"},
      {"a bare carriage return", "GET /livez HTTP/1.1\r\nHost: s\rX: y\r\n\r\n"},
      {"a NUL", std::string("GET /livez HTTP/1.1\r\nHost: s\0\r\n\r\n", 34)},
      {"no host", "GET /livez HTTP/1.1\r\n\r\n"},
      {"two hosts", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"two keys", "GET /livez HTTP/1.1\r\nHost: a\r\nIdempotency-Key: b\r\nIdempotency-Key: c\r\n\r\n"},
      {"a bad chunk size", to_batch + "Host: s\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
      {"a negative chunk size", to_batch + "Host: s\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"},
      {"a chunk longer than it says",
       to_batch + "Host: s\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"},
      {"another protocol", "GET /livez HTTP/2.0\r\nHost: s\r\n\r\n"},
      {"no protocol", "GET /livez\r\n\r\n"},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00", 7)},
  };
  for (const Shape& shape : shapes) {
    const std::string got = exchange(shape.bytes + get("/livez"));
    EXPECT_TRUE(got.starts_with("HTTP/1.1 400 Bad Request\r\n")) << shape.what << ": " << got;
    EXPECT_TRUE(got.contains("malformed_request")) << shape.what;
    EXPECT_TRUE(got.contains("Connection: close\r\n")) << shape.what;
    EXPECT_EQ(count(got, "HTTP/1.1 "), 1u) << shape.what << ": a second answer";
  }
}

TEST_F(Server, refuses_large_headers) {
  start();
  const std::string fits = get("/livez", "X: " + std::string(16'000, 'x') + "\r\n");
  EXPECT_TRUE(exchange(fits, ok_body).contains("200 OK"));
  const std::string large = get("/livez", "X: " + std::string(17'000, 'x') + "\r\n");
  EXPECT_TRUE(exchange(large).contains("headers_too_large"));
  EXPECT_TRUE(exchange(get("/" + std::string(20'000, 'a'))).starts_with("HTTP/1.1 431"));
}

TEST_F(Server, refuses_a_large_body_before_reading_it) {
  start();
  const std::string head = "PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nContent-Length: 1048577\r\n\r\n";
  EXPECT_TRUE(exchange(head).contains("body_too_large"));
}

TEST_F(Server, a_client_that_sends_a_large_body_gets_to_read_why_not) {
  start();
  std::string request = "PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nContent-Length: 8000000\r\n\r\n";
  request.append(8'000'000, 'x');
  EXPECT_TRUE(exchange(request).starts_with("HTTP/1.1 413"));
}

TEST_F(Server, refuses_chunks_that_become_too_large) {
  start();
  std::string request = "PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 70; ++i) request += "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  EXPECT_TRUE(exchange(request).starts_with("HTTP/1.1 413"));
}

TEST_F(Server, refuses_a_chunk_header_without_end) {
  start();
  std::string request = "PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n1;";
  request.append(200'000, 'x');
  EXPECT_TRUE(exchange(request).starts_with("HTTP/1.1 400"));
}

TEST_F(Server, takes_a_batch_of_more_than_a_megabyte) {
  start();
  const std::string body = R"({"operations":[]})" + std::string(2 << 20, ' ');
  const std::string request =
      "POST /v1/batch HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  EXPECT_TRUE(exchange(request, "results").ends_with(R"({"results":[]})"));
}

TEST_F(Server, sheds_when_the_bodies_of_all_take_too_much_memory) {
  ServerLimits limits;
  limits.body_bytes_total_max = 100'000;
  start(limits);
  const std::string head = "POST /v1/batch HTTP/1.1\r\nHost: s\r\nContent-Length: 80000\r\n\r\n";
  const auto first = connect();
  send(*first, head + std::string(70'000, ' '));
  until([&] { return false || server_->connections() == 1; });
  for (int i = 0; i < 20; ++i) io_.run_one_for(5ms);
  EXPECT_TRUE(exchange(head + std::string(70'000, ' ')).contains("429 Too Many Requests"));
}

TEST_F(Server, gives_up_on_a_request_that_takes_too_long_to_arrive) {
  start(quick());
  EXPECT_TRUE(exchange("GET /livez HTT").contains("request_timeout"));
  EXPECT_TRUE(exchange("PUT /v1/reservations/c HTTP/1.1\r\nHost: s\r\nContent-Length: 9\r\n\r\n{")
                  .starts_with("HTTP/1.1 408"));
}

TEST_F(Server, closes_an_idle_connection_without_a_word) {
  start(quick());
  EXPECT_EQ(exchange(""), "");
}

TEST_F(Server, a_client_that_closes_while_waiting_holds_nothing) {
  start();
  auto client = connect();
  send(*client, put("c", R"({"lines":[{"sku":"a","quantity":1}],"wait_ms":5000})"));
  EXPECT_TRUE(until([&] { return desk_.submitted.size() == 1; }));
  client->socket.close();
  EXPECT_TRUE(until([&] { return desk_.cancelled.size() == 1; }));
  EXPECT_EQ(desk_.cancelled[0], desk_.submitted[0].first);
  EXPECT_EQ(gateway_.calls_open(), 0u);
}

TEST_F(Server, a_client_that_only_ends_its_sending_still_gets_its_answer) {
  start();
  auto client = connect();
  send(*client, put("c"));
  client->socket.shutdown(tcp::socket::shutdown_send);
  EXPECT_TRUE(until([&] { return desk_.submitted.size() == 1; }));
  for (int i = 0; i < 5; ++i) io_.run_one_for(5ms);
  desk_.answer(0, Success(reserved("c")));
  EXPECT_TRUE(until([&] { return client->ended; }));
  EXPECT_TRUE(client->got.contains("201 Created"));
}

TEST_F(Server, turns_away_connections_beyond_its_maximum) {
  ServerLimits limits;
  limits.connections_max = 1;
  start(limits);
  const auto first = connect();
  send(*first, get("/livez"));
  EXPECT_TRUE(until([&] { return first->got.contains("200"); }));
  EXPECT_TRUE(exchange("").contains("429 Too Many Requests"));
}

TEST_F(Server, drains_by_finishing_what_is_under_way) {
  start();
  const auto idle = connect();
  const auto busy = connect();
  send(*busy, put("c"));
  EXPECT_TRUE(until([&] { return desk_.submitted.size() == 1 && server_->connections() == 2; }));
  bool drained = false;
  server_->drain([&] { drained = true; });
  EXPECT_TRUE(until([&] { return idle->ended; }));
  EXPECT_FALSE(drained);
  desk_.answer(0, Success(reserved("c")));
  EXPECT_TRUE(until([&] { return busy->ended; }));
  EXPECT_TRUE(busy->got.contains("201 Created"));
  EXPECT_TRUE(busy->got.contains("Connection: close"));
  busy->socket.close();
  EXPECT_TRUE(until([&] { return drained; }));
}

TEST_F(Server, skips_empty_lines_before_a_request) {
  start();
  EXPECT_TRUE(exchange("\r\n\r\n" + get("/livez"), ok_body).contains("200 OK"));
}

TEST_F(Server, takes_absolute_targets_and_the_asterisk) {
  start();
  EXPECT_TRUE(exchange(get("http://shop:80/livez"), ok_body).contains("200 OK"));
  EXPECT_TRUE(exchange("OPTIONS * HTTP/1.1\r\nHost: s\r\n\r\n", "\r\n\r\n").starts_with("HTTP/1.1 204"));
}

}  // namespace
}  // namespace holdfast::api
