#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/overloaded.h"
#include "sim/check/sights.h"
#include "sim/words.h"

namespace holdfast::sim {

namespace {

bool is_shortage(RefusalCode code) {
  return code == RefusalCode::sold_out || code == RefusalCode::not_enough ||
         code == RefusalCode::rights_unreachable || code == RefusalCode::all_reserved ||
         code == RefusalCode::insufficient_here;
}

// Of one SKU, at one moment: what is asked for here, and what there is.
struct Want {
  std::string_view sku;
  Units requested;
  Units here;  // what this request may take: what the basket holds included that it takes the place of
  Units held;  // by that basket
  const Supply* supply;
  [[nodiscard]] bool is_short() const { return requested > here; }
};

// The table of the five answers, written down once more rather than taken from the core.
std::optional<RefusalCode> answer_to(Units requested, Units here, Units reserved,
                                     const Sights::Elsewhere& elsewhere, bool closed) {
  if (requested <= here) return std::nullopt;
  if (!closed || requested <= here + elsewhere.up) return RefusalCode::insufficient_here;
  if (elsewhere.unlimited || elsewhere.cut > no_units) return RefusalCode::rights_unreachable;
  const Units all = here + elsewhere.up + reserved + elsewhere.reserved;
  if (requested <= all) return RefusalCode::all_reserved;
  return all > no_units ? RefusalCode::not_enough : RefusalCode::sold_out;
}

int badness(RefusalCode code) {
  switch (code) {
    case RefusalCode::sold_out: return 4;
    case RefusalCode::not_enough: return 3;
    case RefusalCode::rights_unreachable: return 2;
    case RefusalCode::all_reserved: return 1;
    default: return 0;
  }
}

bool calls_for_another_try(RefusalCode code) {
  return code == RefusalCode::insufficient_here || code == RefusalCode::all_reserved ||
         code == RefusalCode::rights_unreachable;
}

using Lines = std::map<std::string, Units>;

Lines summed(const Few<Line>& lines) {
  Lines sums;
  for (const Line& line : lines) sums[line.sku] += line.quantity;
  return sums;
}

// The lines of a reservation while it is in that state, as it was after that record; null: it was not.
const Lines* lines_of(const Books& books, const std::string& id, ReservationState state, Position position) {
  const auto book = books.reservations().find(id);
  if (book == books.reservations().end()) return nullptr;
  const std::vector<ReservationBook::Entry>& history = book->second.history;
  const auto later = std::ranges::upper_bound(history, position, {}, &ReservationBook::Entry::position);
  if (later == history.begin() || std::prev(later)->after.state != state) return nullptr;
  return &std::prev(later)->lines;
}

// What a request takes; what it says itself. Of a count, of a late payment and of what only reads that is
// nothing.
Lines takes(const Request& request) {
  return std::visit(Overloaded{
                        [](const request::Reserve& reserve) { return summed(reserve.lines); },
                        [](const request::Change& change) { return summed(change.lines); },
                        [](const request::MoveRights& move) {
                          return Lines{{move.sku, move.quantity}};
                        },
                        [](const request::Adjust& adjust) {
                          return adjust.delta < no_units ? Lines{{adjust.sku, -adjust.delta}} : Lines{};
                        },
                        [](const request::Count& count) {
                          return Lines{{count.sku, no_units}};
                        },
                        [](const request::GetSku& get) {
                          return Lines{{get.sku, no_units}};
                        },
                        [](const request::Audit& audit) {
                          return audit.sku.empty() ? Lines{} : Lines{{audit.sku, no_units}};
                        },
                        [](const request::GetRights& get) {
                          return get.sku.empty() ? Lines{} : Lines{{get.sku, no_units}};
                        },
                        [](const auto&) { return Lines{}; },
                    },
                    request);
}

// Empty: none.
std::string basket_given_up_by(const Request& request) {
  if (const auto* reserve = std::get_if<request::Reserve>(&request)) return reserve->replaces;
  if (const auto* change = std::get_if<request::Change>(&request)) return change->id;
  return "";
}

// One answer that says that something is short, or how much of something there is.
class Judge {
 public:
  Judge(const AuditInput& input, const Operation& operation, Sights& sights, Verdict& verdict)
      : operation_(operation),
        books_(input.books[operation.region]),
        sights_(sights),
        window_(books_, *input.timelines[operation.region], operation),
        verdict_(verdict),
        takes_(takes(operation.request)),
        replaced_(basket_given_up_by(operation.request)) {
    sights_.look(operation);
  }

  void shortage() {
    const Refusal& refusal = operation_.answer->error();
    if ((refusal.retry_after.value_or(Millis(0)) > Millis(0)) != calls_for_another_try(refusal.code))
      lied("O8", ", and that it says when to try again, or does not, is wrong");
    if (window_.ever([&](Position position) { return was_so(position); })) return;
    if (refusal.shortage.empty())
      lied("O8", ", which does not say of what there is too little");
    else if (!window_.ever([&](Position position) { return was_short(position); }))
      lied("O4", ", but all of it was there all the time, by its disk");
    else if (!window_.ever([&](Position position) { return is_listed_rightly(wants(position)); }))
      lied("O8", ", but what it lists was what is short at no moment in between, by its disk");
    else
      lied("O8", ", which was so at no moment in between, by the disks and by whom it heard");
  }

  void view(const answer::SkuView& view) {
    if (!view.known) return;
    if (!window_.ever([&](Position position) {
          const Supply* supply = window_.at(view.sku, position);
          return supply != nullptr && supply->available == view.available_here &&
                 supply->reserved == view.reserved_here && is_so_elsewhere(view, *supply, position);
        }))
      lied("O8", ", which was so at no moment in between, by the disks and by whom it heard");
  }

