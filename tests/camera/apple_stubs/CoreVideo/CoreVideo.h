#pragma once

#import <Foundation/Foundation.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef struct __attribute__((objc_bridge(id))) __CVBuffer* CVPixelBufferRef;
typedef int32_t CVReturn;
typedef uint64_t CVPixelBufferLockFlags;

enum { kCVReturnSuccess = 0 };
enum { kCVPixelBufferLock_ReadOnly = 1 };
enum { kCVPixelFormatType_32BGRA = 'BGRA' };
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
