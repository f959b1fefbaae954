#ifndef SHOPCAM_CORE_RANKING_H_
#define SHOPCAM_CORE_RANKING_H_

#include <cstddef>
#include <vector>

namespace shopcam {

// One class of the network's output with its score.
struct Score {
  size_t index;
  float value;
};

// The at most `count` scores above `threshold`, best first; equal scores in
// the order of their index, as a stable sort in Python gives them.
std::vector<Score> TopScores(const std::vector<float>& scores, size_t count,
                             float threshold);

// Scores smoothed over frames as TensorFlow's camera example smooths them: old
// x 0.75 + new x 0.25, where a new score of 0.05 or less counts as none and an
// old one that decays to 0.01 or less is forgotten. The example keyed by label
// text, so that equal labels ran together; here every class stands alone.
class Smoother {
 public:
  // Scores above this are worth showing.
  static constexpr float kShown = 0.05f;

  // Takes the scores of the next frame; another count of classes than in the
  // frame before starts afresh.
  void Add(const std::vector<float>& scores);

  void Reset() { values_.clear(); }

  const std::vector<float>& values() const { return values_; }

 private:
  std::vector<float> values_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_RANKING_H_
