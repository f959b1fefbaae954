#ifndef SHOPCAM_CORE_NPY_H_
#define SHOPCAM_CORE_NPY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/status.h"

namespace shopcam {

// Writes `values`, of `shape` in C order, as NumPy's .npy 1.0: little-endian
// float32. Written beside `file`, then renamed. An error where the shape does
// not hold as many values as there are.
Status WriteNpy(const std::string& file, const std::vector<float>& values,
                const std::vector<size_t>& shape);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_NPY_H_
