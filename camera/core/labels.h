#ifndef SHOPCAM_CORE_LABELS_H_
#define SHOPCAM_CORE_LABELS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/status.h"

namespace shopcam {

// One category: its name, its id in the shop (empty where there is none) and
// the names of its levels from the top (empty where there are none). UTF-8.
struct Label {
  std::string name;
  std::string id;
  std::vector<std::string> path;
};

// Reads the label table that the bundle ships. One line per class, in the
// order of the output, ended by a newline; columns parted by tabs: name, id,
// then the levels. In a column \\, \t, \n and \r stand for what they name.
Status ParseLabels(const std::string& text, std::vector<Label>* labels);
Status ReadLabels(const std::string& file, std::vector<Label>* labels);

// An error when there is not one label for each of the `classes` outputs: a
// table that is one line off names every product wrongly.
Status CheckLabelCount(const std::vector<Label>& labels, size_t classes);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_LABELS_H_
