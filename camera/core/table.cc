#include "core/table.h"

#include <cstdio>
#include <limits>
#include <locale>
#include <sstream>

#include "core/utf8.h"

namespace shopcam {
namespace {

// Each escaped character, and the letter that stands for it.
constexpr char kEscaped[] = "\\\t\n\r";
constexpr char kLetters[] = "\\tnr";
constexpr size_t kEscapes = sizeof(kLetters) - 1;

// The character at the position in `to` of `letter` in `from`; false where
// `letter` is not in `from`.
bool Translate(const char* from, const char* to, char letter,
               char* translated) {
  for (size_t i = 0; i < kEscapes; ++i) {
    if (from[i] != letter) continue;
    *translated = to[i];
    return true;
  }
  return false;
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
    if (letter == '\\' && (++i == line.size() ||
                           !Translate(kLetters, kEscaped, line[i], &letter))) {
      return false;
    }
    columns->back().push_back(letter);
  }
  return true;
}

template <typename Number>
bool Parse(const std::string& column, const char* allowed, Number* number) {
  if (column.empty() || column.find_first_not_of(allowed) != column.npos) {
    return false;
  }
  std::istringstream stream(column);
  stream.imbue(std::locale::classic());
  Number parsed;
  if (!(stream >> parsed) || stream.peek() != EOF) return false;
  *number = parsed;
  return true;
}

}  // namespace

bool TableReader::Next(std::vector<std::string>* columns) {
  if (!status_.ok() || position_ == text_.size()) return false;
  ++line_;
  const size_t end = text_.find('\n', position_);
  if (end == std::string::npos) return Fail("is cut off");
  const std::string line = text_.substr(position_, end - position_);
  position_ = end + 1;
  if (!IsUtf8(line)) return Fail("is not UTF-8");
  if (!SplitColumns(line, columns)) return Fail("holds an unknown escape");
  return true;
}

Status TableReader::Error(const std::string& problem) const {
  const std::string where = line_ == 0 ? "it" : "line " + std::to_string(line_);
  return Status::Error(name_ + " is damaged: " + where + " " + problem + ".");
}

bool TableReader::Fail(const std::string& problem) {
  status_ = Error(problem);
  return false;
}

std::string TableLine(const std::vector<std::string>& columns) {
  std::string line;
  for (const std::string& column : columns) {
    if (&column != &columns.front()) line.push_back('\t');
    for (char letter : column) {
      if (Translate(kEscaped, kLetters, letter, &letter)) line.push_back('\\');
      line.push_back(letter);
    }
  }
  return line + "\n";
}

bool ParseNumber(const std::string& column, double* number) {
  return Parse(column, "0123456789+-.eE", number);
}

bool ParseInteger(const std::string& column, int64_t* number) {
  return Parse(column, "0123456789-", number);
}

std::string NumberText(double number) {
  std::ostringstream stream;
  stream.imbue(std::locale::classic());
  stream.precision(std::numeric_limits<double>::max_digits10);
  stream << number;
  return stream.str();
}

}  // namespace shopcam