 private:
  using Wants = std::vector<Want>;

  void lied(const char* oracle, const std::string& how) {
    verdict_.violated(oracle, books_.own().region + ": " + said(operation_) + how);
  }

  [[nodiscard]] bool was_short(Position position) const {
    return std::ranges::all_of(operation_.answer->error().shortage, [&](const ShortLine& line) {
      const Supply* supply = window_.at(line.sku, position);
      return supply == nullptr || supply->available < line.requested;
    });
  }

  // Empty: something had not been heard of.
  [[nodiscard]] Wants wants(Position position) const {
    const Lines* takes = &takes_;
    if (const auto* purchase = std::get_if<request::Purchase>(&operation_.request))
      takes = lines_of(books_, purchase->id, ReservationState::expired, position);
    const Lines* held =
        replaced_.empty() ? nullptr : lines_of(books_, replaced_, ReservationState::pending, position);
    Wants wants;
    if (takes == nullptr) return wants;
    for (const auto& [sku, requested] : *takes) {
      const Supply* supply = window_.at(sku, position);
      if (supply == nullptr) return {};
      const Units own = held != nullptr && held->contains(sku) ? held->at(sku) : no_units;
      wants.push_back({sku, requested, supply->available + own, own, supply});
    }
    if (const auto* count = std::get_if<request::Count>(&operation_.request); count && !wants.empty())
      wants[0].requested = wants[0].here + wants[0].supply->reserved - count->counted;
    return wants;
  }

  // Of each SKU that is short, and of no other, what was asked for and what there is.
  [[nodiscard]] bool is_listed_rightly(const Wants& wants) const {
    const std::vector<ShortLine>& listed = operation_.answer->error().shortage;
    return std::cmp_equal(std::ranges::count_if(wants, &Want::is_short), listed.size()) &&
           std::ranges::all_of(listed, [&](const ShortLine& line) {
             const auto want = std::ranges::find(wants, line.sku, &Want::sku);
             return want != wants.end() && want->is_short() && want->requested == line.requested &&
                    want->here == line.available_here && want->supply->reserved == line.reserved_here;
           });
  }

  // The worst of what is so of each speaks for all of it.
  [[nodiscard]] bool was_so(Position position) const {
    if (operation_.answer->error().shortage.empty()) return may_name_nothing(position);
    const Wants wants = this->wants(position);
    return is_listed_rightly(wants) && sights_.any(position, window_, [&](const Sight& sight) {
      RefusalCode worst = RefusalCode::insufficient_here;
      for (const Want& want : wants) {
        const Sights::Elsewhere elsewhere = sights_.elsewhere(*want.supply, sight);
        const auto code =
            answer_to(want.requested, want.here, want.supply->reserved - want.held, elsewhere, sight.closed);
        if (!code) continue;
        if (estimate_of(want.sku) != elsewhere.up + elsewhere.cut) return false;
        if (badness(*code) > badness(worst)) worst = *code;
      }
      return worst == operation_.answer->error().code;
    });
  }

  [[nodiscard]] Units estimate_of(std::string_view sku) const {
    return std::ranges::find(operation_.answer->error().shortage, sku, &ShortLine::sku)->elsewhere_estimate;
  }

  [[nodiscard]] bool is_so_elsewhere(const answer::SkuView& view, const Supply& supply,
                                     Position position) const {
    return sights_.any(position, window_, [&](const Sight& sight) {
      const Sights::Elsewhere elsewhere = sights_.elsewhere(supply, sight);
      const auto of_one_more =
          answer_to(supply.available + Units(1), supply.available, supply.reserved, elsewhere, sight.closed);
      return view.elsewhere_estimate == elsewhere.up + elsewhere.cut &&
             view.sold_out_everywhere == (of_one_more == RefusalCode::sold_out);
    });
  }

  // A SKU that nobody was ever heard to have, while somebody was never heard; or a region to move rights to
  // that was not, or that contradicted itself.
  [[nodiscard]] bool may_name_nothing(Position position) const {
    if (operation_.answer->error().code != RefusalCode::rights_unreachable) return false;
    if (const auto* move = std::get_if<request::MoveRights>(&operation_.request);
        move != nullptr && sights_.is_stranger(move->to, position))
      return true;
    return sights_.may_lack_somebody(position) && std::ranges::any_of(takes_, [&](const auto& line) {
             return window_.at(line.first, position) == nullptr;
           });
  }

  const Operation& operation_;
  const Books& books_;
  Sights& sights_;
  Window window_;
  Verdict& verdict_;
  Lines takes_;
  std::string replaced_;
};

void judge(const AuditInput& input, const Operation& operation, Sights& sights, Verdict& verdict) {
  if (operation.end != Operation::End::answered || input.forked.contains(operation.region)) return;
  const Answer& answer = *operation.answer;
  if (!answer && is_shortage(answer.error().code)) return Judge(input, operation, sights, verdict).shortage();
  if (!answer) return;
  if (const auto* view = std::get_if<answer::SkuView>(&*answer))
    Judge(input, operation, sights, verdict).view(*view);
  if (const auto* list = std::get_if<answer::SkuList>(&*answer))
    for (const answer::SkuView& view : list->skus) Judge(input, operation, sights, verdict).view(view);
}

}  // namespace

void audit_shortage(const AuditInput& input, const Operation& operation, Verdict& verdict) {
  Sights sights(input, operation.region);
  judge(input, operation, sights, verdict);
}

void audit_shortage(const AuditInput& input, Verdict& verdict) {
  std::vector<Sights> sights;
  for (std::size_t region = 0; region < input.books.size(); ++region) sights.emplace_back(input, region);
  for (const Operation& operation : input.told.all())
    judge(input, operation, sights[operation.region], verdict);
}

}  // namespace holdfast::sim
