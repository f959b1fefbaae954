#import <Foundation/Foundation.h>

#include <vector>

#include "core/pixels.h"

NS_ASSUME_NONNULL_BEGIN

// Saves what the model was fed as .npy files, to be compared with what Python
// makes of the same picture. Keeps the last few.
@interface TensorRecorder : NSObject

@property(atomic) BOOL on;
// What went wrong last; nil after a success.
@property(atomic, readonly, copy, nullable) NSString* problem;

- (instancetype)initWithInput:(const shopcam::InputSpec&)input NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

// The saved files, oldest first.
- (NSArray<NSURL*>*)files;

// These save while it is on, and only on the recognizer's queue: every tensor,
// or of a video's one in a second.
- (void)record:(const std::vector<float>&)tensor;
- (void)recordVideo:(const std::vector<float>&)tensor;

@end

NS_ASSUME_NONNULL_END
