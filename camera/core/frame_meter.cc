#include "core/frame_meter.h"

namespace shopcam {

constexpr size_t FrameMeter::kFrames;

void FrameMeter::Add(double started, double ended) {
  frames_.push_back({started, ended});
  if (frames_.size() > kFrames) frames_.pop_front();
}

double FrameMeter::FramesPerSecond() const {
  if (frames_.size() < 2) return 0.0;
  const double seconds = frames_.back().ended - frames_.front().ended;
  return seconds > 0.0 ? static_cast<double>(frames_.size() - 1) / seconds
                       : 0.0;
}

double FrameMeter::MillisecondsPerFrame() const {
  if (frames_.empty()) return 0.0;
  double seconds = 0.0;
  for (const Span& frame : frames_) seconds += frame.ended - frame.started;
  return 1000.0 * seconds / static_cast<double>(frames_.size());
}

}  // namespace shopcam
