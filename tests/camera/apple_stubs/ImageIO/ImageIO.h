#pragma once

#import <CoreGraphics/CoreGraphics.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef struct CF_BRIDGED_TYPE(id) CGImageSource* CGImageSourceRef;

extern const CFStringRef kCGImagePropertyPixelWidth API_AVAILABLE(ios(4.0));
extern const CFStringRef kCGImagePropertyPixelHeight API_AVAILABLE(ios(4.0));
extern const CFStringRef kCGImageSourceCreateThumbnailFromImageAlways
    API_AVAILABLE(ios(4.0));
extern const CFStringRef kCGImageSourceCreateThumbnailWithTransform
    API_AVAILABLE(ios(4.0));
extern const CFStringRef kCGImageSourceThumbnailMaxPixelSize
    API_AVAILABLE(ios(4.0));

CGImageSourceRef _Nullable CGImageSourceCreateWithURL(
    CFURLRef url, CFDictionaryRef _Nullable options) API_AVAILABLE(ios(4.0));
size_t CGImageSourceGetPrimaryImageIndex(CGImageSourceRef source)
    API_AVAILABLE(ios(12.0));
CFDictionaryRef _Nullable CGImageSourceCopyPropertiesAtIndex(
    CGImageSourceRef source, size_t index, CFDictionaryRef _Nullable options)
    API_AVAILABLE(ios(4.0));
CGImageRef _Nullable CGImageSourceCreateThumbnailAtIndex(
    CGImageSourceRef source, size_t index, CFDictionaryRef _Nullable options)
    API_AVAILABLE(ios(4.0));

NS_ASSUME_NONNULL_END
}
