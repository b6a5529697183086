// Reserve, pay, purchase, with the client library.
// HOLDFAST=http://127.0.0.1:8420 checkout CART ORDER SKU QUANTITY; holdfast://HOST:PORT is the native
// protocol. With HOLDFAST_SECOND a basket is made there while the first region is gone.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "holdfast/retrying_client.h"

using namespace std::chrono_literals;
namespace operation = holdfast::operation;

std::vector<std::string> endpoints() {
  const char* first = std::getenv("HOLDFAST");
  const char* second = std::getenv("HOLDFAST_SECOND");
  std::vector<std::string> all{first != nullptr ? first : "http://127.0.0.1:8420"};
  if (second != nullptr) all.emplace_back(second);
  return all;
}

int main(int count, char** words) {
  if (count != 5) return std::cerr << "usage: checkout CART ORDER SKU QUANTITY\n", 2;
  const std::string cart = words[1];
  holdfast::RetryingClient shop(endpoints(), {.deadline = 20s, .until_units_come = true});

  const auto reserved =
      shop.run(operation::Reserve{.id = cart, .items = {{words[3], std::stoll(words[4])}}, .wait = 2000ms});
  if (!reserved.done()) return std::cout << "not sold: " << reserved.code << '\n', 0;
  // Here the shopper pays. If that fails: shop.run(operation::Release{cart})
  const auto sold = shop.run(operation::Purchase{.id = cart, .order = words[2]});
  if (sold.kind() == holdfast::Code::outcome_unknown)
    return std::cerr << "it may be sold: ask again, and do not pay back before you know\n", 1;
  std::cout << (sold.done() ? "sold: purchased" : "not sold, pay back: " + sold.code) << '\n';
}
