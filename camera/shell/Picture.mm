#import "shell/Picture.h"

#include <utility>
#include <vector>

#import "shell/LockedFrame.h"
#import "shell/Pixels.h"

static UIImageOrientation ImageOrientation(shopcam::Orientation orientation) {
  switch (orientation) {
    case shopcam::Orientation::kUp:
      return UIImageOrientationUp;
    case shopcam::Orientation::kUpMirrored:
      return UIImageOrientationUpMirrored;
    case shopcam::Orientation::kDown:
      return UIImageOrientationDown;
    case shopcam::Orientation::kDownMirrored:
      return UIImageOrientationDownMirrored;
    case shopcam::Orientation::kLeftMirrored:
      return UIImageOrientationLeftMirrored;
    case shopcam::Orientation::kRight:
      return UIImageOrientationRight;
    case shopcam::Orientation::kRightMirrored:
      return UIImageOrientationRightMirrored;
    case shopcam::Orientation::kLeft:
      return UIImageOrientationLeft;
  }
}

@implementation Picture {
  Pixels _pixels;
  shopcam::Orientation _orientation;
}

+ (instancetype)pictureWithPixelBuffer:(CVPixelBufferRef)buffer
                           orientation:(shopcam::Orientation)orientation {
  const LockedFrame locked(buffer, orientation);
  if (!locked.ok()) return nil;
  return [[self alloc] initWithPixels:CopyPixels(locked.frame()) orientation:orientation];
}

+ (instancetype)pictureWithContentsOfURL:(NSURL*)url {
  Pixels pixels = ReadPixels(url);
  if (pixels.bytes.empty()) return nil;
  return [[self alloc] initWithPixels:std::move(pixels) orientation:shopcam::Orientation::kUp];
}

- (instancetype)initWithPixels:(Pixels)pixels orientation:(shopcam::Orientation)orientation {
  self = [super init];
  if (self) {
    _pixels = std::move(pixels);
    _orientation = orientation;
  }
  return self;
}

- (shopcam::Frame)frame {
  shopcam::Frame frame;
  frame.bytes = _pixels.bytes.data();
  frame.bytes_per_row = _pixels.bytes_per_row;
  frame.width = _pixels.width;
  frame.height = _pixels.height;
  frame.orientation = _orientation;
  return frame;
}

- (UIImage*)image {
  CGImageRef image = CreateImage(_pixels);
  if (!image) return nil;
  UIImage* upright = [UIImage imageWithCGImage:image
                                         scale:1
                                   orientation:ImageOrientation(_orientation)];
  CGImageRelease(image);
  return upright;
}

@end
