#import <CoreVideo/CoreVideo.h>
#import <UIKit/UIKit.h>

#include "core/pixels.h"

NS_ASSUME_NONNULL_BEGIN

// A still picture as the core takes it: a copy of a camera's frame, or a
// decoded file.
@interface Picture : NSObject

// Points into the picture, and is good for as long as the picture lives.
@property(nonatomic, readonly) shopcam::Frame frame;

// nil when the buffer cannot be read.
+ (nullable instancetype)pictureWithPixelBuffer:(CVPixelBufferRef)buffer
                                    orientation:(shopcam::Orientation)orientation;

// Reads and decodes, so not on the main queue. nil for what is no picture.
+ (nullable instancetype)pictureWithContentsOfURL:(NSURL*)url;

- (instancetype)init NS_UNAVAILABLE;

// The picture for the screen, upright; made anew by each call.
- (nullable UIImage*)image;

@end

NS_ASSUME_NONNULL_END
