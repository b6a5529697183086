# What the journal and the gossip have in common.
#
# These bytes stand on disks and travel between versions: fields are only ever added, at the end, and an
# enumerant keeps its number for good. Numbers that may be negative are signed; the codecs check ranges.
@0xc8d1f2a6b4e30917;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("holdfast::wire::proto");

struct ReplicaId {
  region @0 :Text;
  madeMs @1 :UInt64;
  nonce @2 :UInt64;
}

struct Boot {
  number @0 :UInt32;
  nonce @1 :UInt64;
  began @2 :UInt64;
}

struct MachineClock {
  machineBoot @0 :UInt64;
  offsetMs @1 :Int64;
}

struct VersionRange {
  from @0 :UInt64;
  to @1 :UInt64;
}

# `to` is a ledger's own number of a replica on disk, and a place in `replicas` of the same message in gossip.
struct Sent {
  to @0 :UInt16;
  total @1 :Int64;
}

struct Row {
  received @0 :Int64;
  purchased @1 :Int64;
  writtenOff @2 :Int64;
  sent @3 :List(Sent);
  version @4 :UInt64;
  reserved @5 :Int64;
  rate @6 :Int64;
}

enum TransferKind {
  urgent @0;
  cover @1;
  byHand @2;
}
