// std::visit with one lambda per alternative: std::visit(Overloaded{[](const A&) {}, [](const B&) {}},
// variant).
#pragma once

namespace holdfast {

template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

}  // namespace holdfast
