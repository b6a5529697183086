#include "store/follower.h"

#include <algorithm>
#include <thread>

#include "store/adjustments.h"

namespace holdfast::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds commit_each{250};  // while events come; whoever is behind commits full batches
constexpr milliseconds idle{1'000};
constexpr milliseconds look_around_each{2'000};
constexpr milliseconds tell_each{500};
constexpr milliseconds numbers_each{1'000};
constexpr milliseconds backoff_min{100};
constexpr milliseconds backoff_max{5'000};
constexpr milliseconds answers_within{5'000};

// A store that notes since when it has not answered.
class Watched final : public StoreDatabase {
 public:
  using Since = std::atomic<steady_clock::time_point>;
  Watched(std::unique_ptr<StoreDatabase> store, Since& since) : store_(std::move(store)), since_(since) {}

  using StoreDatabase::apply;
  Result<void, Trouble> apply(const std::vector<Statement>& statements, Durability durability) override {
    const Asked asked(since_);
    return store_->apply(statements, durability);
  }
  Result<Rows, Trouble> read(const Statement& statement) override {
    const Asked asked(since_);
    return store_->read(statement);
  }
  Dialect dialect() const override { return store_->dialect(); }
  bool called() override { return store_->called(); }

 private:
  class Asked {
   public:
    explicit Asked(Since& since) : since_(since) { since_ = steady_clock::now(); }
    ~Asked() { since_ = steady_clock::time_point(); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

   private:
    Since& since_;
  };

  std::unique_ptr<StoreDatabase> store_;
  Since& since_;
};

}  // namespace

bool Follower::run(const std::atomic<bool>& stop) {
  milliseconds backoff = backoff_min;
  while (!stop) {
    const auto written = progress().written;
    const End end = follow_once(stop);
    if (end != End::again) return end == End::stopped;
    backoff = progress().written > written ? backoff_min : std::min(backoff * 2, backoff_max);
    const auto until = steady_clock::now() + backoff;
    while (!stop && steady_clock::now() < until) std::this_thread::sleep_for(backoff_min / 2);
  }
  return true;
}

Progress Follower::progress() const {
  const auto asked = asked_.load();
  const std::lock_guard lock(mutex_);
  Progress progress = progress_;
  progress.waits = asked != steady_clock::time_point() && steady_clock::now() - asked > answers_within;
  return progress;
}

Follower::End Follower::follow_once(const std::atomic<bool>& stop) {
  if (writer_ && writer_->position()) was_ = writer_->position();
  writer_.reset();
  auto store = open_store(options_.store, &stop);
  if (!store) return complain({Part::opening, "cannot open the store: " + told(store.error())}), End::again;
  store_ = std::make_unique<Watched>(*std::move(store), asked_);
  if (const auto end = open_writer()) return *end;
  // Before the daemon is asked: while others hold the store locked, it would read the same events from its
  // journal again and again.
  if (auto writable = store_->apply({}); !writable)
    return complain({Part::opening, "cannot write into the store: " + told(writable.error())}), End::again;
  well(Part::opening);
  if (options_.region == options_.home) numbers_.emplace(schema_);
  batch_.clear();
  trouble_.reset();
  heard_ = steady_clock::now();
  looked_ = told_at_ = numbered_ = {};
  note();
  if (const auto end = check_region()) return *end;
  Client client(options_.endpoint);
  const Answer answer =
      client.listen(call(), {.on_event = [&](const StreamEvent& event) { return !stop && take(event); },
                             .on_begin = [&](const Response& head) { begin(head); },
                             .go_on = [&] { return !stop && !trouble_ && flush_in_time(); }});
  if (!trouble_ && flush() && writer_->position() && writer_->position()->cursor != told_) {
    told_at_ = {};
    tell_position();
  }
  return judge(answer, stop);
}

auto Follower::open_writer() -> std::optional<End> {
  const auto cannot = [&](const std::string& what, const Trouble& trouble) {
    complain({Part::opening, "cannot " + what + ": " + told(trouble)});
    return End::again;
  };
  if (auto made = make_own_tables(*store_); !made) return cannot("make its own tables", made.error());
  const auto before = read_home(*store_);
  if (!before) return cannot("read whose ids are plain", before.error());
  const auto position = read_position(*store_, options_.region);
  if (!position) return cannot("read its position", position.error());
  if (options_.from_now && !*position) passes_over_ = true;
  if (!*position && !passes_over_) {
    const auto followed = has_rows_of(*store_, schema_, options_.region, *before);
    if (!followed) return cannot("read whose rows are there", followed.error());
    // By the follower of another region, which settled the home just now.
    if (*followed && !*before && read_home(*store_).value_or(std::nullopt)) return End::again;
    if (*followed)
      return complain({Part::opening, lost_position()}), options_.until_idle ? End::hopeless : End::again;
  }
  const auto home = settle_home(*store_, options_.home);
  if (!home) return cannot("note whose ids are plain", home.error());
  if (*home != options_.home)
    return say_(options_.region + ": " + wrong_home(*home, options_.home)), End::hopeless;
  auto writer = Writer::open(*store_, schema_, options_.region, options_.home);
  if (!writer) return cannot("read its position", writer.error());
  writer_.emplace(*std::move(writer));
  return std::nullopt;
}

std::string Follower::lost_position() const {
  const std::string row = was_ ? ": insert into holdfast_position (region, position, at, written) values ('" +
                                     options_.region + "', '" + was_->cursor + "', '" + was_->at + "', " +
                                     std::to_string(was_->written) + "). Or "
                               : "; or ";
  return "the store has rows of earlier reservations, and holdfast_position no row that says up to where they "
         "are written. Nothing was written, because what was sold would be there twice. Put that row back as it "
         "was at the moment of the shop's rows (after an older one, what was sold since is there twice)" +
         row +
         "`holdfast follow --from-now` goes on with what is sold from now on, and `holdfast migrate verify` "
         "says what is missing";
}

auto Follower::check_region() -> std::optional<End> {
  const Answer answer = Client(options_.endpoint, {.timeout = look_around_each})
                            .call({.method = "GET", .target = "/v1/status"});
  if (!answer || answer->status != 200) return judge(answer, false);
  const auto status = parse_json(answer->body);
  const std::string is = status ? string_at(*status, "region").value_or("") : std::string();
  if (is == options_.region) return std::nullopt;
  say_(wrong_region(options_.endpoint, is, options_.region) + "; nothing of it was written");
  return End::hopeless;
}

Call Follower::call() const {
  const std::string name = options_.name.empty() ? std::string() : "consumer=" + options_.name;
  if (passes_over_) return {.method = "GET", .target = "/v1/events?" + name};
  if (!writer_->position()) return {.method = "GET", .target = "/v1/events?after=&" + name};
  return {.method = "GET",
          .target = "/v1/events?" + name,
          .headers = {{"Last-Event-ID", writer_->position()->cursor}}};
}

void Follower::tell_position() {
  const auto now = steady_clock::now();
  if (options_.name.empty() || passes_over_ || !writer_->position()) return;
  if (now - told_at_ < (writer_->position()->cursor == told_ ? look_around_each : tell_each)) return;
  told_at_ = now;
  told_ = writer_->position()->cursor;
  Call told = call();
  told.method = "HEAD";
  std::ignore = Client(options_.endpoint, {.timeout = look_around_each}).call(told);
}

Follower::End Follower::judge(const Answer& answer, const std::atomic<bool>& stop) {
  if (trouble_) return complain(*trouble_), End::again;
  if (stop) return End::stopped;
  if (!answer && answer.failure().kind == Failure::Kind::bad_endpoint)
    return say_(options_.region + ": " + options_.endpoint + ": " + answer.failure().detail), End::hopeless;
  if (!answer) return complain(options_.endpoint + ": " + answer.failure().detail), End::again;
  if (answer->status == 200) return options_.until_idle ? End::stopped : End::again;
  const bool no_such_cursor = answer->status == 410 || (answer->status == 422 && writer_->position());
  if (no_such_cursor && options_.from_now) return passes_over_ = true, End::again;
  if (no_such_cursor) {
    const auto body = parse_json(answer->body);
    say_(
        options_.region + ": " + options_.endpoint + ": " +
        (body ? string_at(*body, "detail").value_or("") : std::string()) +
        ". Is it the daemon that this store was followed from? If it was made new, or its history no longer "
        "reaches back, some of what was sold since may be in no event any more: `holdfast follow --from-now` "
        "goes on with what is sold from now on, and `holdfast migrate verify` says what is missing");
    return End::hopeless;
  }
  const std::string refused =
      options_.endpoint + ": HTTP " + std::to_string(answer->status) + " " + answer->body;
  if (answer->status == 503 || answer->status == 429) return complain(refused), End::again;
  return say_(options_.region + ": " + refused), End::hopeless;
}

void Follower::begin(const Response& head) {
  well(Part::daemon);
  options_.from_now = false;
  if (!passes_over_) return;
  if (const auto skipped = writer_->skip_to(std::string(head.header("Last-Event-ID"))); !skipped)
    trouble_ = {Part::rows, "cannot write into the store: " + told(skipped.error())};
  else
    passes_over_ = false;
}

bool Follower::take(const StreamEvent& event) {
  if (trouble_) return false;
  auto change = read_change(event.id, event.type, event.data);
  if (!change) say_(options_.region + ": passed over an event that cannot be read: " + event.data);
  if (!change || event.type.starts_with("region.")) return true;  // those are in no journal
  if (change->region != options_.region) {
    trouble_ = {Part::rows, wrong_region(options_.endpoint, change->region, options_.region)};
    return false;
  }
  heard_ = steady_clock::now();
  batch_.push_back(*std::move(change));
  return batch_.size() < options_.batch_max || flush();
}

// Asked between pieces of the stream, and several times a second.
bool Follower::flush_in_time() {
  const auto now = steady_clock::now();
  tell_position();
  const bool look = store_->called() || now - looked_ > look_around_each;
  if (!batch_.empty() && (look || now - committed_ > commit_each) && !flush()) return false;
  if (look) return look_around();
  if (numbers_ && numbers_->wanted() && now - numbered_ > numbers_each && !show_numbers()) return false;
  return !options_.until_idle || !batch_.empty() || now - heard_ < idle;
}

bool Follower::show_numbers() {
  numbered_ = steady_clock::now();
  Region region(options_.region, options_.endpoint, numbers_each);
  const auto shown = numbers_->turn(*store_, region);
  if (shown)
    well(Part::numbers);
  else
    trouble_ = {Part::numbers, "cannot write what is available into the store: " + told(shown.error())};
  return shown.has_value();
}

bool Follower::flush() {
  const auto written = writer_->write(batch_);
  if (!batch_.empty()) committed_ = steady_clock::now();
  if (!written)
    trouble_ = {Part::rows, "cannot write into the store: " + told(written.error())};
  else if (!batch_.empty())
    well(Part::rows);
  if (numbers_ && numbers_->wanted())
    for (const Change& change : batch_) numbers_->touch(change);
  const bool was_full = batch_.size() >= options_.batch_max;
  batch_.clear();
  note();
  const std::lock_guard lock(mutex_);
  progress_.has_more = was_full || !written;
  return written.has_value();
}

bool Follower::look_around() {
  looked_ = steady_clock::now();
  Region region(options_.region, options_.endpoint, look_around_each);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  const auto written = writer_->try_released();
  const auto passed_on = written ? pass_on_adjustments(*store_, region, now.count()) : written;
  if (passed_on)
    well(Part::around);
  else
    trouble_ = {Part::around, "cannot write into the store: " + told(passed_on.error())};
  if (written && *written > 0) looked_ = {};                      // there may be more
  if (passed_on && *passed_on > 0) heard_ = steady_clock::now();  // their events are to come
  note();
  return passed_on.has_value();
}

void Follower::note() {
  const std::lock_guard lock(mutex_);
  if (const auto& position = writer_->position()) {
    progress_.at = position->at;
    progress_.written = position->written;
  }
  say_aside();
  progress_.aside = writer_->aside();
}

// The first, and those that are refused for another reason than before.
void Follower::say_aside() {
  if (writer_->aside() <= progress_.aside) return;
  const auto& newest = writer_->newest_aside();
  if (progress_.aside > 0 && (!newest || newest->why.state == said_aside_)) return;
  said_aside_ = newest ? newest->why.state : std::string();
  say_(options_.region + ": " + std::to_string(writer_->aside()) +
       " changes could not be written and are set aside; see the table holdfast_aside" +
       (newest ? ". The last is " + newest->subject + ": " + told(newest->why) : std::string()));
}

void Follower::complain(const Complaint& complaint) {
  if (std::ranges::find(said_, complaint.what) == said_.end())
    say_(options_.region + ": " + complaint.what + "; trying again");
  said_[static_cast<std::size_t>(complaint.part)] = complaint.what;
  const std::lock_guard lock(mutex_);
  progress_.has_more = true;
}

}  // namespace holdfast::store
