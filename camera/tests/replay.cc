#include "tests/replay.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "core/files.h"
#include "core/table.h"
#include "core/views.h"

namespace shopcam {
namespace {

constexpr char kVersion[] = "shopcam-probes 1";
constexpr char kTable[] = "The table of probes";
// The columns before the views, and those of a view.
constexpr size_t kQuestionColumns = 2;
constexpr size_t kViewColumns = 4;
// Beyond any camera's, and small enough that no product of two overflows.
constexpr int64_t kLargestNumber = 1 << 24;

// Where the table lies, and how its frames are prepared.
struct Record {
  const std::string& folder;
  const InputSpec& input;

  Status Read(const std::string& name, std::string* content) const {
    if (name.empty() || name.find('/') != std::string::npos) {
      return Status::Error("A probe's file must lie in its folder: " + name);
    }
    return ReadFile("A probe", folder + "/" + name, content);
  }
};

bool ParseLimit(const std::string& column, double* limit) {
  if (column != "-") return ParseNumber(column, limit) && *limit >= 0.0;
  *limit = -1.0;
  return true;
}

Status ParseHead(const TableReader& table,
                 const std::vector<std::string>& columns,
                 ReplayResult* result) {
  const bool known = columns.size() == 5 && columns[0] == kVersion &&
                     columns[1] == "max_abs_diff" &&
                     columns[3] == "top1_agreement" &&
                     ParseLimit(columns[2], &result->max_abs_diff) &&
                     ParseLimit(columns[4], &result->top1_agreement);
  return known ? Status() : table.Error("names no version that is known");
}

// From 1 to kLargestNumber.
bool ParseSize(const std::string& column, int* size) {
  int64_t number = 0;
  if (!ParseInteger(column, &number)) return false;
  if (number < 1 || number > kLargestNumber) return false;
  *size = static_cast<int>(number);
  return true;
}

// The tensor of the view whose columns begin at `column`.
Status ReadView(const Record& record, const TableReader& table,
                const std::string* column, std::vector<float>* tensor) {
  Frame frame;
  int row = 0;
  if (!ParseSize(column[1], &frame.width) ||
      !ParseSize(column[2], &frame.height) || !ParseSize(column[3], &row)) {
    return table.Error("holds no size");
  }
  std::string bytes;
  const Status read = record.Read(column[0], &bytes);
  if (!read.ok()) return read;
  frame.bytes_per_row = static_cast<size_t>(row);
  if (bytes.size() / frame.bytes_per_row < static_cast<size_t>(frame.height)) {
    return Status::Error("A probe's frame is cut off: " + column[0]);
  }
  frame.bytes = reinterpret_cast<const uint8_t*>(bytes.data());
  return FrameToTensor(frame, record.input, tensor);
}

Status ReadScores(const Record& record, const std::string& name,
                  std::vector<float>* scores) {
  std::string bytes;
  const Status read = record.Read(name, &bytes);
  if (!read.ok()) return read;
  scores->resize(bytes.size() / sizeof(float));
  if (scores->empty() || bytes.size() % sizeof(float) != 0) {
    return Status::Error("A probe's scores are no floats: " + name);
  }
  std::memcpy(scores->data(), bytes.data(), bytes.size());
  return Status();
}

size_t Best(const std::vector<float>& scores) {
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) -
                             scores.begin());
}

// Adds what one question shows to `result`.
Status Compare(const std::string& question, const std::vector<float>& recorded,
               const std::vector<float>& scores, ReplayResult* result) {
  if (scores.size() != recorded.size()) {
    return Status::Error("The model answers " + std::to_string(scores.size()) +
                         " scores to " + question + ", recorded are " +
                         std::to_string(recorded.size()) + ".");
  }
  float largest = 0.0f;
  for (size_t i = 0; i < scores.size(); ++i) {
    const float difference = std::fabs(scores[i] - recorded[i]);
    if (!std::isfinite(difference)) {
      return Status::Error("The model answers no number to " + question + ".");
    }
    largest = std::max(largest, difference);
  }
  if (largest > result->largest_difference) {
    result->largest_difference = largest;
    result->worst = question;
  }
  ++result->questions;
  if (Best(scores) == Best(recorded)) ++result->top1_agreed;
  return Status();
}

Status Ask(const Record& record, const TableReader& table,
           const std::vector<std::string>& columns, Classifier* classifier,
           ReplayResult* result) {
  if (columns.size() < kQuestionColumns + kViewColumns ||
      (columns.size() - kQuestionColumns) % kViewColumns != 0) {
    return table.Error("has not the columns of a question");
  }
  std::vector<float> recorded;
  Status status = ReadScores(record, columns[1], &recorded);
  if (!status.ok()) return status;
  std::vector<std::vector<float>> tensors;
  for (size_t i = kQuestionColumns; i < columns.size(); i += kViewColumns) {
    tensors.emplace_back();
    status = ReadView(record, table, &columns[i], &tensors.back());
    if (!status.ok()) return status;
  }
  std::vector<float> scores;
  status = ClassifyViews(classifier, tensors, &scores);
  if (!status.ok()) return status;
  return Compare(columns[0], recorded, scores, result);
}

Status Replay(const Record& record, Classifier* classifier,
              ReplayResult* result) {
  std::string text;
  const Status read = record.Read("probes.txt", &text);
  if (!read.ok()) return read;
  TableReader table(text, kTable);
  std::vector<std::string> columns;
  table.Next(&columns);
  if (!table.status().ok()) return table.status();
  const Status known = ParseHead(table, columns, result);
  if (!known.ok()) return known;
  while (table.Next(&columns)) {
    const Status asked = Ask(record, table, columns, classifier, result);
    if (!asked.ok()) return asked;
  }
  return table.status();
}

}  // namespace

bool ReplayResult::within() const {
  if (questions == 0) return false;
  if (max_abs_diff >= 0.0 &&
      static_cast<double>(largest_difference) > max_abs_diff) {
    return false;
  }
  const double agreed =
      static_cast<double>(top1_agreed) / static_cast<double>(questions);
  return agreed >= top1_agreement;
}

Status ReplayProbes(const std::string& folder, Classifier* classifier,
                    const InputSpec& input, ReplayResult* result) {
  *result = ReplayResult();
  const Status replayed = Replay({folder, input}, classifier, result);
  if (!replayed.ok()) *result = ReplayResult();
  return replayed;
}

}  // namespace shopcam
