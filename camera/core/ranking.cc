#include "core/ranking.h"

#include <algorithm>

#include "core/rounding.h"

namespace shopcam {
namespace {

constexpr float kDecay = 0.75f;
constexpr float kUpdate = 0.25f;
constexpr float kForgotten = 0.01f;

}  // namespace

constexpr float Smoother::kShown;

std::vector<Score> TopScores(const std::vector<float>& scores, size_t count,
                             float threshold) {
  std::vector<Score> found;
  for (size_t index = 0; index < scores.size(); ++index) {
    if (scores[index] > threshold) found.push_back({index, scores[index]});
  }
  const auto better = [](const Score& a, const Score& b) {
    if (a.value > b.value || b.value > a.value) return a.value > b.value;
    return a.index < b.index;
  };
  const size_t kept = std::min(count, found.size());
  std::partial_sort(found.begin(),
                    found.begin() + static_cast<std::ptrdiff_t>(kept),
                    found.end(), better);
  found.resize(kept);
  return found;
}

void Smoother::Add(const std::vector<float>& scores) {
  if (values_.size() != scores.size()) values_.assign(scores.size(), 0.0f);
  for (size_t index = 0; index < scores.size(); ++index) {
    float value = values_[index] * kDecay;
    if (value <= kForgotten) value = 0.0f;
    const float update = scores[index] * kUpdate;
    values_[index] = scores[index] > kShown ? value + update : value;
  }
}

}  // namespace shopcam
