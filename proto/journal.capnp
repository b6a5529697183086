# What a ledger keeps: batches of records, and slices of the checkpoint. Files are for ever: see common.capnp.
#
# Empty texts and lists are null pointers. Nearly every record is of a plain reservation, of which a batch keeps no more
# than it has to (PlainReservations), and so does a slice. Of others two things are kept small: the one row change of a
# one-line reservation (Record.held), and its one line (Reservation.quantity).
#
# Format 1 had no plain reservations; format 2 had none in slices, and kept SKUs and memories in lists; in format 3 those
# that have ended were no plain ones. They are read, and no longer written.
@0x9b7f6d1e52c8a034;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("holdfast::wire::proto");

const journalFormat :UInt16 = 4;

struct Batch {
  format @0 :UInt16;
  records @1 :List(Record);      # all others
  plain @2 :PlainReservations;   # null: there are none
}

struct PlainReservations {
  at @0 :Int64;           # node time that they count from, ms
  wall @1 :Int64;         # UTC of the first, ms
  seq @2 :UInt64;         # that a batch's first record has, if it makes a reservation; of a slice's first plain one
  runs @3 :List(UInt32);  # the order of all: so many plain ones, so many others, and so on in turn
  entries @4 :Data;       # src/wire/plain_codec.h
}

struct Slice {
  format @0 :UInt16;
  union {
    meta @1 :MetaSlice;
    skus @2 :List(SkuEntry);             # this and the next two of formats 1 and 2
    reservations @3 :List(Reservation);
    memories @4 :List(Memory);
    closed @5 :ClosedSlice;
    pending @7 :PendingSlice;
    packedSkus @8 :Data;                 # src/wire/packed_slices.cpp, as the next
    packedMemories @9 :Data;
  }
  madeFrom @6 :UInt64;  # of `memories`: none of their reservations was made before
}

struct PendingSlice {
  others @0 :List(Reservation);
  plain @1 :PlainReservations;
}

struct Record {
  at @0 :Int64;    # node time, ms
  wall @1 :Int64;  # UTC, ms
  held @2 :Int64;  # not 0: the record has one row change, that adds this to what is reserved of `heldSku`
  heldSku @3 :UInt32;
  rows @4 :List(RowChange);
  names @5 :Names;
  union {
    timePassed @6 :Void;
    bootStarted @7 :BootStarted;
    reservation :group {
      step @8 :ReservationStep;
      after @9 :Reservation;
      more @10 :ReservationMore;
    }
    stockAdjusted @11 :StockAdjusted;
    stockImported @12 :StockImported;
    rightsSent @13 :RightsSent;
    peerRowsTaken @14 :PeerRowsTaken;
    gaugesSet @15 :Void;
    fenced @16 :Text;  # why
    peerDistrusted @17 :PeerDistrusted;
    peerMet @18 :PeerMet;
  }
}

# What a record adds to the ledger's numbered names.
struct Names {
  skus @0 :List(NewSku);
  replicas @1 :List(NewReplica);
  remembered @2 :List(Remembered);
}

struct NewSku {
  id @0 :UInt32;
  name @1 :Text;
}

struct NewReplica {
  ix @0 :UInt16;
  id @1 :Common.ReplicaId;
}

struct Remembered {
  number @0 :UInt64;
  nameHigh @1 :UInt64;
  nameLow @2 :UInt64;
}

struct RowChange {
  sku @0 :UInt32;
  to @1 :UInt16;
  reserved @2 :Int64;
  change @3 :Change;  # null: version 0, and nothing of this
}

struct Change {
  version @0 :UInt64;
  rate @1 :Int64;
  purchased @2 :Int64;
  rest @3 :ChangeRest;  # null: all 0
}

struct ChangeRest {
  received @0 :Int64;
  returned @1 :Int64;
  writtenOff @2 :Int64;
  sent @3 :Int64;
}

enum ReservationStep {
  reserved @0;
  purchased @1;
  released @2;
  expired @3;
  extended @4;
  changed @5;
  returned @6;
  reacquired @7;
}

enum ReservationState {
  pending @0;
  purchased @1;
  released @2;
  expired @3;
}

