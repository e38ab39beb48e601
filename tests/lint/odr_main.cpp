// One of two translation units that include everything.
#include "all_headers.hpp"

int other();

int main() { return other(); }
