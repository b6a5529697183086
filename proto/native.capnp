# What a shop's program and a daemon say to each other on the native port: a Call, and for each the Answers that bear
# its number. The meaning is that of HTTP (/v1): two translations of the same requests and answers.
#
# A text that is not given is empty. Operations are groups in one place of memory, so that one with a single line takes
# no pointer but those of its texts.
@0xb6f3c2d8917a4e05;

using Cxx = import "/capnp/c++.capnp";
using Journal = import "journal.capnp";
$Cxx.namespace("holdfast::wire::proto");

const nativeFormat :UInt16 = 1;

# Operations are decided in their order; nothing in a call of several waits for units.
struct Call {
  format @0 :UInt16;
  brief @1 :Bool;     # of reservations, say only what the caller cannot know
  number @2 :UInt64;  # the caller's own; answers to different calls may come in any order
  operations @3 :List(Operation);
}

struct Line {
  sku @0 :Text;
  quantity @1 :Int64;
}

struct Operation {
  union {
    reserve :group {
      id @0 :Text;           # empty: made there, from `key`
      sku @1 :Text;          # the first line; the others are in `more`
      quantity @2 :Int64;
      ttlSeconds @3 :UInt32;  # 0: as long as is usual
      waitMs @4 :UInt32;
      partial @5 :Bool;
      more @6 :ReserveMore;
    }
    get :group { id @7 :Text; }
    purchase :group {
      id @8 :Text;
      order @9 :Text;
      failIfExpired @10 :Bool;
    }
    release :group { id @11 :Text; }
    extend :group {
      id @12 :Text;
      ttlSeconds @13 :UInt32;
    }
    change :group {
      id @14 :Text;
      lines @15 :List(Line);
    }
    giveBack :group {  # goods of a purchase came back
      id @16 :Text;
      lines @17 :List(Line);
      key @18 :Text;
    }
    sku :group { name @19 :Text; }
    availability :group { skus @20 :List(Text); }
    adjust :group {
      sku @21 :Text;
      delta @22 :Int64;
      waitMs @23 :UInt32;
      more @24 :StockMore;
    }
    count :group {
      sku @25 :Text;
      counted @26 :Int64;
      more @27 :StockMore;
    }
    move :group {
      sku @28 :Text;
      quantity @29 :Int64;
      to @30 :Text;
      more @31 :StockMore;
    }
  }
}

struct ReserveMore {
  key @0 :Text;
  lines @1 :List(Line);
  customer @2 :Text;
  replaces @3 :Text;
}

struct StockMore {
  key @0 :Text;
  reason @1 :Text;  # of a move: nothing
  region @2 :Text;
}

struct Answers {
  format @0 :UInt16;
  number @1 :UInt64;
  results @2 :List(Result);  # as the operations stood, from the first one on
  first @3 :UInt32;          # its place among the call's; answers that are long come in several
}

struct Result {
  union {
    reservation :group {
      state @0 :Journal.ReservationState;
      created @1 :Bool;
      replayed @2 :Bool;
      expiresAt @3 :Int64;     # UTC, ms; 0 unless pending, as the next
      expiresInMs @4 :Int64;
      view @5 :ReservationView;  # null in a brief answer
    }
    refused :group {
      code @6 :RefusalCode;
      retryAfterMs @7 :Int64;  # 0: nothing is said
      detail @8 :Text;
      more @9 :RefusedMore;
    }
    skus @10 :List(SkuView);
    adjusted :group {
      sku @11 :Text;
      delta @12 :Int64;
      availableHere @13 :Int64;
      at @14 :Int64;
      replayed @15 :Bool;
    }
    moved :group {
      rightsHere @16 :Int64;
      replayed @17 :Bool;
    }
  }
}

struct ReservationView {
  id @0 :Text;
  customer @1 :Text;
  order @2 :Text;
  createdAt @3 :Int64;
  lines @4 :List(LineView);
  replaced @5 :Text;
  shortage @6 :List(Journal.ShortLine);
}

struct LineView {
  sku @0 :Text;
  quantity @1 :Int64;
  returned @2 :Int64;
}

struct SkuView {
  sku @0 :Text;
  known @1 :Bool;
  availableHere @2 :Int64;
  reservedHere @3 :Int64;
  purchasedHere @4 :Int64;
  returnedHere @5 :Int64;
  elsewhereEstimate @6 :Int64;
  elsewhereAsOf @7 :Int64;  # UTC, ms; 0: no other region was ever heard
  soldOutEverywhere @8 :Bool;
}

struct RefusedMore {
  errors @0 :List(FieldError);
  shortage @1 :List(Journal.ShortLine);
  state @2 :Journal.ReservationState;  # of `reservation`
  reservation @3 :ReservationView;
}

struct FieldError {
  pointer @0 :Text;
  detail @1 :Text;
}

enum RefusalCode {
  reservationUnknown @0;
  skuUnknown @1;
  validationFailed @2;
  idempotencyMismatch @3;
  soldOut @4;
  notEnough @5;
  rightsUnreachable @6;
  allReserved @7;
  insufficientHere @8;
  wrongRegion @9;
  alreadyPurchased @10;
  alreadyReleased @11;
  reservationExpired @12;
  reservationPending @13;
  overloaded @14;
  starting @15;
  draining @16;
  diskFull @17;
  fenced @18;
  outcomeUnknown @19;
}
