#ifndef SHOPCAM_CORE_CLOCK_H_
#define SHOPCAM_CORE_CLOCK_H_

#include <chrono>

namespace shopcam {

// Seconds of a clock that never goes back, for Pacer, FrameMeter and the like.
inline double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace shopcam

#endif  // SHOPCAM_CORE_CLOCK_H_
