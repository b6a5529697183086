// Webhooks to a receiver over HTTPS, with a certificate made on the spot: taken only where it can be trusted.
#include <gmock/gmock.h>

#include <thread>

#include "support/ephemeral_daemon.h"
#include "support/process.h"
#include "webhook/sender.h"

namespace holdfast::webhook {
namespace {

using namespace std::chrono_literals;

// Answers 204 to each POST and writes down its path; first of all, its port.
constexpr auto receiver_program = R"(
import http.server, ssl, sys
class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        print("got", self.path, flush=True)
        self.send_response(204)
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print("port", server.server_port, flush=True)
server.serve_forever()
)";

class WebhookHttps : public testing::Test {
 protected:
  void SetUp() override {
    const auto made =
        e2e::run({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hook", "-addext",
                  "subjectAltName=DNS:localhost", "-keyout", dir_ / "key.pem", "-out", dir_ / "cert.pem"},
                 20s);
    ASSERT_EQ(made.code, 0) << made.printed;
    e2e::write_file(dir_ / "receiver.py", receiver_program);
    receiver_.emplace(std::vector<std::string>{"/usr/bin/python3", dir_ / "receiver.py", dir_ / "cert.pem",
                                               dir_ / "key.pem"},
                      dir_ / "receiver.log");
    ASSERT_TRUE(e2e::eventually([&] { return receiver_->log().ends_with("\n"); })) << receiver_->log();
    port_ = receiver_->log().substr(5, receiver_->log().find('\n') - 5);
    ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  }

  // Until it has said something, or the receiver has got something.
  std::string send(const std::string& host, const std::string& ca_file) {
    std::atomic<bool> stop = false;
    std::atomic<bool> spoke = false;
    std::string said;
    Sender sender({.endpoint = "http://" + daemon_.http(),
                   .url = "https://" + host + ":" + port_ + "/hook",
                   .cursor_file = dir_ / ("cursor-" + host),
                   .ca_file = ca_file,
                   .from_beginning = true,
                   .retry_min = 10ms,
                   .retry_max = 50ms},
                  *Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), [&](const std::string& line) {
                    said += line + "\n";
                    spoke = true;
                  });
    std::thread thread([&] { EXPECT_TRUE(sender.run(stop)); });
    EXPECT_TRUE(e2e::eventually([&] { return spoke || got(); }));
    stop = true;
    thread.join();
    return said;
  }
  [[nodiscard]] bool got() const { return receiver_->log().contains("got /hook"); }

  e2e::TempDir dir_;
  e2e::EphemeralDaemon daemon_;
  std::optional<e2e::Process> receiver_;
  std::string port_;
};

TEST_F(WebhookHttps, are_taken_by_a_receiver_whose_certificate_is_trusted_and_of_its_name) {
  EXPECT_EQ(send("localhost", dir_ / "cert.pem"), "");
  EXPECT_TRUE(got());
}

TEST_F(WebhookHttps, are_not_sent_to_one_that_nobody_vouches_for) {
  EXPECT_THAT(send("localhost", ""),
              testing::HasSubstr("its certificate is not to be trusted: self-signed certificate"));
  EXPECT_FALSE(got());
}

TEST_F(WebhookHttps, are_not_sent_to_one_of_another_name) {
  EXPECT_THAT(send("127.0.0.1", dir_ / "cert.pem"),
              testing::HasSubstr("its certificate is not to be trusted: IP address mismatch"));
  EXPECT_FALSE(got());
}

TEST_F(WebhookHttps, say_so_where_the_file_of_certificates_cannot_be_read) {
  EXPECT_THAT(send("localhost", dir_ / "none.pem"), testing::HasSubstr("cannot read certificates of"));
  EXPECT_FALSE(got());
}

}  // namespace
}  // namespace holdfast::webhook
