#pragma once

#import <CoreVideo/CoreVideo.h>

extern "C" {

typedef struct CF_BRIDGED_TYPE(id) opaqueCMSampleBuffer* CMSampleBufferRef;
CVImageBufferRef _Nullable CMSampleBufferGetImageBuffer(
    CMSampleBufferRef _Nonnull sampleBuffer);
}
