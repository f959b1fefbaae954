// The symbols of Python that TensorFlow's library leaves undefined.
//
// The library is a Python extension, but running a graph calls no Python. The
// loader wants every symbol bound at the start all the same (BIND_NOW), and
// neither Debian's python3 nor a static one brings a libpython. So each
// function ends the program with its name, and each object is zeroes.
// python_symbols.inc is written at build time from what the library lacks.

#include <cstdio>
#include <cstdlib>

#define FUNCTION(name)                                            \
  extern "C" void name() {                                        \
    std::fputs("the runtime called Python: " #name "\n", stderr); \
    std::abort();                                                 \
  }
#define OBJECT(name)           \
  extern "C" {                 \
  alignas(16) char name[1024]; \
  }

#include "python_symbols.inc"
