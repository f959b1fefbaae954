#ifndef SHOPCAM_CORE_FILES_H_
#define SHOPCAM_CORE_FILES_H_

#include <cstddef>
#include <string>

#include "core/status.h"

namespace shopcam {

// The largest file that is read whole; the memory of a phone is small.
constexpr size_t kLargestFile = size_t{64} << 20;

// Whether there is nothing at `path`.
bool IsMissing(const std::string& path);

// Fills `content` with a whole file. The error begins with `name`, what the
// file is to a person, and holds the path and the system's reason.
Status ReadFile(const std::string& name, const std::string& path,
                std::string* content);

// Writes beside `path`, then renames, so that the file is the old one or the
// new one and never a part of it.
Status WriteFile(const std::string& name, const std::string& path,
                 const std::string& content);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_FILES_H_
