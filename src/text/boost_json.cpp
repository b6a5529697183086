// Boost.JSON itself, compiled once for all who are linked together; a library apart from this folder's own.
#include <boost/json/src.hpp>
