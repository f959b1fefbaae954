#ifndef SHOPCAM_CORE_PIXELS_H_
#define SHOPCAM_CORE_PIXELS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/status.h"

namespace shopcam {

// Where the upright picture lies in a frame, as EXIF and
// CGImagePropertyOrientation number it. kRight is what the back camera delivers
// while the phone is held in portrait: a quarter turn clockwise stands it up.
enum class Orientation {
  kUp = 1,
  kUpMirrored = 2,
  kDown = 3,
  kDownMirrored = 4,
  kLeftMirrored = 5,
  kRight = 6,
  kRightMirrored = 7,
  kLeft = 8,
};

// One camera frame: rows of 4-byte pixels in the order B, G, R, A. Rows may be
// longer than 4 * width; the padding is never read.
struct Frame {
  const uint8_t* bytes = nullptr;
  size_t bytes_per_row = 0;
  int width = 0;
  int height = 0;
  Orientation orientation = Orientation::kUp;
};

enum class ChannelOrder { kRgb, kBgr };

// What the network was trained on: (pixel - mean) / std per channel, pixels in
// [0, 255], mean and std in the order of `order`. With one channel the pixel
// is the luma of Rec. 601.
struct InputSpec {
  int width = 0;
  int height = 0;
  int channels = 3;
  ChannelOrder order = ChannelOrder::kRgb;
  std::array<float, 3> mean{{0.0f, 0.0f, 0.0f}};
  std::array<float, 3> std{{1.0f, 1.0f, 1.0f}};

  size_t size() const {
    return static_cast<size_t>(width) * static_cast<size_t>(height) *
           static_cast<size_t>(channels);
  }
};

// Fills `tensor`, (height, width, channels) floats, with what the network sees
// of `frame`: turned upright, the largest centred part of the network's shape,
// sampled bilinearly at pixel centres, normalised. The same operations in the
// same order and precision as shopcam/pixels.py, value for value.
Status FrameToTensor(const Frame& frame, const InputSpec& input,
                     std::vector<float>* tensor);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_PIXELS_H_
