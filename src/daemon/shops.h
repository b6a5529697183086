// Shops: answers go to the side that asked, HTTP or native. Their tokens say which.
#pragma once

#include "api/gateway.h"
#include "native/gateway.h"
#include "node/ports.h"

namespace holdfast {

class Shops final : public node::ShopsPort {
 public:
  Shops(api::Gateway& http, native::Gateway& native) : http_(http), native_(native) {}

  void answer(RequestToken token, const Answer& answer) override {
    if (native::is_native(token))
      native_.answer(token, answer);
    else
      http_.answer(token, answer);
  }
  void answer_briefly(RequestToken token, const answer::BriefReservation& brief) override {
    if (native::is_native(token))
      native_.answer_briefly(token, brief);
    else
      http_.answer_briefly(token, brief);
  }

 private:
  api::Gateway& http_;
  native::Gateway& native_;
};

}  // namespace holdfast
