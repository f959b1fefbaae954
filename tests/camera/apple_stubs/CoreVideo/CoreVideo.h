#pragma once

#import <CoreFoundation/CoreFoundation.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef struct CF_BRIDGED_TYPE(id) __CVBuffer* CVBufferRef;
typedef CVBufferRef CVImageBufferRef;
typedef CVImageBufferRef CVPixelBufferRef;
typedef int32_t CVReturn;
typedef NS_OPTIONS(uint64_t, CVPixelBufferLockFlags) {
  kCVPixelBufferLock_ReadOnly = 0x00000001,
};

enum : CVReturn { kCVReturnSuccess = 0 };
enum : uint32_t { kCVPixelFormatType_32BGRA = 'BGRA' };
extern const CFStringRef kCVPixelBufferPixelFormatTypeKey;

CVReturn CVPixelBufferLockBaseAddress(CVPixelBufferRef buffer,
                                      CVPixelBufferLockFlags flags);
CVReturn CVPixelBufferUnlockBaseAddress(CVPixelBufferRef buffer,
                                        CVPixelBufferLockFlags flags);
void* _Nullable CVPixelBufferGetBaseAddress(CVPixelBufferRef buffer);
size_t CVPixelBufferGetBytesPerRow(CVPixelBufferRef buffer);
size_t CVPixelBufferGetWidth(CVPixelBufferRef buffer);
size_t CVPixelBufferGetHeight(CVPixelBufferRef buffer);

NS_ASSUME_NONNULL_END
}
