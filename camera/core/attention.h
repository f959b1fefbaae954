#ifndef SHOPCAM_CORE_ATTENTION_H_
#define SHOPCAM_CORE_ATTENTION_H_

#include <limits>
#include <string>
#include <vector>

#include "core/recognizer.h"

namespace shopcam {

// What of the live answers is worth more than a line on the screen: an offer
// that stood for a while goes into the history, a winner that stood for a
// while is said aloud. Several answers come in a second, and most of them say
// what the one before said.
class Attention {
 public:
  // How long something has to stand.
  static constexpr double kStands = 1.0;
  // From one thing said to the next.
  static constexpr double kBetween = 4.0;

  // Takes the answer of `now`, in seconds of a clock that never goes back.
  void Add(const Answer& answer, double now);

  // Forgets what stands; what was said stays said.
  void Reset();

  // Whether to keep the offer of the last answer: once while it stands.
  bool keeps() const { return keeps_; }

  // Whether to say the winner of the last answer: once, until another one is.
  bool says() const { return says_; }

 private:
  // Since when a path stands.
  struct Standing {
    std::vector<std::string> path;
    double since = 0.0;

    bool For(const std::vector<std::string>& now_path, double now);
  };

  Standing offer_;
  Standing winner_;
  bool kept_ = false;
  std::vector<std::string> said_;
  double said_at_ = -std::numeric_limits<double>::infinity();
  bool keeps_ = false;
  bool says_ = false;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_ATTENTION_H_
