#include "core/labels.h"

#include <fstream>
#include <iterator>

#include "core/utf8.h"

namespace shopcam {
namespace {

Status LineError(size_t line, const std::string& problem) {
  return Status::Error("The label table is damaged: line " +
                       std::to_string(line) + " " + problem + ".");
}

bool Unescape(char escaped, char* letter) {
  switch (escaped) {
    case '\\':
      *letter = '\\';
      return true;
    case 't':
      *letter = '\t';
      return true;
    case 'n':
      *letter = '\n';
      return true;
    case 'r':
      *letter = '\r';
      return true;
    default:
      return false;
  }
}

// The columns of a line; false for a backslash that begins no escape.
bool SplitColumns(const std::string& line, std::vector<std::string>* columns) {
  columns->assign(1, std::string());
  for (size_t i = 0; i < line.size(); ++i) {
    char letter = line[i];
    if (letter == '\t') {
      columns->emplace_back();
      continue;
    }
    if (letter == '\\' && (++i == line.size() || !Unescape(line[i], &letter))) {
      return false;
    }
    columns->back().push_back(letter);
  }
  return true;
}

Status ParseLine(const std::string& line, size_t number, Label* label) {
  std::vector<std::string> columns;
  if (!IsUtf8(line)) return LineError(number, "is not UTF-8");
  if (!SplitColumns(line, &columns)) {
    return LineError(number, "holds an unknown escape");
  }
  if (columns[0].empty()) return LineError(number, "has no name");
  label->name = columns[0];
  if (columns.size() > 1) {
    label->id = columns[1];
    label->path.assign(columns.begin() + 2, columns.end());
  }
  return Status();
}

}  // namespace

Status ParseLabels(const std::string& text, std::vector<Label>* labels) {
  labels->clear();
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) {
      return LineError(labels->size() + 1, "is cut off");
    }
    Label label;
    const Status parsed =
        ParseLine(text.substr(begin, end - begin), labels->size() + 1, &label);
    if (!parsed.ok()) return parsed;
    labels->push_back(label);
    begin = end + 1;
  }
  return Status();
}

Status ReadLabels(const std::string& file, std::vector<Label>* labels) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) {
    return Status::Error("The label table cannot be read: " + file);
  }
  return ParseLabels(text, labels);
}

Status CheckLabelCount(const std::vector<Label>& labels, size_t classes) {
  if (labels.size() == classes) return Status();
  return Status::Error("The model tells " + std::to_string(classes) +
                       " classes apart, the label table names " +
                       std::to_string(labels.size()) + ".");
}

}  // namespace shopcam
