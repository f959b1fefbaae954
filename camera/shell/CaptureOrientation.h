#import <AVFoundation/AVFoundation.h>

#import "shell/PreviewView.h"

#include "core/pixels.h"

NS_ASSUME_NONNULL_BEGIN

// Keeps the preview upright while the phone turns, and tells how frames lie.
@protocol CaptureOrientation <NSObject>

// Called on the main queue, and once by `update` at least.
@property(nonatomic, copy, nullable) void (^onChange)(shopcam::Orientation orientation);

// To be called when the preview has got its camera and when it is laid out.
- (void)update;

@end

id<CaptureOrientation> MakeCaptureOrientation(AVCaptureDevice* device, PreviewView* preview);

NS_ASSUME_NONNULL_END
