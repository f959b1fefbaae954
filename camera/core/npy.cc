#include "core/npy.h"

#include <algorithm>

#include "core/files.h"

namespace shopcam {
namespace {

// NumPy has no array of more dimensions.
constexpr size_t kMostDimensions = 64;
// The magic, the version and the size of what follows stand before the header.
constexpr size_t kPreamble = 10;
constexpr size_t kAlignment = 64;

bool Holds(const std::vector<size_t>& shape, size_t count) {
  if (std::count(shape.begin(), shape.end(), size_t{0}) > 0) return count == 0;
  size_t product = 1;
  for (const size_t size : shape) {
    if (product > count / size) return false;
    product *= size;
  }
  return product == count;
}

// The header's dictionary, padded so that the values begin aligned.
std::string Header(const std::vector<size_t>& shape) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (const size_t size : shape) header += std::to_string(size) + ", ";
  header += "), }";
  const size_t used = kPreamble + header.size() + 1;
  header.append(kAlignment - used % kAlignment, ' ');
  return header + "\n";
}

}  // namespace

Status WriteNpy(const std::string& file, const std::vector<float>& values,
                const std::vector<size_t>& shape) {
  if (shape.size() > kMostDimensions || !Holds(shape, values.size())) {
    return Status::Error("A tensor of " + std::to_string(values.size()) +
                         " values has not the shape to be written with.");
  }
  const std::string header = Header(shape);
  std::string content("\x93NUMPY\x01\x00", 8);
  content.push_back(static_cast<char>(header.size() & 0xFF));
  content.push_back(static_cast<char>(header.size() >> 8));
  content += header;
  // The phone's processor and a PC's are little-endian, as the file is.
  content.append(reinterpret_cast<const char*>(values.data()),
                 values.size() * sizeof(float));
  return WriteFile("The tensor", file, content);
}

}  // namespace shopcam
