#ifndef SHOPCAM_CORE_TABLE_H_
#define SHOPCAM_CORE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/status.h"

namespace shopcam {

// Reads a text table: UTF-8 lines, each ended by a newline, of columns parted
// by tabs. In a column \\, \t, \n and \r stand for what they name.
//
//   TableReader table(text, "The label table");
//   while (table.Next(&columns)) ...
//   return table.status();
class TableReader {
 public:
  // `name` is what the table is to a person: an error begins with it.
  TableReader(const std::string& text, const std::string& name)
      : text_(text), name_(name) {}

  // Fills `columns`, at least one, with those of the next line. False at the
  // end of the text and at a damaged line, which status() then tells.
  bool Next(std::vector<std::string>* columns);

  // The error that the line which was read last `problem` ("has no name").
  Status Error(const std::string& problem) const;

  const Status& status() const { return status_; }

 private:
  bool Fail(const std::string& problem);

  const std::string& text_;
  const std::string name_;
  size_t position_ = 0;
  size_t line_ = 0;
  Status status_;
};

// The line of a table that holds `columns`, its newline included.
std::string TableLine(const std::vector<std::string>& columns);

// The number that a whole column holds, in C's form whatever the language of
// the phone; false for anything else, for NaN and for infinity.
bool ParseNumber(const std::string& column, double* number);
bool ParseInteger(const std::string& column, int64_t* number);

// A text that ParseNumber turns back into the same number.
std::string NumberText(double number);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_TABLE_H_
