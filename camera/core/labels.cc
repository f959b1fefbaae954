#include "core/labels.h"

#include "core/files.h"
#include "core/table.h"

namespace shopcam {
namespace {

constexpr char kName[] = "The label table";

Label LabelOf(const std::vector<std::string>& columns) {
  Label label;
  label.name = columns[0];
  if (columns.size() > 1) {
    label.id = columns[1];
    label.path.assign(columns.begin() + 2, columns.end());
  }
  return label;
}

}  // namespace

Status ParseLabels(const std::string& text, std::vector<Label>* labels) {
  labels->clear();
  TableReader table(text, kName);
  std::vector<std::string> columns;
  while (table.Next(&columns)) {
    if (columns[0].empty()) return table.Error("has no name");
    labels->push_back(LabelOf(columns));
  }
  return table.status();
}

Status ReadLabels(const std::string& file, std::vector<Label>* labels) {
  std::string text;
  const Status read = ReadFile(kName, file, &text);
  if (!read.ok()) return read;
  return ParseLabels(text, labels);
}

Status CheckLabelCount(const std::vector<Label>& labels, size_t classes) {
  if (labels.size() == classes) return Status();
  return Status::Error("The model tells " + std::to_string(classes) +
                       " classes apart, the label table names " +
                       std::to_string(labels.size()) + ".");
}

}  // namespace shopcam
