#ifndef SHOPCAM_CORE_FRAME_METER_H_
#define SHOPCAM_CORE_FRAME_METER_H_

#include <cstddef>
#include <deque>

namespace shopcam {

// How fast frames are recognised, over the last kFrames of them.
class FrameMeter {
 public:
  static constexpr size_t kFrames = 30;

  // Takes when the work on a frame started and ended, in seconds of a clock
  // that never goes back.
  void Add(double started, double ended);

  void Reset() { frames_.clear(); }

  // From the end of one frame to the end of the next; 0 before there are two.
  double FramesPerSecond() const;

  // From start to end of a frame; 0 before there is one.
  double MillisecondsPerFrame() const;

 private:
  struct Span {
    double started;
    double ended;
  };

  std::deque<Span> frames_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_FRAME_METER_H_