struct Reservation {
  id @0 :Text;
  seq @1 :UInt64;
  state @2 :ReservationState;
  askedToReplace @3 :Bool;
  sku @4 :UInt32;
  quantity @5 :Int64;  # not 0: one line, of `sku`, of which nothing came back
  fingerprintHigh @6 :UInt64;
  fingerprintLow @7 :UInt64;
  createdAt @8 :Int64;
  expires @9 :Int64;
  customer @10 :Text;
  order @11 :Text;
  rest @12 :ReservationRest;
}

struct ReservationRest {
  lines @0 :List(ReservedLine);
  replaced @1 :Text;
  shortage @2 :List(ShortLine);
}

struct ReservedLine {
  sku @0 :UInt32;
  quantity @1 :Int64;
  returned @2 :Int64;
}

struct ShortLine {
  sku @0 :Text;
  requested @1 :Int64;
  availableHere @2 :Int64;
  reservedHere @3 :Int64;
  elsewhereEstimate @4 :Int64;
  asOf @5 :Int64;
}

struct ReservationMore {
  replaced @0 :Reservation;
  key @1 :KeyUse;
  before @2 :List(ReservedLine);  # the lines until then, where the step changes them
}

struct KeyUse {
  key @0 :Text;
  fingerprintHigh @1 :UInt64;
  fingerprintLow @2 :UInt64;
}

struct PeerMet {
  replica @0 :UInt16;
  boots @1 :List(Common.Boot);  # those that are new; once, all of them
  version @2 :UInt64;
}

struct BootStarted {
  boot @0 :Common.Boot;
  clock @1 :Common.MachineClock;
}

struct StockAdjusted {
  sku @0 :UInt32;
  delta @1 :Int64;
  reason @2 :Text;
  availableAfter @3 :Int64;
  counted @4 :Bool;
  key @5 :KeyUse;
}

struct StockImported {
  lines @0 :UInt64;
  applied @1 :UInt64;
  units @2 :Int64;
  results @3 :List(ImportedLine);
  replayed @4 :Bool;
  key @5 :KeyUse;
  availableAfter @6 :List(Int64);  # of each SKU, as the row changes stand
  faults @7 :List(Text);  # that lines have: each once, however many have it
}

struct ImportedLine {
  line @0 :UInt64;
  sku @1 :Text;
  applied @2 :Bool;
  fault @3 :Text;          # as it was written before there was the next
  faultNumber @4 :UInt32;  # of `faults`, from 1; 0: none
}

struct RightsSent {
  sku @0 :UInt32;
  to @1 :UInt16;
  kind @2 :Common.TransferKind;
  quantity @3 :Int64;
  rightsAfter @4 :Int64;
  key @5 :KeyUse;
}

struct PeerRowsTaken {
  replica @0 :UInt16;
  range @1 :Common.VersionRange;
  rows @2 :List(PeerRow);
}

struct PeerRow {
  sku @0 :UInt32;
  row @1 :Common.Row;
  given @2 :Int64;  # to this replica, beyond what was known before
}

struct PeerDistrusted {
  replica @0 :UInt16;
  reason @1 :Text;
}

struct MetaSlice {
  replicas @0 :List(KnownReplica);
  boots @1 :List(Common.Boot);
  time @2 :Int64;
  unused @3 :UInt64;
  nextMemory @4 :UInt64;
  fenced @5 :Text;
  clock @6 :Common.MachineClock;
  fencedSince @7 :Int64;
}

struct KnownReplica {
  id @0 :Common.ReplicaId;
  version @1 :UInt64;
  distrusted @2 :Text;
  boots @3 :List(Common.Boot);
  distrustedSince @4 :Int64;
  met @5 :UInt64;
}

struct SkuEntry {
  id @0 :UInt32;
  name @1 :Text;
  reserved @2 :Int64;
  returned @3 :Int64;
  rows @4 :List(ReplicaRow);
}

struct ReplicaRow {
  replica @0 :UInt16;
  row @1 :Common.Row;
}

struct Memory {
  number @0 :UInt64;
  nameHigh @1 :UInt64;
  nameLow @2 :UInt64;
  position @3 :UInt64;
  at @4 :Int64;
}

# What records meant that are no longer in the journal.
struct ClosedSlice {
  pending @0 :Int64;
  skus @1 :List(SkuSums);
}

struct SkuSums {
  sku @0 :UInt32;
  received @1 :Int64;
  purchased @2 :Int64;
  writtenOff @3 :Int64;
  sent @4 :Int64;
  reserved @5 :Int64;
  returned @6 :Int64;
}
