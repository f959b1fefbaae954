#pragma once

#import <CoreFoundation/CoreFoundation.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

struct CGPoint {
  CGFloat x;
  CGFloat y;
};
struct CGSize {
  CGFloat width;
  CGFloat height;
};
struct CGRect {
  CGPoint origin;
  CGSize size;
};
extern const CGRect CGRectZero;
inline CGRect CGRectMake(CGFloat x, CGFloat y, CGFloat width, CGFloat height) {
  return CGRect{{x, y}, {width, height}};
}

typedef struct CF_BRIDGED_TYPE(id) CGColorSpace* CGColorSpaceRef;
typedef struct CF_BRIDGED_TYPE(id) CGContext* CGContextRef;
typedef struct CF_BRIDGED_TYPE(id) CGImage* CGImageRef;

typedef NS_ENUM(uint32_t, CGImageAlphaInfo) {
  kCGImageAlphaNone,
  kCGImageAlphaNoneSkipFirst = 6,
};
typedef NS_ENUM(uint32_t, CGImageByteOrderInfo) {
  kCGImageByteOrderDefault = 0 << 12,
  kCGImageByteOrder32Little = 2 << 12,
};
typedef NS_OPTIONS(uint32_t, CGBitmapInfo) {
  kCGBitmapByteOrder32Little
      API_DEPRECATED("kCGImageByteOrder32Little", ios(2.0, 27.0)) = 2 << 12,
};

extern const CFStringRef kCGColorSpaceSRGB API_AVAILABLE(ios(9.0));
CGColorSpaceRef _Nullable CGColorSpaceCreateWithName(
    CFStringRef _Nullable name);
void CGColorSpaceRelease(CGColorSpaceRef _Nullable space);

// The last argument is a uint32_t before the SDK of iOS 27.
CGContextRef _Nullable CGBitmapContextCreate(
    void* _Nullable data, size_t width, size_t height, size_t bitsPerComponent,
    size_t bytesPerRow, CGColorSpaceRef _Nullable space,
    CGBitmapInfo bitmapInfo);
CGImageRef _Nullable CGBitmapContextCreateImage(
    CGContextRef _Nullable context);
void CGContextRelease(CGContextRef _Nullable context);
void CGContextSetRGBFillColor(CGContextRef _Nullable context, CGFloat red,
                              CGFloat green, CGFloat blue, CGFloat alpha);
void CGContextFillRect(CGContextRef _Nullable context, CGRect rect);
void CGContextDrawImage(CGContextRef _Nullable context, CGRect rect,
                        CGImageRef _Nullable image);

void CGImageRelease(CGImageRef _Nullable image);
size_t CGImageGetWidth(CGImageRef _Nullable image);
size_t CGImageGetHeight(CGImageRef _Nullable image);

NS_ASSUME_NONNULL_END
}
