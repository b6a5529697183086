// Json: a parsed document, flat: nodes in the order of the text, each knowing where its subtree ends.
//
//   {"a":[1,2]}   ->   object(end 4)  array "a"(end 4)  integer 1  integer 2
//
// Made by read_json() (json_reader.h), looked at through Members (members.h). It owns its strings, unescaped.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::api {

enum class JsonKind : std::uint8_t { null, boolean, integer, string, array, object };

class Json {
  struct Slice {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct Node {
    JsonKind kind = JsonKind::null;
    std::uint32_t end = 0;
    Slice name;
    Slice text;
    std::int64_t integer = 0;
  };

 public:
  // A value of the document: a place in it, cheap to copy, valid as long as the document stays where it is.
  class Value {
   public:
    [[nodiscard]] JsonKind kind() const { return node().kind; }
    [[nodiscard]] bool boolean() const { return node().integer != 0; }
    [[nodiscard]] std::int64_t integer() const { return node().integer; }
    [[nodiscard]] std::string_view string() const { return json_->slice(node().text); }
    [[nodiscard]] std::string_view name() const { return json_->slice(node().name); }  // as a member

    // The values in an array or object: for (auto v = x.first(); v != x.past(); v = v.next())
    [[nodiscard]] Value first() const { return {json_, at_ + 1}; }
    [[nodiscard]] Value past() const { return {json_, node().end}; }
    [[nodiscard]] Value next() const { return past(); }
    bool operator==(const Value&) const = default;

   private:
    friend class Json;
    Value(const Json* json, std::uint32_t at) : json_(json), at_(at) {}
    [[nodiscard]] const Node& node() const { return json_->nodes_[at_]; }
    const Json* json_;
    std::uint32_t at_;
  };

  [[nodiscard]] Value root() const { return {this, 0}; }

 private:
  friend class JsonBuilder;
  [[nodiscard]] std::string_view slice(Slice slice) const {
    return std::string_view(texts_).substr(slice.at, slice.size);
  }

  boost::container::small_vector<Node, 8> nodes_;  // as many as a reservation of one line has, and more
  std::string texts_;
};

}  // namespace holdfast::api
