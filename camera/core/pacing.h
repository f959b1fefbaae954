#ifndef SHOPCAM_CORE_PACING_H_
#define SHOPCAM_CORE_PACING_H_

#include <limits>

namespace shopcam {

// How hot the phone is, as NSProcessInfoThermalState tells it.
enum class Heat { kNominal, kFair, kSerious, kCritical };

// Which frames are recognised as the phone gets hot: every one, 10 in a
// second, 2 in a second, none.
class Pacer {
 public:
  void SetHeat(Heat heat) { heat_ = heat; }

  // Whether to recognise the frame that came at `now`, in seconds of a clock
  // that never goes back.
  bool Takes(double now);

  // Whether the phone is too hot for any frame.
  bool paused() const { return heat_ == Heat::kCritical; }

 private:
  Heat heat_ = Heat::kNominal;
  // When the last frame that was taken was due.
  double due_ = -std::numeric_limits<double>::infinity();
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_PACING_H_
