#include "core/pixels.h"

#include <algorithm>
#include <cmath>

#include "core/rounding.h"

namespace shopcam {
namespace {

constexpr ptrdiff_t kBytesPerPixel = 4;
constexpr int kBlue = 0;
constexpr int kGreen = 1;
constexpr int kRed = 2;

// A part of a frame, addressed upright: the pixel in column x of row y begins
// at origin + x * across + y * down.
struct View {
  const uint8_t* origin;
  ptrdiff_t across;
  ptrdiff_t down;
  int width;
  int height;

  const uint8_t* Pixel(int x, int y) const {
    return origin + x * across + y * down;
  }
};

// The four corners where an upright picture may begin, and its two directions.
View Upright(const Frame& frame) {
  const ptrdiff_t row = static_cast<ptrdiff_t>(frame.bytes_per_row);
  const ptrdiff_t pixel = kBytesPerPixel;
  const int width = frame.width;
  const int height = frame.height;
  const uint8_t* const top_left = frame.bytes;
  const uint8_t* const top_right = top_left + pixel * (width - 1);
  const uint8_t* const bottom_left = top_left + row * (height - 1);
  const uint8_t* const bottom_right = bottom_left + pixel * (width - 1);
  switch (frame.orientation) {
    case Orientation::kUpMirrored:
      return {top_right, -pixel, row, width, height};
    case Orientation::kDown:
      return {bottom_right, -pixel, -row, width, height};
    case Orientation::kDownMirrored:
      return {bottom_left, pixel, -row, width, height};
    case Orientation::kLeftMirrored:
      return {top_left, row, pixel, height, width};
    case Orientation::kRight:
      return {bottom_left, -row, pixel, height, width};
    case Orientation::kRightMirrored:
      return {bottom_right, -row, -pixel, height, width};
    case Orientation::kLeft:
      return {top_right, row, -pixel, height, width};
    case Orientation::kUp:
      break;
  }
  return {top_left, pixel, row, width, height};
}

// `wanted` rounded, from 1 to `most`; compared before it becomes an int, which
// holds less than a long and thin picture may ask for.
int Within(int most, double wanted) {
  return static_cast<int>(std::min<double>(most, std::max(1.0, wanted + 0.5)));
}

// The largest centred part whose width / height is `aspect`; an odd remainder
// leaves the extra row or column at the bottom or right.
View CentreCrop(const View& view, double aspect) {
  const int width = Within(view.width, view.height * aspect);
  const int height = Within(view.height, view.width / aspect);
  const int left = (view.width - width) / 2;
  const int top = (view.height - height) / 2;
  return {view.Pixel(left, top), view.across, view.down, width, height};
}

// Where one output position looks: `weight` of `second`, the rest of `first`.
struct Sample {
  int first;
  int second;
  float weight;
};

std::vector<Sample> SamplePositions(int size, int wanted) {
  const float scale = static_cast<float>(size) / static_cast<float>(wanted);
  const float last = static_cast<float>(size - 1);
  std::vector<Sample> samples(static_cast<size_t>(wanted));
  for (int i = 0; i < wanted; ++i) {
    const float centre = (static_cast<float>(i) + 0.5f) * scale;
    const float position = std::min(std::max(centre - 0.5f, 0.0f), last);
    const int first = static_cast<int>(std::floor(position));
    samples[static_cast<size_t>(i)] = {first, std::min(first + 1, size - 1),
                                       position - static_cast<float>(first)};
  }
  return samples;
}

float Mix(float from, float to, float weight) {
  const float step = (to - from) * weight;
  return from + step;
}

// The value of one channel between four pixels: rows first, then columns.
float Between(const View& view, const Sample& x, const Sample& y, int channel) {
  const float left = Mix(view.Pixel(x.first, y.first)[channel],
                         view.Pixel(x.first, y.second)[channel], y.weight);
  const float right = Mix(view.Pixel(x.second, y.first)[channel],
                          view.Pixel(x.second, y.second)[channel], y.weight);
  return Mix(left, right, x.weight);
}

void WritePixel(const View& view, const Sample& x, const Sample& y,
                const InputSpec& input, float* out) {
  const float blue = Between(view, x, y, kBlue);
  const float green = Between(view, x, y, kGreen);
  const float red = Between(view, x, y, kRed);
  if (input.channels == 1) {
    const float luma = red * 0.299f + green * 0.587f + blue * 0.114f;
    out[0] = (luma - input.mean[0]) / input.std[0];
    return;
  }
  const bool rgb = input.order == ChannelOrder::kRgb;
  out[0] = ((rgb ? red : blue) - input.mean[0]) / input.std[0];
  out[1] = (green - input.mean[1]) / input.std[1];
  out[2] = ((rgb ? blue : red) - input.mean[2]) / input.std[2];
}

Status Check(const Frame& frame, const InputSpec& input) {
  if (frame.bytes == nullptr || frame.width < 1 || frame.height < 1) {
    return Status::Error("The camera delivered an empty frame.");
  }
  const size_t row = static_cast<size_t>(frame.width) * kBytesPerPixel;
  if (frame.bytes_per_row < row) {
    return Status::Error("A row of the frame is shorter than its pixels.");
  }
  if (frame.orientation < Orientation::kUp ||
      frame.orientation > Orientation::kLeft) {
    return Status::Error("The frame has none of EXIF's orientations.");
  }
  if (input.width < 1 || input.height < 1 ||
      (input.channels != 1 && input.channels != 3)) {
    return Status::Error(
        "The network's input must have a size and 1 or 3 channels.");
  }
  return Status();
}

}  // namespace

Status FrameToTensor(const Frame& frame, const InputSpec& input,
                     std::vector<float>* tensor) {
  const Status checked = Check(frame, input);
  if (!checked.ok()) return checked;
  const View view =
      CentreCrop(Upright(frame), static_cast<double>(input.width) /
                                     static_cast<double>(input.height));
  const std::vector<Sample> columns = SamplePositions(view.width, input.width);
  const std::vector<Sample> rows = SamplePositions(view.height, input.height);
  tensor->resize(input.size());
  float* out = tensor->data();
  for (const Sample& y : rows) {
    for (const Sample& x : columns) {
      WritePixel(view, x, y, input, out);
      out += input.channels;
    }
  }
  return Status();
}

}  // namespace shopcam
