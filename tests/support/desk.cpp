#include "support/desk.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "ledger/encoded.h"
#include "ledger/preconditions.h"
#include "support/kept_records.h"

namespace holdfast::test {

namespace {

// Of this process: what is on a fake disk lives as long as the tests do.
std::deque<std::vector<Record>> batches_kept;
std::deque<SliceValue> slices_kept;

void put_number(std::uint64_t number, Bytes& out) {
  out.resize(sizeof number);
  std::memcpy(out.data(), &number, sizeof number);
}

std::uint64_t number_in(BytesView bytes) {
  std::uint64_t number = 0;
  HF_ASSERT(bytes.size() == sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

// Of which a number is written.
class NumberedRecords final : public KeptRecords {
 public:
  void encode(Bytes& out) const override {
    put_number(batches_kept.size(), out);
    batches_kept.push_back(read(0, size()));
  }
};

}  // namespace

Codec value_codec() {
  Codec codec;
  codec.make_batch = []() -> std::unique_ptr<RecordBatch> { return std::make_unique<NumberedRecords>(); };
  codec.decode_records = [](BytesView bytes) -> Result<std::vector<Record>, Unreadable> {
    return batches_kept.at(number_in(bytes));
  };
  codec.decode_record = [](BytesView bytes, std::size_t place) -> Result<Record, Unreadable> {
    return batches_kept.at(number_in(bytes)).at(place);
  };
  codec.encode_slice = [](const SliceValue& slice, Bytes& out) {
    put_number(slices_kept.size(), out);
    slices_kept.push_back(slice);
  };
  codec.decode_slice = [](BytesView bytes) -> Result<SliceValue, Unreadable> {
    return slices_kept.at(number_in(bytes));
  };
  return codec;
}

void Disk::write(const ledger::Append& append) {
  for (const ledger::JournalBatch& batch : append.batches) {
    HF_ASSERT(batch.first == last.next());
    batches.push_back(batch);
    last = batch.last();
  }
  for (const ledger::Slice& slice : append.slices) {
    if (slice.bytes.empty())
      slices.erase(slice.key);
    else
      slices[slice.key] = slice;
  }
  if (append.checkpoint_began) began = *append.checkpoint_began;
  if (append.history_ends_before)
    std::erase_if(batches, [&](const ledger::JournalBatch& batch) {
      return batch.last() < *append.history_ends_before;
    });
}

const ledger::JournalBatch* Disk::batch_with(Position at) const {
  for (const ledger::JournalBatch& batch : batches)
    if (batch.first <= at && at <= batch.last()) return &batch;
  return nullptr;
}

Disk::Recovered Disk::recover(const CoreConfig& config, bool whole_journal) const {
  auto replica = std::make_unique<Replica>(config);
  const Codec codec = value_codec();
  node::Recovery recovery(*replica, codec);
  for (const auto& [key, slice] : slices)
    recovery.slice({static_cast<SliceKind>(key.kind), key.number}, slice.includes, slice.bytes);
  for (const ledger::JournalBatch& batch : batches)
    if (whole_journal || batch.last() > began) recovery.batch(batch.first, batch.count, batch.bytes);
  HF_ASSERT(!recovery.finish(last));
  return {std::move(replica), recovery.journal_bytes()};
}

Desk::Desk(CoreConfig config, node::NodeLimits limits, Disk disk)
    : config_(std::move(config)), disk_(std::move(disk)) {
  Disk::Recovered recovered = disk_.recover(config_);
  replica_ = std::move(recovered.replica);
  now.node = std::max(now.node, replica_->state().time());
  node_ = std::make_unique<node::Node>(*replica_, value_codec(), limits, *this, *this, *this,
                                       recovered.journal_bytes);
}

void Desk::start() {
  node_->start(now, ms_of(now.node) + 1, {});
  commit_all();
  HF_ASSERT(node_->ready());
}

RequestToken Desk::submit(Request request) {
  HF_ASSERT(validate(request).empty());
  const RequestToken token(++tokens_);
  node_->submit(now, token, std::move(request));
  return token;
}

Answer Desk::ask(Request request) {
  const RequestToken token = submit(std::move(request));
  while (commit() || read_one()) {
  }
  HF_ASSERT(answer_to(token) != nullptr);
  return *answer_to(token);
}

bool Desk::commit(bool room) {
  if (!writing_) return false;
  const ledger::Append written = *std::exchange(writing_, std::nullopt);
  disk_.write(written);
  node_->appended({disk_.last, room, ledger::journal_bytes(written)});
  return true;
}

void Desk::commit_all() {
  while (commit()) {
  }
}

bool Desk::read_one(bool lost) {
  if (reads_.empty()) return false;
  const Position asked = reads_.front();
  reads_.pop_front();
  const ledger::JournalBatch* batch = disk_.batch_with(asked);
  if (batch == nullptr || lost)
    node_->history_lost(now, asked);
  else
    node_->history_read(now, asked, batch->first, batch->bytes);
  return true;
}

const Answer* Desk::answer_to(RequestToken token) const {
  const auto found = answers_.find(token);
  return found == answers_.end() ? nullptr : &found->second;
}

std::string Desk::outcome(RequestToken token) const {
  const Answer* answer = answer_to(token);
  return answer == nullptr ? "waits" : said(*answer);
}

void Desk::answer(RequestToken token, const Answer& answer) {
  HF_ASSERT(answers_.emplace(token, answer).second);  // one answer for each request
}

void Desk::append(node::JournalAppend append) {
  HF_ASSERT(!writing_);  // one at a time
  writing_ = ledger::encoded(std::move(append), value_codec());
}

}  // namespace holdfast::test
