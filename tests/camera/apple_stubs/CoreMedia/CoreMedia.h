#pragma once

#import <CoreVideo/CoreVideo.h>

extern "C" {

typedef struct opaqueCMSampleBuffer* CMSampleBufferRef;
CVPixelBufferRef _Nullable CMSampleBufferGetImageBuffer(
    CMSampleBufferRef _Nonnull sampleBuffer);

}
