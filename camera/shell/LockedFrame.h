#import <CoreVideo/CoreVideo.h>

#include "core/pixels.h"

// A pixel buffer, locked for reading for as long as this lives.
class LockedFrame {
 public:
  LockedFrame(CVPixelBufferRef buffer, shopcam::Orientation orientation)
      : buffer_(buffer),
        locked_(CVPixelBufferLockBaseAddress(
                    buffer, kCVPixelBufferLock_ReadOnly) == kCVReturnSuccess) {
    if (!locked_) return;
    frame_.bytes =
        static_cast<const uint8_t*>(CVPixelBufferGetBaseAddress(buffer));
    frame_.bytes_per_row = CVPixelBufferGetBytesPerRow(buffer);
    frame_.width = static_cast<int>(CVPixelBufferGetWidth(buffer));
    frame_.height = static_cast<int>(CVPixelBufferGetHeight(buffer));
    frame_.orientation = orientation;
  }

  ~LockedFrame() {
    if (locked_) {
      CVPixelBufferUnlockBaseAddress(buffer_, kCVPixelBufferLock_ReadOnly);
    }
  }

  LockedFrame(const LockedFrame&) = delete;
  LockedFrame& operator=(const LockedFrame&) = delete;

  // Whether there are pixels to read.
  bool ok() const { return frame_.bytes != nullptr; }

  const shopcam::Frame& frame() const { return frame_; }

 private:
  CVPixelBufferRef buffer_;
  bool locked_;
  shopcam::Frame frame_;
};
