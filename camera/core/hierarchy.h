#ifndef SHOPCAM_CORE_HIERARCHY_H_
#define SHOPCAM_CORE_HIERARCHY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/labels.h"

namespace shopcam {

// The categories above the classes: every proper prefix of a label's path is
// one, so labels of a single level have none.
class Hierarchy {
 public:
  // One category, by the name of its own level.
  struct Category {
    std::string name;
    // The category that holds this one, or kNone at the top.
    size_t parent;
    // Levels above this one.
    size_t depth;
  };

  static constexpr size_t kNone = static_cast<size_t>(-1);

  Hierarchy() = default;
  explicit Hierarchy(const std::vector<Label>& labels);

  // Every category once, in the order of the first label below it, the outer
  // before the inner.
  const std::vector<Category>& categories() const { return categories_; }

  // The names of the levels from the top, the category's own last.
  std::vector<std::string> Path(size_t category) const;

  // One sum per category: the scores, one per label, of all classes below it
  // and of a class that is the category itself, added as floats in the order
  // of the labels.
  std::vector<float> Sums(const std::vector<float>& scores) const;

  // The deepest category whose sum reaches `minimum` and is above
  // Smoother::kShown, or kNone; at one depth the best sum, and of equal sums
  // the first. One without a name is none to search a shop for.
  size_t Deepest(const std::vector<float>& sums, float minimum) const;

 private:
  std::vector<Category> categories_;
  // For each label the innermost category that it counts for, or kNone.
  std::vector<size_t> category_of_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_HIERARCHY_H_
