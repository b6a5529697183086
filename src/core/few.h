// Few: a list of which most have one element, that stands in the list itself and costs no allocation.
#pragma once

#include <boost/container/small_vector.hpp>

namespace holdfast {

template <class Element>
using Few = boost::container::small_vector<Element, 1>;

}  // namespace holdfast
