#include "core/hierarchy.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/ranking.h"

namespace shopcam {

constexpr size_t Hierarchy::kNone;

// A path is followed from level to level, and only its own names are kept: a
// table of one very long path takes no more than its length.
Hierarchy::Hierarchy(const std::vector<Label>& labels) {
  std::map<std::pair<size_t, std::string>, size_t> known;
  for (const Label& label : labels) {
    size_t parent = kNone;
    for (size_t depth = 0; depth + 1 < label.path.size(); ++depth) {
      const auto found =
          known.insert({{parent, label.path[depth]}, categories_.size()});
      if (found.second) {
        categories_.push_back({label.path[depth], parent, depth});
      }
      parent = found.first->second;
    }
    category_of_.push_back(parent);
  }
  // A class may itself be the category of others, even of earlier ones.
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].path.empty()) continue;
    const auto own = known.find({category_of_[i], labels[i].path.back()});
    if (own != known.end()) category_of_[i] = own->second;
  }
}

std::vector<std::string> Hierarchy::Path(size_t category) const {
  std::vector<std::string> path;
  for (; category != kNone; category = categories_[category].parent) {
    path.push_back(categories_[category].name);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<float> Hierarchy::Sums(const std::vector<float>& scores) const {
  std::vector<float> sums(categories_.size(), 0.0f);
  const size_t classes = std::min(scores.size(), category_of_.size());
  for (size_t i = 0; i < classes; ++i) {
    for (size_t category = category_of_[i]; category != kNone;
         category = categories_[category].parent) {
      sums[category] += scores[i];
    }
  }
  return sums;
}

size_t Hierarchy::Deepest(const std::vector<float>& sums, float minimum) const {
  size_t best = kNone;
  for (size_t i = 0; i < std::min(sums.size(), categories_.size()); ++i) {
    if (sums[i] < minimum || !(sums[i] > Smoother::kShown)) continue;
    if (categories_[i].name.empty()) continue;
    const bool better = best == kNone ||
                        categories_[i].depth > categories_[best].depth ||
                        (categories_[i].depth == categories_[best].depth &&
                         sums[i] > sums[best]);
    if (better) best = i;
  }
  return best;
}

}  // namespace shopcam
