#ifndef SHOPCAM_CORE_HISTORY_H_
#define SHOPCAM_CORE_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/status.h"

namespace shopcam {

// One product that was seen. The texts are UTF-8.
struct Sighting {
  std::string name;
  std::vector<std::string> path;
  std::string shop_url;
  float confidence = 0.0f;
  // Since 1970.
  int64_t seconds = 0;
};

// What was seen, newest first, and its file: a table (core/table.h) whose
// first line names the version, then one line per sighting: seconds,
// confidence, name, address, and the levels from the top.
class History {
 public:
  explicit History(size_t capacity = 100) : capacity_(capacity) {}

  // Puts a sighting first, and the oldest falls off a full history. One of the
  // same name and path as the newest becomes one with it: the better
  // confidence, the later time. What no file could hold (no name, text that is
  // not UTF-8, a confidence that is no number) is not taken.
  void Add(const Sighting& sighting);

  const std::deque<Sighting>& sightings() const { return sightings_; }

  void Clear() { sightings_.clear(); }

  // Reads what Write wrote. No file is an empty history; after an error the
  // history is empty.
  Status Read(const std::string& file);

  // Writes beside `file`, then renames: after an error the old file stands.
  Status Write(const std::string& file) const;

 private:
  size_t capacity_;
  std::deque<Sighting> sightings_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_HISTORY_H_
