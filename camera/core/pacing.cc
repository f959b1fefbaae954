#include "core/pacing.h"

namespace shopcam {
namespace {

// Seconds from one frame to the next.
double Interval(Heat heat) {
  switch (heat) {
    case Heat::kNominal:
      return 0.0;
    case Heat::kFair:
      return 0.1;
    case Heat::kSerious:
      return 0.5;
    case Heat::kCritical:
      break;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

bool Pacer::Takes(double now) {
  if (paused()) return false;
  const double interval = Interval(heat_);
  const double waited = now - due_;
  if (waited < interval) return false;
  // A camera's frames come between the times that are due. Counting from those
  // keeps the rate, counting from the frames would fall behind; after a break
  // nothing is made up for.
  due_ = waited < 2.0 * interval ? due_ + interval : now;
  return true;
}

}  // namespace shopcam
