# What replicas say to each other: a Hello from each side, then Messages. See common.capnp.
#
# `format` says how the bytes are to be read; Hello.protocol says which conversation is meant.
@0xe4a05b93d7c1f268;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("holdfast::wire::proto");

const gossipFormat :UInt16 = 1;

struct Hello {
  format @0 :UInt16;
  protocol @1 :UInt32;
  cluster @2 :Text;
  replica @3 :Common.ReplicaId;
  version @4 :UInt64;
  boots @5 :List(Common.Boot);
  challenge @6 :UInt64;  # of this connection alone, never 0
  answered @7 :UInt64;  # who dialled: the challenge of the other's Hello
}

struct Message {
  format @0 :UInt16;
  union {
    heartbeat @1 :Heartbeat;
    versionVector @2 :VersionVector;
    rows @3 :Rows;
    ask @4 :Ask;
    askAnswer @5 :AskAnswer;
    summary @6 :Summary;
    accusation @7 :Accusation;
  }
}

struct Heartbeat {
  sentMs @0 :UInt64;
  echoMs @1 :UInt64;
  heldMs @2 :UInt64;
  heard @3 :List(Heard);
  needsVector @4 :Bool;
  repeats @5 :UInt32;  # alone in a frame of its own (src/wire/frame.h)
  apart @6 :UInt16;  # so many of `heard`, the first, no link reaches from the sender
}

struct Heard {
  region @0 :Text;
  msAgo @1 :UInt64;
}

struct VersionVector {
  entries @0 :List(VersionEntry);
  rowsSeen @1 :UInt64;
}

struct VersionEntry {
  replica @0 :Common.ReplicaId;
  version @1 :UInt64;
  isLinked @2 :Bool;  # with the sender: nothing is said of what it holds beyond the version
  fingerprintBeyond @3 :UInt64;
  isDistrusted @4 :Bool;  # the sender takes no more of its rows
}

struct Rows {
  number @0 :UInt64;
  replicas @1 :List(Common.ReplicaId);
  sections @2 :List(Section);
}

struct Section {
  replica @0 :UInt16;
  range @1 :Common.VersionRange;
  rows @2 :List(WireRow);
}

struct WireRow {
  sku @0 :Text;
  row @1 :Common.Row;
}

struct Ask {
  asker @0 :Common.ReplicaId;
  giver @1 :Common.ReplicaId;
  sku @2 :Text;
  known @3 :Int64;
  target @4 :Int64;
  kind @5 :Common.TransferKind;
  ageMs @6 :UInt32;
  hopsLeft @7 :UInt8;
  demand @8 :Int64;
}

struct AskAnswer {
  asker @0 :Common.ReplicaId;
  giver @1 :Common.ReplicaId;
  sku @2 :Text;
  target @3 :Int64;
  cannot @4 :Bool;
  hopsLeft @5 :UInt8;
}

struct Summary {
  replica @0 :Common.ReplicaId;
  number @1 :UInt64;
  skus @2 :UInt64;
  rights @3 :Int64;
  reserved @4 :Int64;
  soldPer1000S @5 :Int64;
  refusedPer1000S @6 :RefusalRates;
  reserveUsP50 @7 :Int64;
  reserveUsP99 @8 :Int64;
  alarms @9 :List(Text);
  version @10 :UInt64;
}

struct RefusalRates {
  soldOut @0 :Int64;
  notEnough @1 :Int64;
  allReserved @2 :Int64;
  rightsUnreachable @3 :Int64;
  insufficientHere @4 :Int64;
}

struct Accusation {
  accused @0 :Common.ReplicaId;
  boots @1 :List(Common.Boot);
  row @2 :WireRow;
  replicas @3 :List(Common.ReplicaId);
  reason @4 :Text;
}
