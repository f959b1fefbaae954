#import "shell/Pixels.h"

#import <ImageIO/ImageIO.h>

#include <algorithm>
#include <cmath>
#include <cstring>

// The core samples where the network's pixels lie and averages nothing that is
// between them, so of 12 megapixels the network would see noise. ImageIO does
// average: pictures come out as large as the video's frames are, and look to
// the network as those do.
static const double kShorterSide = 480;
// Bounds the memory of a panorama, whose ends the centre crop drops anyway.
static const double kLongestSide = 4096;

// Both names are as old as iOS 2; kCGBitmapByteOrder32Little ends with iOS 27.
static const CGBitmapInfo kBgrx =
    static_cast<CGBitmapInfo>(static_cast<uint32_t>(kCGImageByteOrder32Little) |
                              static_cast<uint32_t>(kCGImageAlphaNoneSkipFirst));

static Pixels MakePixels(size_t width, size_t height) {
  Pixels pixels;
  pixels.bytes_per_row = 4 * width;
  pixels.bytes.resize(pixels.bytes_per_row * height);
  pixels.width = static_cast<int>(width);
  pixels.height = static_cast<int>(height);
  return pixels;
}

// A context that draws into `bytes`, which have to outlive it.
static CGContextRef CreateContext(uint8_t* bytes, const Pixels& shape) {
  CGColorSpaceRef space = CGColorSpaceCreateWithName(kCGColorSpaceSRGB);
  CGContextRef context = CGBitmapContextCreate(bytes, static_cast<size_t>(shape.width),
                                               static_cast<size_t>(shape.height), 8,
                                               shape.bytes_per_row, space, kBgrx);
  CGColorSpaceRelease(space);
  return context;
}

// The longer side that leaves the shorter one with kShorterSide pixels.
static double LongerSide(CGImageSourceRef source, size_t index) {
  NSDictionary* properties =
      CFBridgingRelease(CGImageSourceCopyPropertiesAtIndex(source, index, nullptr));
  NSNumber* width = properties[(__bridge NSString*)kCGImagePropertyPixelWidth];
  NSNumber* height = properties[(__bridge NSString*)kCGImagePropertyPixelHeight];
  const double shorter = std::min(width.doubleValue, height.doubleValue);
  const double longer = std::max(width.doubleValue, height.doubleValue);
  if (!(shorter >= 1)) return kShorterSide;
  return std::min(kLongestSide, std::ceil(kShorterSide * longer / shorter));
}

static CGImageRef CreateThumbnail(NSURL* url) {
  CGImageSourceRef source = CGImageSourceCreateWithURL((__bridge CFURLRef)url, nullptr);
  if (!source) return nullptr;
  const size_t index = CGImageSourceGetPrimaryImageIndex(source);
  NSDictionary* options = @{
    (__bridge NSString*)kCGImageSourceCreateThumbnailFromImageAlways : @YES,
    (__bridge NSString*)kCGImageSourceCreateThumbnailWithTransform : @YES,
    (__bridge NSString*)kCGImageSourceThumbnailMaxPixelSize : @(LongerSide(source, index)),
  };
  CGImageRef image =
      CGImageSourceCreateThumbnailAtIndex(source, index, (__bridge CFDictionaryRef)options);
  CFRelease(source);
  return image;
}

Pixels CopyPixels(const shopcam::Frame& frame) {
  Pixels pixels = MakePixels(static_cast<size_t>(frame.width), static_cast<size_t>(frame.height));
  for (size_t row = 0; row < static_cast<size_t>(frame.height); ++row) {
    std::memcpy(&pixels.bytes[row * pixels.bytes_per_row], frame.bytes + row * frame.bytes_per_row,
                pixels.bytes_per_row);
  }
  return pixels;
}

Pixels ReadPixels(NSURL* url) {
  CGImageRef image = CreateThumbnail(url);
  if (!image) return Pixels();
  Pixels pixels = MakePixels(CGImageGetWidth(image), CGImageGetHeight(image));
  CGContextRef context = CreateContext(pixels.bytes.data(), pixels);
  if (context) {
    const CGRect all = CGRectMake(0, 0, pixels.width, pixels.height);
    // Shops show their products on white; what is transparent becomes it.
    CGContextSetRGBFillColor(context, 1, 1, 1, 1);
    CGContextFillRect(context, all);
    CGContextDrawImage(context, all, image);
    CGContextRelease(context);
  } else {
    pixels = Pixels();
  }
  CGImageRelease(image);
  return pixels;
}

CGImageRef CreateImage(const Pixels& pixels) {
  // Drawn from only; a bitmap context takes no const bytes. The image copies
  // them.
  uint8_t* bytes = const_cast<uint8_t*>(pixels.bytes.data());
  CGContextRef context = CreateContext(bytes, pixels);
  if (!context) return nullptr;
  CGImageRef image = CGBitmapContextCreateImage(context);
  CGContextRelease(context);
  return image;
}
