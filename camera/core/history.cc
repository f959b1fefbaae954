#include "core/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/files.h"
#include "core/table.h"
#include "core/utf8.h"

namespace shopcam {
namespace {

constexpr char kVersion[] = "shopcam-history 1";
constexpr char kName[] = "The history";
// The columns before the levels.
constexpr size_t kColumns = 4;

bool Holdable(const Sighting& sighting) {
  return !sighting.name.empty() && std::isfinite(sighting.confidence) &&
         IsUtf8(sighting.name) && IsUtf8(sighting.shop_url) &&
         std::all_of(sighting.path.begin(), sighting.path.end(), IsUtf8);
}

bool ParseConfidence(const std::string& column, float* confidence) {
  double number = 0.0;
  if (!ParseNumber(column, &number)) return false;
  const double most = static_cast<double>(std::numeric_limits<float>::max());
  if (std::fabs(number) > most) return false;
  *confidence = static_cast<float>(number);
  return true;
}

Status ParseSighting(const TableReader& table,
                     const std::vector<std::string>& columns,
                     Sighting* sighting) {
  if (columns.size() < kColumns) return table.Error("lacks columns");
  if (!ParseInteger(columns[0], &sighting->seconds)) {
    return table.Error("has no time");
  }
  if (!ParseConfidence(columns[1], &sighting->confidence)) {
    return table.Error("has no confidence");
  }
  if (columns[2].empty()) return table.Error("has no name");
  sighting->name = columns[2];
  sighting->shop_url = columns[3];
  sighting->path.assign(columns.begin() + kColumns, columns.end());
  return Status();
}

Status ParseHistory(const std::string& text, size_t capacity,
                    std::deque<Sighting>* sightings) {
  TableReader table(text, kName);
  std::vector<std::string> columns;
  table.Next(&columns);
  if (!table.status().ok()) return table.status();
  if (columns != std::vector<std::string>{kVersion}) {
    return table.Error("names no version that is known");
  }
  while (table.Next(&columns)) {
    Sighting sighting;
    const Status parsed = ParseSighting(table, columns, &sighting);
    if (!parsed.ok()) return parsed;
    if (sightings->size() < capacity) sightings->push_back(sighting);
  }
  return table.status();
}

}  // namespace

void History::Add(const Sighting& sighting) {
  if (!Holdable(sighting)) return;
  Sighting added = sighting;
  if (!sightings_.empty() && sightings_.front().name == added.name &&
      sightings_.front().path == added.path) {
    const Sighting& newest = sightings_.front();
    added.confidence = std::max(added.confidence, newest.confidence);
    added.seconds = std::max(added.seconds, newest.seconds);
    sightings_.pop_front();
  }
  sightings_.push_front(added);
  if (sightings_.size() > capacity_) sightings_.pop_back();
}

Status History::Read(const std::string& file) {
  sightings_.clear();
  if (IsMissing(file)) return Status();
  std::string text;
  Status status = ReadFile(kName, file, &text);
  if (status.ok()) status = ParseHistory(text, capacity_, &sightings_);
  if (!status.ok()) sightings_.clear();
  return status;
}

Status History::Write(const std::string& file) const {
  std::string text = TableLine({kVersion});
  for (const Sighting& sighting : sightings_) {
    std::vector<std::string> columns = {
        std::to_string(sighting.seconds),
        NumberText(static_cast<double>(sighting.confidence)), sighting.name,
        sighting.shop_url};
    columns.insert(columns.end(), sighting.path.begin(), sighting.path.end());
    text += TableLine(columns);
  }
  return WriteFile(kName, file, text);
}

}  // namespace shopcam
