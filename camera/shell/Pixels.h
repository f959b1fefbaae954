#import <CoreGraphics/CoreGraphics.h>
#import <Foundation/Foundation.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/pixels.h"

NS_ASSUME_NONNULL_BEGIN

// Pixels of B, G, R and an unused byte in sRGB, as the core and Core Graphics
// both take them. No bytes where there is no picture.
struct Pixels {
  std::vector<uint8_t> bytes;
  size_t bytes_per_row = 0;
  int width = 0;
  int height = 0;
};

Pixels CopyPixels(const shopcam::Frame& frame);

// The pixels of an image file, upright.
Pixels ReadPixels(NSURL* url);

// The caller releases it.
CGImageRef _Nullable CreateImage(const Pixels& pixels);

NS_ASSUME_NONNULL_END
