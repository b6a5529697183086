// A region alone on a disk that takes everything at once: for whoever looks at the path to it. The journal is
// encoded as a daemon's is, and read by nobody.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ledger/encoded.h"
#include "ledger/preconditions.h"
#include "node/node.h"
#include "wire/record_codec.h"
#include "wire/slice_codec.h"

namespace holdfast::test {

inline Codec writing_codec() {
  Codec codec;
  codec.make_batch = wire::make_record_batch;
  codec.encode_slice = wire::encode_slice;
  return codec;
}

class InstantDisk final : public node::LedgerPort, public node::PeersPort {
 public:
  // All that was appended is durable, and so is what is appended meanwhile.
  void commit(node::Node& node) {
    while (std::exchange(writing_, false)) node.appended(done_);
  }

 private:
  void append(node::JournalAppend append) override {
    const ledger::Append what = ledger::encoded(std::move(append), writing_codec());
    if (!what.batches.empty()) done_.durable = what.batches.back().last();
    done_.journal_bytes = ledger::journal_bytes(what);
    writing_ = true;
  }
  void read(Position) override {}
  void send(LinkId, const Message&) override {}
  void close(LinkId, const std::string&) override {}

  node::Appended done_;
  bool writing_ = false;
};

inline CoreConfig lone_region() {
  CoreConfig config;
  config.cluster = "shop";
  config.own = {"eu", {1, 1}};
  config.hash_seed = 7;
  return config;
}

}  // namespace holdfast::test
